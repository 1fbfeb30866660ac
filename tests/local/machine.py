"""What these tests ask the machine: which processes run, and small checkouts to run things in."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.local.places import ROOT, Account
from config.local.processes import wait_until

BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)  # the one outside the virtual environment


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder with spaces in its name that every account may enter (pytest's own are for us alone)."""
    folder = Path(tempfile.mkdtemp(prefix="a folder of "))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def copied(parts: tuple[str, ...], to: Path) -> Path:
    """A part of this checkout at another place."""
    for part in parts:
        source, target = ROOT / part, to / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(source, target)
    return to


def server_checkout(folder: Path) -> Path:
    """A checkout with only what starts servers; the programs of the wheels are reached by a link."""
    copied(("config/__init__.py", "config/local", "docker/postgres"), folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def python(code: str, checkout: Path, *, who: Account | None = None, program: str = BASE_PYTHON) -> str:
    """What a short program, run in the checkout by the account, prints. Its error stream is the test's failure."""
    as_who = {"user": who.uid, "group": who.gid, "extra_groups": [who.gid]} if who else {}
    done = subprocess.run(  # type: ignore[call-overload]
        [program, "-c", code],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=bare(),
        **as_who,
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout).strip()


def bare() -> dict[str, str]:
    """An environment as on a machine that knows nothing of us."""
    told = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "no_SUCH.locale"}
    return told | {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


def mentioning(text: str | Path) -> list[int]:
    """The ids of the processes (but for this one) whose command line or working folder has the text in it."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _mentions(entry, str(text))]


def _mentions(entry: Path, text: str) -> bool:
    try:
        cwd, words = str((entry / "cwd").readlink()), (entry / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return int(entry.name) != os.getpid() and (text in words or text in cwd)


def all_gone(text: str | Path, seconds: float = 15) -> bool:
    """Whether no process mentions the text any more, within the time."""
    return wait_until(lambda: not mentioning(text), seconds)


def readable_python(who: Account) -> str | None:
    """A Python 3.11 or newer that the account can run, if the machine has one."""
    check = "import sys; assert sys.version_info >= (3, 11)"
    for program in (BASE_PYTHON, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            done = subprocess.run(
                [program, "-c", check], user=who.uid, group=who.gid, cwd="/", capture_output=True, check=False
            )
        except OSError:
            continue
        if done.returncode == 0:
            return program
    return None
