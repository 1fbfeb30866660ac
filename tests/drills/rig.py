"""A whole Counterpart of real processes: a database and a broker of its own, a mail server, workers, beats, an officer."""

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.local import binaries, places, product
from config.local.processes import Process
from config.local.valkey import Valkey
from tests.notifications.sink import Sink
from tests.sizes import COMMIT, SIZE

LANDING = SIZE != COMMIT
POOLS = ["threads", "prefork"] if LANDING else ["threads"]
PATIENCE = 120.0 if LANDING else 60.0  # seconds a drill waits for its end before it is a failure
SMTP_TIMEOUT = 1  # seconds; a lease is five times as long, and a killed worker's letters wait that long


@dataclass(slots=True)
class Rig:
    """What a drill starts, kills and asks. ``environ`` is what every process gets."""

    database: str
    valkey: Valkey
    sink: Sink
    folder: Path
    stack: ExitStack
    environ: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def worker(self, pool: str = "threads") -> Process:
        """A Celery worker, started."""
        return self._start("worker", "worker", *_words(pool))

    def beat(self) -> Process:
        """A beat with a file of its own, started."""
        return self._start(
            "beat", "beat", "--pidfile=", "--schedule", str(self.folder / f"schedule-{next(self.numbers)}")
        )

    def odd_worker(self, module: str, *words: str) -> Process:
        """A worker with something wrong with it: ``tests.drills.<module>`` starts Celery, and knows what."""
        more = ["-A", "config", "worker", *_words("threads"), "--loglevel", "WARNING"]
        return self._run(module, [f"tests.drills.{module}", *words, *more])

    def _start(self, name: str, *words: str) -> Process:
        return self._run(name, ["celery", "-A", "config", *words, "--loglevel", "WARNING"])

    def _run(self, name: str, words: list[str]) -> Process:
        command = [sys.executable, "-m", *words]
        log = self.folder / f"{name}-{next(self.numbers)}.log"
        process = Process(name, command, log, places.ROOT, self.environ)
        self.stack.callback(process.kill)
        process.start()
        return process

    def office(self, count: int = 1, pause: float = 0.0) -> subprocess.Popen[str]:
        """An officer who files ``count`` reports, ``pause`` seconds apart; see ``filed``."""
        command = [sys.executable, "-m", "tests.drills.office", str(count), str(pause)]
        office = subprocess.Popen(
            command, cwd=places.ROOT, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.stack.callback(office.communicate)
        self.stack.callback(office.kill)
        return office

    def submit(self, count: int = 1) -> list[dict[str, Any]]:
        """Reports filed one after the other, each with its reference and seconds."""
        return filed(self.office(count))

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """What the database has, asked by its owner."""
        with psycopg.connect(make_conninfo(settings.SERVERS.owner, dbname=self.database)) as owner:
            return owner.execute(text.encode()).fetchall()

    def one(self, text: str) -> Any:
        return self.rows(text)[0][0]

    def crowd(self, size: int) -> None:
        """Kenya's customs gets ``size`` liaison officers in all."""
        with psycopg.connect(make_conninfo(settings.SERVERS.owner, dbname=self.database)) as owner:
            owner.execute(CROWD, {"size": size})

    def states(self) -> dict[str, int]:
        """Messages by state."""
        return dict(self.rows("SELECT state, count(*) FROM notifications_dispatch GROUP BY state"))

    def claims_too_much(self) -> set[str]:
        """The Message-IDs that a row says were sent and the mail server has never taken; the row is read first."""
        sent = {str(row[0]) for row in self.rows("SELECT id FROM notifications_dispatch WHERE state = 'SENT'")}
        return sent - {taken.strip("<>").partition("@")[0] for taken in self.sink.ids}

    def prove(self) -> None:
        """``manage.py prove`` in a process of its own: the books agree, and nothing waits."""
        command = [sys.executable, "manage.py", "prove", "--settle", "20"]
        done = subprocess.run(
            command, cwd=places.ROOT, env=self.environ, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "nothing is lost" in done.stdout

    def settled(self, messages: int) -> bool:
        """Whether exactly so many messages are sent, and nothing else waits anywhere."""
        carried = self.one("SELECT count(*) FROM outbox_delivery WHERE state <> 'DONE'") == 0
        return carried and self.states() == {"SENT": messages}

    def logs(self) -> str:
        """The last lines of every process, for a drill that fails."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(self.folder.glob("*.log")))


def _words(pool: str) -> list[str]:
    return ["--pool", pool, "--concurrency", "2", *product.ALONE]


CROWD = """
INSERT INTO agencies_user (id, password, email, name, agency_id, roles, language, time_zone, is_active, is_staff, created_at)
SELECT gen_random_uuid(), '!', 'crowd' || n || '@ke-customs.example', 'Crowd ' || n, a.id, '{LIAISON}', 'en', 'UTC',
       true, false, now()
FROM agencies_agency a, generate_series(2, %(size)s) n WHERE a.code = 'KE-CUSTOMS'
"""


def filed(office: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """What the officer has filed, once done. Fails where one report was not taken."""
    out, err = office.communicate(timeout=PATIENCE)
    assert office.returncode == 0, err[-3000:]
    return [json.loads(line) for line in out.splitlines()]


def wait_for(rig: Rig, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Returns once the condition holds; fails, with the processes' logs, where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s\n{rig.states()}\n{rig.logs()}"
        time.sleep(0.05)


@contextmanager
def rigged(folder: Path) -> Iterator[Rig]:
    """A rig on a copy of this test worker's database."""
    source = connection.settings_dict["NAME"]
    connection.close()
    with ExitStack() as stack:
        database = stack.enter_context(_copy(source, f"{source}_drill"))
        valkey = stack.enter_context(_valkey())
        sink = stack.enter_context(Sink())
        rig = Rig(database, valkey, sink, folder, stack.enter_context(ExitStack()))
        rig.environ = _environ(rig)
        yield rig


@contextmanager
def _copy(source: str, name: str) -> Iterator[str]:
    ends = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
    with psycopg.connect(settings.SERVERS.owner, autocommit=True) as owner:
        owner.execute(ends)
        owner.execute(copy)
        yield name
        owner.execute(ends)


@contextmanager
def _valkey() -> Iterator[Valkey]:
    account = places.unprivileged()
    with places.private_folder(account) as folder:
        valkey = Valkey(binaries.find(account), folder, folder / "valkey.log", account)
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.kill()


def _environ(rig: Rig) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERPART_", "PYTEST_", "PG"))}
    servers = settings.SERVERS
    return {
        **kept,
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": make_conninfo(servers.web, dbname=rig.database),
        "DATABASE_OWNER_URL": make_conninfo(servers.owner, dbname=rig.database),
        "DATABASE_WORKER_URL": make_conninfo(servers.worker, dbname=rig.database),
        "REDIS_URL": rig.valkey.url,
        "COUNTERPART_DEVELOPMENT": "1",
        "COUNTERPART_MASTER_KEY": os.environ["COUNTERPART_MASTER_KEY"],
        "COUNTERPART_SMTP_HOST": "127.0.0.1",
        "COUNTERPART_SMTP_PORT": str(rig.sink.port),
        "COUNTERPART_SMTP_TIMEOUT": str(SMTP_TIMEOUT),
        "COUNTERPART_SWEEP_SECONDS": "1",
    }
