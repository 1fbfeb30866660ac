"""Drill: the disk under PostgreSQL is full. What was acknowledged is stored, what was not is a clean 503, and it recovers."""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import places
from tests.callers import PANGOLINS
from tests.drills.town import Client, Town, town
from tests.evidence import Evidence
from tests.sizes import size

pytestmark = pytest.mark.drill
TIMES = size(commit=1, landing=1, release=5)
DISK = 400  # MB; a cluster with its first log takes about 150
FILED = 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own in memory, small enough to be filled. Only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=0755", "tmpfs", str(folder)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here (it takes root): {mounted.stderr.strip()}")
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.getuid() and parent != parent.parent:
            parent.chmod(parent.stat().st_mode | 0o011)  # so that the database's own account gets through
    try:
        yield places.give(folder / "data", places.unprivileged())
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_with_a_full_disk_what_was_acknowledged_is_stored_and_the_rest_is_refused(
    disk: Path, tmp_path: Path, evidence: Evidence
) -> None:
    with town(tmp_path, disk / "pg") as place:
        client = place.client("officer", "SG-CUSTOMS")
        stored = [client.file(f"before-{number}", PANGOLINS) for number in range(FILED)]
        for time in range(TIMES):
            stored += _filled(place, client, disk, f"full-{time}", evidence)
        assert place.one("SELECT count(*) FROM reports_report WHERE state = 'SUBMITTED'") == len(set(stored))
        evidence.add("acknowledged", len(stored))
        place.prove()


def _filled(place: Town, client: Client, disk: Path, name: str, evidence: Evidence) -> list[str]:
    """Not a byte is left; then there is room again, and the same keys are tried again."""
    ballast = disk / "ballast"
    refused: Counter[int] = Counter()
    with ballast.open("wb", buffering=0) as file:
        _fill(file)
    for number in range(FILED):
        said = _try(client, f"{name}-{number}")
        refused[said] += 1
        with ballast.open("ab", buffering=0) as file:
            _fill(file)
    assert set(refused) <= {201, 503}, f"refused cleanly, or taken: {refused}"
    assert refused[503], f"the disk was not full: {refused}"
    ballast.unlink()
    place.postgres.start()  # as its supervisor would, if it has given up
    evidence.add("refused", refused[503])
    return [client.file(f"{name}-{number}", PANGOLINS) for number in range(FILED)]


def _try(client: Client, key: str) -> int:
    return client.once("POST", "/api/v1/reports/", PANGOLINS, f"{key}-draft").status


def _fill(file: object) -> None:
    """Write until there is no room for one more page."""
    for block in (1 << 20, 1 << 16, 1 << 12):
        while True:
            try:
                file.write(bytes(block))  # type: ignore[attr-defined]  # a file
            except OSError:
                break
