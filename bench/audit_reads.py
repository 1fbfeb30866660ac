"""What the line of a read in the trail costs: the same requests with and without it, in turn, in one process.

The database does its half of the work in a process of its own, so its time on the processor is added to ours.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from apps.agencies.edge.seen import Sees
from bench.goals import Line
from bench.meter import WARM_UP, Client, statements, weigh

ROUNDS = 40
CALLS = 10  # of one kind in a row: what the database still does after an answer would count for the other kind
LIST = "/api/v1/reports/?limit=50"
MOST = 1.3


def run(world: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of one report and of a list of fifty."""
    settings.ROOT_URLCONF = "bench.urls"
    client = Client(get_wsgi_application(), world["token"])
    client.call("GET", "/api/v1/me/")
    doors = {"a report": f"/api/v1/reports/{world['drafts']['6'][0]}/", "list of 50": LIST}
    return [line.data() for name, path in doors.items() for line in _measured(client, name, path)]


def _measured(client: Client, name: str, path: str) -> Iterator[Line]:
    database = _Backend()

    def with_line(number: int) -> None:
        with database.weighed("with", number):
            _calls(client, path)

    def without_line(number: int) -> None:
        with database.weighed("without", number), _silent():
            _calls(client, path)

    weights = weigh({"with": with_line, "without": without_line}, rounds=ROUNDS)
    said = f"read of {name}, with its line in the trail"
    ours, bare = ((weights[kind].mean_cpu + database.mean(kind)) / CALLS * 1000 for kind in ("with", "without"))
    yield Line(f"{said}: CPU with the database's", ours / bare, MOST, f"{ours:.2f} against {bare:.2f} ms")
    ours, bare = (weights[kind].mean_cpu / CALLS * 1000 for kind in ("with", "without"))
    yield Line(f"{said}: CPU of the process", ours / bare, MOST, f"{ours:.2f} against {bare:.2f} ms")
    ours, bare = (weights[kind].p50 / CALLS * 1000 for kind in ("with", "without"))
    yield Line(f"{said}: p50", ours / bare, MOST, f"{ours:.2f} against {bare:.2f} ms")
    yield Line(f"read of {name}: statements more for its line", _statements(client, path) - _without(client, path), 1)


def _calls(client: Client, path: str) -> None:
    for _ in range(CALLS):
        client.call("GET", path)


def _statements(client: Client, path: str) -> int:
    with statements() as sent:
        client.call("GET", path)
    return len(sent)


def _without(client: Client, path: str) -> int:
    with _silent():
        return _statements(client, path)


class _silent:  # noqa: N801 - used as a word
    """Nothing is written of what is shown."""

    def __enter__(self) -> None:
        self._leave: Callable[..., None] = Sees.leave
        Sees.leave = lambda *_: None  # type: ignore[method-assign]  # that is what is measured

    def __exit__(self, *_: object) -> None:
        Sees.leave = self._leave  # type: ignore[method-assign]


class _Backend:
    """The time on the processor of the database's process behind our connection, by kind, in seconds."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._file = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self._spent: dict[str, list[float]] = {"with": [], "without": []}
        self._kind, self._before, self._counts = "", 0, False

    def weighed(self, kind: str, number: int) -> "_Backend":
        """Weigh what happens inside the block, but in the rounds that do not count."""
        self._kind, self._counts = kind, number >= WARM_UP
        return self

    def __enter__(self) -> None:
        self._before = self._nanoseconds()

    def __exit__(self, *_: object) -> None:
        if self._counts:
            self._spent[self._kind].append((self._nanoseconds() - self._before) / 1e9)

    def _nanoseconds(self) -> int:
        return int(self._file.read_text().split()[0])

    def mean(self, kind: str) -> float:
        """Per call."""
        return sum(self._spent[kind]) / len(self._spent[kind])
