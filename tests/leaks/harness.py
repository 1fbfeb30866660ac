"""Planting leaks in a copy of this tree, and running the one test that must see each."""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.local import servers
from tests.architecture.source import NOT_OURS, ROOT
from tests.leaks.planted import LEAKS
from tests.leaks.terms import Leak, Verdict

PATIENCE = 600  # seconds for one test, with its database made anew, on a busy machine
SEED = "7"  # of every generator: a verdict can be had again
MASTER_KEY = base64.b64encode(bytes(32)).decode()  # of nothing that outlives its test
TOO_LONG = -1  # no exit status of pytest's: it was ended
RED = 1  # pytest's exit status where tests failed; other statuses say that it could not even run them


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the test said; ``why`` is the end of its output where it could not be run."""

    verdict: Verdict
    seconds: float
    why: str = ""


def check(names: Sequence[str]) -> int:
    """Plant the leaks of these names (or all) one after the other; 0 where every one was caught."""
    unknown = set(names) - {leak.name for leak in LEAKS}
    if unknown:
        _say(f"There is no leak called {', '.join(sorted(unknown))}.")
        return 2
    wanted = [leak for leak in LEAKS if not names or leak.name in names]
    green = sound(wanted)
    if green is not None:
        _say(f"BROKEN  without any leak a test is not green:\n{green}")
        return 2
    outcomes = [_told(leak) for leak in wanted]
    caught = sum(outcome.verdict is Verdict.CAUGHT for outcome in outcomes)
    _say(f"{caught} of {len(outcomes)} leaks were caught")
    return 0 if caught == len(outcomes) else 1


def sound(leaks: Iterable[Leak]) -> str | None:
    """None where the tests are green without a leak: else red would prove nothing. Otherwise what they said."""
    with _copy() as tree:
        status, said, _ = _tested(tree, sorted({leak.caught_by for leak in leaks}))
        return said if status else None


def _told(leak: Leak) -> Outcome:
    outcome = plant(leak)
    _say(f"{outcome.verdict:7} {leak.name:44} {outcome.seconds:5.1f} s  {leak.caught_by}")
    if outcome.verdict is not Verdict.CAUGHT:
        _say(f"        {leak.sentence}\n{outcome.why}")
    return outcome


def plant(leak: Leak) -> Outcome:
    """Plant one leak in a copy of its own, and run its test there."""
    begun = time.monotonic()
    with _copy() as tree:
        try:
            _apply(leak, tree)
        except ValueError as error:
            return Outcome(Verdict.BROKEN, time.monotonic() - begun, str(error))
        status, said, failed = _tested(tree, [leak.caught_by])
    return Outcome(_verdict(status, failed=failed), time.monotonic() - begun, said)


def _verdict(status: int, *, failed: bool) -> Verdict:
    """Red because an assertion failed, not because the leaking tree could not be set up."""
    if status == 0:
        return Verdict.HOLE
    return Verdict.CAUGHT if status == RED and failed else Verdict.BROKEN


@contextmanager
def _copy() -> Iterator[Path]:
    """This tree at another place, without what is made on the way; the environment is reached by a link."""
    with tempfile.TemporaryDirectory(prefix="leaking-") as name:
        tree = Path(name) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NOT_OURS), symlinks=True)
        (tree / ".venv").symlink_to(ROOT / ".venv")
        yield tree


def _apply(leak: Leak, tree: Path) -> None:
    for change in leak.changes:
        file = tree / change.path
        file.write_text(change.applied(file.read_text() if file.exists() else None))


def _tested(tree: Path, nodes: Sequence[str]) -> tuple[int, str, bool]:
    """Exit status, the end of the output, and whether a test failed (and not merely its preparation)."""
    report = tree / "leaks.xml"
    words = [
        "-m",
        "pytest",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-n0",
        "-x",  # one red test is enough
        "--tb=short",
        f"--junitxml={report}",
        "-o",
        "junit_family=xunit1",  # the other kind takes no properties, and evidence is kept as one
        *nodes,
    ]
    with servers.throwaway() as pair:
        told = {"COUNTERPART_DEVELOPMENT": "1", "COUNTERPART_TESTING": "1", "COUNTERPART_DB_ROLE": "owner"}
        told |= {"COUNTERPART_SEED": SEED, "COUNTERPART_MASTER_KEY": MASTER_KEY}
        status, said = _run(words, tree, {**_bare(), **pair.urls, **told}, PATIENCE * max(1, len(nodes) // 4))
    return status, said[-2500:], _has_failure(report)


def _run(words: Sequence[str], tree: Path, environment: Mapping[str, str], patience: int) -> tuple[int, str]:
    """Exit status and output; a test that is not done in time has shown nothing, and the other leaks go on."""
    program = [sys.executable, *words]
    more: Any = {"capture_output": True, "text": True, "timeout": patience}
    try:
        done = subprocess.run(program, cwd=tree, env=environment, check=False, **more)
    except subprocess.TimeoutExpired:
        return TOO_LONG, f"not done after {patience} seconds"
    return done.returncode, done.stdout + done.stderr


def _has_failure(report: Path) -> bool:
    """From pytest's own report: a failed test is a ``failure``, a fixture or a file that broke is an ``error``."""
    return report.exists() and ET.parse(report).getroot().find(".//failure") is not None


def _bare() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COUNTERPART_", "DATABASE_", "PYTEST_"))
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
