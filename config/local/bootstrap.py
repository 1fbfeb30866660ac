"""The virtual environment, made from the hashed requirements with nothing but Python's standard library.

``.venv`` carries a stamp: where it stands, and the hash of each requirements file that went into it. While the stamp
fits, nothing is done. A half-made, broken or moved environment has no fitting stamp and is made again.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess  # nosec B404 # pip and venv with fixed words, no shell
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from config.local.failures import Failure
from config.local.places import ROOT, VAR, lock_of

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "counterpart.json"
REQUIREMENTS = ROOT / "requirements"
TO_RUN = ("base.txt", "local.txt")
TO_TEST = (*TO_RUN, "dev.txt", "otel.txt")  # what is optional in production is tried all the same
NO_PIP = (
    "This Python cannot make a virtual environment with pip in it (the module ensurepip is missing).\n"
    "Install what it lacks (on Debian and Ubuntu: apt-get install python3-venv), or name another Python:\n"
    "make run PYTHON=python3.12"
)


def ensure(files: Sequence[str]) -> Path:
    """The environment's Python, with these requirements files installed; works only where something has changed.

    Raises Failure, with pip's own words, where it cannot be made.
    """
    with _alone():
        wanted = {name: _hash(REQUIREMENTS / name) for name in files}
        place, had = _stamped()
        here = place in {None, str(VENV.resolve())}
        if here and wanted.items() <= had.items() and _works():
            return PYTHON
        if not (here and _works() and _has_pip()):
            _make()
            had = {}
        _install(sorted(had.keys() | wanted.keys()))
    return PYTHON


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time makes the environment; the others wait for it."""
    VAR.mkdir(exist_ok=True)
    held = VAR / "venv.lock"
    held.touch()
    while (lock := lock_of(held)) is None:
        time.sleep(0.2)
    try:
        yield
    finally:
        os.close(lock)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamped() -> tuple[str | None, dict[str, str]]:
    """Where the environment was made, and the requirements files that went into it; None and none where it never was."""
    try:
        told = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return None, {}
    return told["place"], dict(told["files"])


def _stamp(names: Sequence[str]) -> None:
    files = {name: _hash(REQUIREMENTS / name) for name in names}
    STAMP.write_text(json.dumps({"place": str(VENV.resolve()), "files": files}, indent=1) + "\n")


def _works() -> bool:
    """Whether its Python starts and is of this checkout's age."""
    return _quietly([str(PYTHON), "-I", "-S", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]) is None


def _has_pip() -> bool:
    return _quietly([str(PYTHON), "-I", "-m", "pip", "--version"]) is None


def _make() -> None:
    """A new environment: by venv, where Debian has taken its ensurepip out by virtualenv, else by our own pip."""
    say(f"Making the virtual environment in {VENV}")
    if VENV.is_symlink():
        raise Failure(f"{VENV} is a link to an environment that does not work: remove it and start again.")
    shutil.rmtree(VENV, ignore_errors=True)
    for command in _ways():
        problem = _quietly(command)
        if problem is None:
            return
        shutil.rmtree(VENV, ignore_errors=True)
    raise Failure(f"{NO_PIP}\n{problem}" if _has("ensurepip") else NO_PIP)


def _ways() -> Iterator[list[str]]:
    if _has("ensurepip"):
        yield [sys.executable, "-m", "venv", str(VENV)]
    if _has("virtualenv"):
        yield [sys.executable, "-m", "virtualenv", "--quiet", "--no-download", str(VENV)]
    yield [sys.executable, "-m", "venv", "--without-pip", str(VENV)]


def _has(module: str) -> bool:
    """Whether our own Python can really import it (Debian leaves a husk of ensurepip)."""
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _install(names: Sequence[str]) -> None:
    """Installs the files with their hashes and stamps the environment. An interrupted one has no stamp."""
    say(f"Installing the requirements ({', '.join(names)}); this is done once and takes a minute")
    STAMP.unlink(missing_ok=True)
    wanted = [word for name in names for word in ("-r", str(REQUIREMENTS / name))]
    problem = _quietly([*_pip(), "install", "--disable-pip-version-check", "--no-input", "--require-hashes", *wanted])
    if problem is not None:
        raise Failure(f"pip could not install the requirements:\n{problem}")
    _stamp(names)


def _pip() -> list[str]:
    """The environment's own pip, else the one beside us, told to work there."""
    if _has_pip():
        return [str(PYTHON), "-I", "-m", "pip"]
    if not _has("pip"):
        raise Failure(NO_PIP)
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _quietly(command: list[str]) -> str | None:
    """Runs it; None where it went well, else the end of what it said."""
    environ = {
        name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PIP_USER", "PIP_TARGET"}
    }
    try:
        done = subprocess.run(  # nosec B603 # fixed words
            command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return str(error)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()[-3000:]


def say(text: str) -> None:
    """A line for the person at the terminal."""
    print(text, flush=True)
