"""A run that is asked to believe in another day does so in every process, and says what it takes."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from config.local import clock
from config.local.failures import Failure

ASK = "import time, datetime; print(datetime.datetime.now(datetime.UTC).isoformat(), time.monotonic())"


def _away() -> timedelta:
    """How far the clock of this run is from the machine's: the suite itself may be shifted."""
    return timedelta(seconds=int(os.environ.get("CLOCK_AWAY_SECONDS", "0")))


@pytest.mark.parametrize("days", [-400, 0, 30])
def test_a_process_reads_the_shifted_wall_clock_and_the_same_monotonic_one(
    monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setenv(clock.DAYS, str(days))
    said = subprocess.run(clock.under_shift([sys.executable, "-c", ASK]), capture_output=True, text=True, check=True)
    at, _ = said.stdout.split()
    wanted = datetime.now(UTC) - _away() + timedelta(days=days)
    assert abs(datetime.fromisoformat(at) - wanted) < timedelta(minutes=5)


def test_without_a_shift_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.DAYS, raising=False)
    assert clock.shifted() == {}
    assert clock.under_shift(["true"]) == ["true"]


def test_a_shift_that_is_no_number_of_days_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.DAYS, "+30d")
    with pytest.raises(Failure, match="number of days"):
        clock.shifted()
