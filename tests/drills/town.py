"""A whole service on servers of its own, to be killed at leave, and clients that do not give up."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from config.local import binaries, places
from config.local.postgres import Postgres
from config.local.processes import Process
from config.local.servers import database_urls
from config.local.valkey import Valkey
from seeds.cast import address

PATIENCE = 120.0  # seconds a client tries again before it is a failure
PAUSE = 0.05
AGAIN = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    status: int
    body: bytes

    @property
    def data(self) -> Any:
        return orjson.loads(self.body)


@dataclass(slots=True)
class Client:
    """Somebody's script: it sends a request under its key again and again until an answer tells it how it ended.

    ``failures`` counts what it had to try again, by what went wrong (a status, or the line that broke).
    """

    port: int
    token: str
    failures: Counter[str] = field(default_factory=Counter)

    def once(self, method: str, path: str, body: object = None, key: str | None = None) -> Said:
        """One request on a line of its own."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            line.request(method, path, b"" if body is None else orjson.dumps(body), headers)
            answer = line.getresponse()
            return Said(answer.status, answer.read())
        finally:
            line.close()

    def insist(self, method: str, path: str, body: object = None, key: str | None = None) -> Said:
        """Until it is answered for good; 409 while the first try still runs is no answer."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                said = self.once(method, path, body, key)
                if said.status not in AGAIN and not _in_flight(said):
                    return said
                self.failures[str(said.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures[type(error).__name__] += 1
            assert time.monotonic() < until, f"{method} {path}: {self.failures}"
            time.sleep(PAUSE)

    def file(self, key: str, body: object) -> str:
        """A report drafted and submitted under keys; its id."""
        made = self.insist("POST", "/api/v1/reports/", body, f"{key}-draft")
        assert made.status == 201, made.body
        report = str(made.data["id"])
        sent = self.insist("POST", f"/api/v1/reports/{report}/submit/", None, f"{key}-submit")
        assert sent.status == 200, sent.body
        return report


def _in_flight(said: Said) -> bool:
    return said.status == 409 and said.data["code"] == "idempotency_in_flight"


@dataclass(slots=True)
class Town:
    """What a drill kills, fills and asks."""

    postgres: Postgres
    valkey: Valkey
    folder: Path
    port: int
    environ: dict[str, str]
    web: Process
    stack: ExitStack

    def manage(self, *words: str) -> str:
        """What a command of the owner prints; it has to end well."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=places.ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prove(self) -> None:
        """The worker does what is left, and then the books agree."""
        self.manage("shell", "--no-imports", "-c", CARRY)
        assert "nothing is lost" in self.manage("prove")

    def client(self, word: str, code: str) -> Client:
        return Client(self.port, self.manage("issue_token", address(word, code)).strip())

    def one(self, text: str) -> int:
        """A number from the database, asked by its superuser."""
        return int(self.postgres.sql(text))

    def start_web(self) -> None:
        self.web.start()
        until = time.monotonic() + 60
        while not self.lives():
            assert time.monotonic() < until, self.web.tail()
            time.sleep(PAUSE)

    def lives(self) -> bool:
        """Whether the service is ready to serve."""
        try:
            return Client(self.port, "").once("GET", "/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False


CARRY = """
from apps.notifications.actions import send_due
from apps.outbox.actions import relay
while relay():
    pass
send_due()
"""


def everyone(work: Sequence[Callable[[], Any]], meanwhile: Callable[[], Any] | None = None) -> list[Any]:
    """All of it at once, each in a thread; what each came to, in order. The first failure is raised.

    ``meanwhile`` is done in this thread: a server ends with the thread that has started it.
    """
    with ThreadPoolExecutor(len(work)) as crowd:
        begun = [crowd.submit(each) for each in work]
        if meanwhile:
            meanwhile()
        return [each.result() for each in begun]


@contextmanager
def town(folder: Path, data: Path | None = None) -> Iterator[Town]:
    """A prepared service with its cast; ``data`` is where its database lies, if not in a folder of its own."""
    account = places.unprivileged()
    with places.private_folder(account) as private, ExitStack() as stack:
        programs = binaries.find(account)
        valkey = Valkey(programs, private, folder / "valkey.log", account)
        stack.callback(valkey.kill)
        postgres = Postgres(programs, data or private / "pg", private, private / "pg.log", account, fsync=False)
        stack.callback(postgres.kill)
        valkey.start()
        postgres.start()
        environ = _environ(postgres, valkey, folder)
        port = _free_port()
        web = Process("web", _gunicorn(port), folder / "web.log", places.ROOT, environ)
        made = Town(postgres, valkey, folder, port, environ, web, stack)
        made.manage("prepare")
        made.manage("shell", "--no-imports", "-c", PEOPLE)
        stack.callback(web.kill)
        made.start_web()
        yield made


PEOPLE = """
from apps.core.clock import now
from seeds.cast import load_cast
load_cast(users=True, password_hash=None, now=now())
"""


def _gunicorn(port: int) -> list[str]:
    """As the container starts it (docker/entrypoint.sh), with two processes of four threads."""
    words = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", *words]


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _environ(postgres: Postgres, valkey: Valkey, folder: Path) -> dict[str, str]:
    dropped = ("COUNTERPART_", "PYTEST_", "PG", "DATABASE_", "REDIS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    keys = {name: value for name, value in os.environ.items() if name.startswith("COUNTERPART_MASTER_KEY")}
    return {
        **kept,
        **keys,
        **database_urls(postgres),
        "REDIS_URL": valkey.url,
        "PYTHONUNBUFFERED": "1",
        "COUNTERPART_DEVELOPMENT": "1",
        "COUNTERPART_MAIL_FOLDER": str(folder / "mail"),
    }
