"""The API as it is shipped: gunicorn with threads, the web role's own login, on a database of its own that commits."""

import http.client
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from apps.agencies.queries import digest
from config.local.places import ROOT
from config.local.processes import Process
from seeds.cast import address

TOKEN = """
INSERT INTO agencies_apitoken (id, user_id, name, digest, hint, created_at, expires_at, last_used_on)
SELECT gen_random_uuid(), id, 'script', %s, '', now(), now() + interval '1 day', current_date
FROM agencies_user WHERE email = %s
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers."""

    status: int
    content: bytes
    headers: Mapping[str, str]

    @property
    def data(self) -> Any:
        return orjson.loads(self.content)


@dataclass(slots=True)
class Service:
    """A running server; ``kill`` and ``start`` it as often as a test likes."""

    database: str
    port: int
    process: Process

    def start(self) -> None:
        self.process.start()
        deadline = time.monotonic() + 60
        while not self._lives():
            assert time.monotonic() < deadline, self.process.log.read_text()[-3000:]
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()

    def _lives(self) -> bool:
        try:
            return self.call("GET", "/healthz").status == 200
        except OSError:
            return False

    def line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request on a line of its own."""
        content = body if isinstance(body, bytes) else None if body is None else orjson.dumps(body)
        with closing(self.line()) as line:
            line.request(method, path, content, {"Content-Type": "application/json", **headers})
            answer = line.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.getheaders()))

    def raw(self, request: bytes) -> bytes:
        """Bytes as they are, and all that comes back until the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65536), b""))

    def token(self, word: str, code: str) -> dict[str, str]:
        """The header of a new API token of that person."""
        raw = "cp_" + secrets.token_urlsafe(32)
        self.rows(TOKEN, digest(raw), address(word, code))
        return {"Authorization": f"Bearer {raw}"}

    def owner(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A line to the database as its owner."""
        return psycopg.connect(make_conninfo(settings.SERVERS.owner, dbname=self.database))

    def rows(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database has, asked (or told) by its owner."""
        with self.owner() as owner:
            cursor = owner.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def served(folder: Path, **more: str) -> Iterator[Service]:
    """A server on a copy of this test worker's database; both are gone afterwards. ``more`` is of its environment."""
    source = connection.settings_dict["NAME"]
    connection.close()
    with _copy(source, f"{source}_served") as database:
        port = _free_port()
        process = Process("web", _gunicorn(port), folder / "web.log", ROOT, {**_environ(database), **more})
        service = Service(database, port, process)
        try:
            service.start()
            yield service
        finally:
            service.kill()


def _gunicorn(port: int) -> list[str]:
    words = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", *words]


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@contextmanager
def _copy(source: str, name: str) -> Iterator[str]:
    ends = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
    with psycopg.connect(settings.SERVERS.owner, autocommit=True) as owner:
        owner.execute(ends)
        owner.execute(copy)
        try:
            yield name
        finally:
            owner.execute(ends)


def _environ(database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERPART_", "PYTEST_", "PG"))}
    servers = settings.SERVERS
    return {
        **kept,
        "DATABASE_URL": make_conninfo(servers.web, dbname=database),
        "DATABASE_OWNER_URL": make_conninfo(servers.owner, dbname=database),
        "DATABASE_WORKER_URL": make_conninfo(servers.worker, dbname=database),
        "REDIS_URL": servers.redis,
        "COUNTERPART_DEVELOPMENT": "1",
        "COUNTERPART_MASTER_KEY": os.environ["COUNTERPART_MASTER_KEY"],
    }
