"""One real PostgreSQL on a unix socket: made, started, killed and started again with its data kept."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess  # nosec B404 # initdb and psql with fixed arguments, no shell
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.local.binaries import Binaries
from config.local.clock import under_shift
from config.local.failures import Failure
from config.local.places import ROOT, Account, give
from config.local.processes import Process, wait_ready, wait_until

PORT = 5432  # part of the socket's name only: no TCP port is opened
DATABASE = "counterpart"
ROLES = ROOT / "docker" / "postgres" / "roles.sql"
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
# A statement's text and an error's detail hold what people wrote: neither goes to the server's log (docker/compose.yaml too).
SILENT = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "jit": "off",
    **SILENT,
}
CARELESS = {"fsync": "off", "full_page_writes": "off"}  # commits stay synchronous: what is committed survives a kill -9
LEAVING = 5.0  # seconds in which the server of a killed run may end by itself
CLEAN = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # no PG* of the person's shell, no locale that initdb refuses


@dataclass(slots=True)
class Postgres:
    """A cluster in ``data`` with its socket in ``sockets``; superuser ``postgres``, trusted: the folder is the wall.

    ``fsync=False`` is for clusters that are thrown away: it survives ``kill -9`` of PostgreSQL, not of the machine.
    """

    binaries: Binaries
    data: Path
    sockets: Path
    log: Path
    account: Account | None = None
    fsync: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        self.process = Process(
            name="PostgreSQL",
            command=under_shift([self.binaries.postgres("postgres"), "-D", str(self.data), *self._arguments()]),
            log=self.log,
            cwd=self.sockets,
            environ=CLEAN,
            account=self.account,
            ending=signal.SIGINT,  # "fast": ends the sessions, writes everything down
            orphaned=signal.SIGINT if self.fsync else signal.SIGQUIT,
            patience=20,
        )

    def _arguments(self) -> list[str]:
        told = {**SETTINGS, **({} if self.fsync else CARELESS), **self.settings}
        told |= {"unix_socket_directories": f'"{self.sockets}"', "port": str(PORT)}
        return [word for name, value in told.items() for word in ("-c", f"{name}={value}")]

    def start(self, patience: float = 60) -> None:
        """Makes the cluster if there is none, starts it, and returns once it answers, with roles and database made.

        A running one is left as it is. Raises Failure with the end of the log where it does not come up.
        """
        if self.process.running:
            return
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._take_over()
        self.process.start()
        wait_ready(self.process, self.answers, patience)
        self._prepare()

    def stop(self) -> None:
        """Ends the sessions and stops, writing everything down."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL, as a power cut would; returns when every backend is gone. ``start`` brings it back with its data."""
        self.process.kill()
        wait_until(lambda: not _working_in(self.data), 10)

    def answers(self) -> bool:
        """Whether it accepts connections."""
        command = [self.binaries.postgres("pg_isready"), "-q", "-d", self.url("postgres", "postgres")]
        return subprocess.run(command, env=CLEAN, check=False).returncode == 0  # nosec B603 # fixed words

    def url(self, role: str = "counterpart_web", database: str = DATABASE) -> str:
        """The libpq URL of a role on this cluster (``postgres`` is its superuser)."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}&port={PORT}"

    def sql(self, text: str, *, database: str = DATABASE, role: str = "postgres") -> str:
        """Runs SQL through psql and returns its rows, unaligned, one a line. Raises Failure with psql's message."""
        return self._psql(["-c", text], database, role)

    def _psql(self, words: list[str], database: str, role: str) -> str:
        options = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(role, database)]
        command = [self.binaries.postgres("psql"), *options, *words]
        done = subprocess.run(  # nosec B603 # psql on our own socket
            command, env=CLEAN, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failure(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()

    def _prepare(self) -> None:
        """The roles of the one file, and the database that their owner owns; changes nothing where they are there."""
        statements = ("ALTER ROLE counterpart_owner CREATEDB", "SELECT datname FROM pg_database")
        words = ["-f", str(ROLES), *(word for statement in statements for word in ("-c", statement))]
        if DATABASE not in self._psql(words, "postgres", "postgres").splitlines():
            self.sql(f"CREATE DATABASE {DATABASE} OWNER counterpart_owner", database="postgres")

    def _make(self) -> None:
        """A new cluster beside its place, then a rename: an interrupted start leaves no half-made cluster."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        give(fresh, self.account).chmod(0o700)
        command = ["-U", "postgres", "-A", "trust", *LOCALE, "-D", str(fresh), *([] if self.fsync else ["--no-sync"])]
        program = self.binaries.postgres("initdb")
        making = Process("initdb", [program, *command], self.log, self.sockets, CLEAN, self.account)
        making.start()
        if not wait_until(lambda: not making.running, 120) or making.status:
            making.kill()
            raise making.broken(f"could not make a cluster in {self.data}")
        shutil.rmtree(self.data, ignore_errors=True)
        fresh.rename(self.data)

    def _take_over(self) -> None:
        """Waits for a server of a killed run to leave this cluster, and takes away what it left behind.

        Only processes that are PostgreSQL *and* work in this very folder are ever signalled: the number in a stale
        postmaster.pid may by now be anybody's.
        """
        if not wait_until(lambda: not _working_in(self.data), LEAVING):
            for number in (signal.SIGQUIT, signal.SIGKILL):
                for pid in _working_in(self.data):
                    _signal(pid, number)
                if wait_until(lambda: not _working_in(self.data), LEAVING):
                    break
        if Path("/proc/self/cwd").exists():  # elsewhere PostgreSQL's own check has to do
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _working_in(data: Path) -> list[int]:
    """The ids of the PostgreSQL processes whose working folder is this cluster (none where there is no /proc)."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_server_of(entry, data)]


def _is_server_of(entry: Path, data: Path) -> bool:
    try:
        return (entry / "comm").read_text().startswith("postgres") and (entry / "cwd").samefile(data)
    except OSError:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
