"""Asking as somebody: by the API with a token, by pages with a session; every statement that it costs is noted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import connection
from django.test import Client

from apps.agencies.models import User
from apps.agencies.policy import Actor
from tests.callers import API, Caller
from tests.doors import come_in

POINT = re.compile(r'(?<=SAVEPOINT )"[^"]*"')  # savepoints are numbered as the process goes on


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; ``body`` is JSON for the API, a form's fields for pages, or bytes as they are."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.body or ''}{self.headers or ''}"[:300]


@dataclass(frozen=True, slots=True)
class Answered:
    """All that a reader could tell two answers apart by."""

    status: int
    headers: str
    content: str
    statements: tuple[str, ...]


class Asker:
    """Somebody with a token and a session. ``again`` goes back to how they were when they first asked."""

    def __init__(self, actor: Actor) -> None:
        self._user = User.objects.get(id=actor.user_id)
        self._caller = Caller(actor)
        self._browser = Client(raise_request_exception=False)
        come_in(self._browser, self._user)
        self._caller.client = Client(raise_request_exception=False)
        self._first = {name: morsel.value for name, morsel in self._browser.cookies.items()}

    def again(self) -> None:
        """As after the first sign-in, in a process that has just been started."""
        self._browser.cookies.clear()
        self._browser.cookies.load(self._first)
        ContentType.objects.clear_cache()
        mail.outbox.clear()

    def warm(self) -> None:
        """What a process asks or makes once: the API's description, whether the database is migrated."""
        for path in (f"{API}docs/", "/readyz"):
            self.ask(Ask("GET", path))

    def sign_in(self) -> None:
        """Again, where a request has signed them out."""
        if not self._browser.cookies:
            come_in(self._browser, self._user)

    def ask(self, asked: Ask) -> Answered:
        with noted() as statements:
            response = self._send(asked)
        headers = "\n".join(f"{name}: {value}" for name, value in response.items()) + "\n" + response.cookies.output()
        content = b"".join(response) if response.streaming else response.content
        return Answered(response.status_code, headers, content.decode("latin-1"), tuple(statements))

    def _send(self, asked: Ask) -> Any:
        if asked.path.startswith(API):
            return self._caller.call(asked.method, asked.path, asked.body, **asked.headers)
        headers = asked.headers or None
        if asked.method == "POST":
            return self._browser.post(asked.path, asked.body or {}, headers=headers)
        return self._browser.generic(asked.method, asked.path, headers=headers)

    @property
    def mails(self) -> list[str]:
        """What was mailed to them since the beginning."""
        return [each.message().as_string() for each in mail.outbox if self._user.email in each.to]


@contextmanager
def noted() -> Iterator[list[str]]:
    """The texts of all statements that are sent while the block lasts, without their values."""
    texts: list[str] = []

    def note(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        texts.append(POINT.sub("", statement))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(note):
        yield texts
