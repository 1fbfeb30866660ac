"""Calls a WSGI application in this process and weighs each call: wall time, and CPU time of the whole process."""

import gc
import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

WARM_UP = 20  # rounds that do not count


@dataclass(slots=True)
class Weight:
    """What calls of one kind took, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median of the wall times."""
        return statistics.median(self.wall)

    @property
    def mean_cpu(self) -> float:
        """The mean of the CPU times: what the collector of garbage takes belongs to whoever made it."""
        return statistics.mean(self.cpu)


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody with an API token, in front of the application."""

    application: Any
    token: str

    def call(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of the answer. Raises RuntimeError with the answer where it is not one of success."""
        path, _, query = path.partition("?")
        told: list[str] = []
        environ = self._environ(method, path, query, body)
        parts = self.application(environ, lambda *answer: told.append(answer[0]))
        answer = b"".join(parts)
        parts.close()
        if not told[0].startswith("2"):
            raise RuntimeError(f"{method} {path}: {told[0]} {answer[:500]!r}")
        return answer

    def _environ(self, method: str, path: str, query: str, body: bytes) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": "application/json" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_HOST": "127.0.0.1",
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


def weigh(kinds: Mapping[str, Callable[[int], object]], *, rounds: int) -> dict[str, Weight]:
    """Call each kind in turn, round after round, with the number of the round; the first few do not count."""
    weights = {name: Weight() for name in kinds}
    gc.collect()
    for number in range(WARM_UP + rounds):
        for name, act in kinds.items():
            wall, cpu = time.perf_counter(), time.process_time()
            act(number)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if number >= WARM_UP:
                weights[name].wall.append(wall)
                weights[name].cpu.append(cpu)
    return weights


@contextmanager
def statements() -> Iterator[Sequence[str]]:
    """The SQL statements that are sent meanwhile, without those that only mark out transactions."""
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent
