"""Where things are kept: the checkout's ``var/``, and short private folders for sockets.

Two limits shape this page. A unix socket's path may have at most 107 bytes, so sockets never stand in the checkout,
whose path is anybody's. And PostgreSQL refuses to run as root, so root's servers run as another account, which may not
be able to read the checkout (``/root/…``): then data and binaries stand where it can.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import subprocess  # nosec B404 # asks as another account whether it can use a folder; fixed words, no shell text
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.local.failures import Failure

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
RUN = VAR / "run"
LOGS = VAR / "log"
SOCKET_LIMIT = 107  # bytes; sockaddr_un.sun_path is 108 with its final zero
PREFIX = "counterpart-srv-"
SHARED = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108  # nosec B108
LONGEST_NAME = "/.s.PGSQL.5432.lock"


@dataclass(frozen=True, slots=True)
class Account:
    """An unprivileged account that root's servers run as."""

    name: str
    uid: int
    gid: int


def unprivileged(data: Path | None = None) -> Account | None:
    """The account for the servers: None stands for one's own.

    Root gets the owner of a cluster that is there already, else ``nobody``, else the last other account of the machine
    (initdb insists on an account with a name). Raises Failure where root finds none.
    """
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data is not None and data.exists() else 0
    known = {entry.pw_uid: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    nobody = next((entry for entry in known.values() if entry.pw_name == "nobody"), None)
    entry = known.get(owner) or nobody or next(reversed(known.values()), None)
    if entry is None:
        raise Failure(
            "PostgreSQL does not run as root, and this machine has no other account: add one (useradd counterpart)."
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def give(folder: Path, account: Account | None) -> Path:
    """Makes ``folder`` the account's own; with our group, so that whoever started the servers reaches their sockets."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, os.getegid())
    return folder


def can_use(folder: Path, account: Account | None) -> bool:
    """Whether the account can enter and write ``folder``: tried as that account, not guessed from modes."""
    if account is None:
        return os.access(folder, os.W_OK | os.X_OK)
    return tried(["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", str(folder)], account)


def tried(command: list[str], account: Account | None) -> bool:
    """Whether a short command succeeds when the account runs it."""
    who = {"user": account.uid, "group": account.gid, "extra_groups": [account.gid]} if account else {}
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, check=False, timeout=30, **who)  # type: ignore[call-overload]  # nosec B603 # fixed words
    except OSError:
        return False
    return bool(done.returncode == 0)


def data_folder(account: Account | None) -> Path:
    """Where ``make run`` keeps its cluster: ``var/pg``, or for root a place that the servers' account can use."""
    here = VAR / "pg"
    if (here / "PG_VERSION").exists() or account is None:
        return here
    give(here, account)
    if can_use(here, account):
        return here
    shutil.rmtree(here)
    return shared_folder() / f"pg-{checkout_id()}"


def checkout_id() -> str:
    """A random name of this clone, made once: a new clone at an old path must not find the old data."""
    kept = VAR / "id"
    if not kept.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        kept.write_text(secrets.token_hex(8))
    return kept.read_text().strip()


def shared_folder() -> Path:
    """A folder of root's that every account can enter, for what must not stand in an unreadable checkout."""
    for parent in SHARED:
        folder = parent / "counterpart-local"
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
            return folder
    raise Failure("There is no place for the servers' files: neither /var/lib nor /var/tmp can be written.")


@contextmanager
def private_folder(account: Account | None) -> Iterator[Path]:
    """A new, short folder that only we and the servers' account can enter; gone at the end.

    It is held by a lock as long as this process lives, so the folders of killed processes are known and swept here.
    """
    parent = _parent(account)
    _sweep(parent)
    folder, lock = _locked(parent)
    try:
        yield give(folder, account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _parent(account: Account | None) -> Path:
    for name in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108  # nosec B108 # mkdtemp in it
        parent = Path(name)
        length = len(os.fsencode(parent / f"{PREFIX}12345678")) + len(LONGEST_NAME)
        if length <= SOCKET_LIMIT and can_use(parent, account):
            return parent
    raise Failure("There is no short temporary folder for the servers' sockets: make /tmp writable.")


def _locked(parent: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        folder.chmod(0o770 if os.geteuid() == 0 else 0o700)
        lock = lock_of(folder)
        if lock is not None:
            return folder, lock


def lock_of(path: Path) -> int | None:
    """An exclusive lock on a file or folder as an open descriptor; None where another process holds it or it is gone.

    The kernel lets go of it when its holder dies, however it dies: no stale lock can block a start.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        lock = lock_of(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
