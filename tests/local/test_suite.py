"""What the commands around the tests answer: each failing step is told, and an audit of nothing is no audit."""

import json
import sys
from pathlib import Path

import pytest

from config.local import bans, bootstrap, suite

FINE = {"name": "django", "version": "5.2.19", "vulns": []}
SKIPPED = {"name": "celery", "skip_reason": "could not be audited"}
HURT = {"name": "redis", "version": "1.0", "vulns": [{"id": "CVE-1999-0001"}]}


@pytest.mark.parametrize(
    ("packages", "status", "said"),
    [
        ([FINE, FINE], 0, "2 packages, nothing known against them"),
        ([FINE, HURT], 1, "redis 1.0: CVE-1999-0001"),
        ([FINE, SKIPPED], 2, "NOT AUDITED (1 of 2 packages could not be asked about)"),
        ([HURT, SKIPPED], 1, "redis 1.0: CVE-1999-0001"),
        ([], 2, "NOT AUDITED (0 of 0 packages could not be asked about)"),
        (None, 2, "NOT AUDITED (0 of 0 packages could not be asked about)"),
    ],
)
def test_the_verdict_of_an_audit(
    packages: list[dict[str, object]] | None, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = "" if packages is None else json.dumps({"dependencies": packages})
    assert suite.verdict(report) == status
    assert said in capsys.readouterr().out


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Two steps of the test's own, on servers that nobody asks; the bans have found nothing (each look takes 10 s)."""
    steps = {"good": ["-c", "pass"], "bad": ["-c", "import sys; sys.exit(3)"]}
    monkeypatch.setattr(suite, "STEPS", steps)
    monkeypatch.setattr(bans, "look", lambda: 0)
    monkeypatch.setattr(suite, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(bootstrap, "ensure", lambda files: Path(sys.executable))
    monkeypatch.setenv("DATABASE_URL", "postgresql:///nobody_asks")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    return steps


def test_check_goes_on_after_a_failure_names_each_failed_step_and_fails(
    steps: dict[str, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    steps["also bad"] = ["-c", "import sys; print('what is wrong', file=sys.stderr); sys.exit(1)"]
    assert suite.check(["--version"]) == 1
    said = capfd.readouterr()
    assert "check: FAILED in bad, also bad" in said.out
    assert "what is wrong" in said.err
    assert "== tests: ok" in said.out


def test_check_succeeds_only_where_every_step_does(
    steps: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    del steps["bad"]
    assert suite.check(["--version"]) == 0
    assert suite.check(["--no-such-option"]) == 1
    monkeypatch.setattr(bans, "look", lambda: 7)
    assert suite.check(["--version"]) == 1


def test_the_status_of_pytest_is_the_status_of_the_command(steps: dict[str, list[str]]) -> None:
    assert suite.test(["--version"]) == 0
    assert suite.test(["--no-such-option"]) == 4


@pytest.mark.parametrize("own", [["-n0"], ["-n", "4"], ["--pdb"]])
def test_two_workers_unless_the_person_says_otherwise(own: list[str]) -> None:
    assert suite._tests(["tests/reports"]) == ["-m", "pytest", "-n", "2", "--dist", "loadgroup", "tests/reports"]
    assert suite._tests(own) == ["-m", "pytest", *own]
