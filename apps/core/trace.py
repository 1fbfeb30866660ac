"""What the lines that one request or task writes to the log have in common: a random number, and who asked.

And what was found wrong meanwhile that whoever serves must tell when all of it is over: nothing can be written where it is
found, in a transaction that is being undone.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(slots=True)
class Trace:
    """One request or task: its number, the account that it was done for (once that is known), how many statements it gave.

    ``shut`` holds what is sealed and did not open: the field's name, and why.
    """

    id: str
    user_id: UUID | None = None
    statements: int = 0
    shut: list[tuple[str, str]] = field(default_factory=list)

    def counted(self, execute: Callable[..., Any], *words: Any) -> Any:
        """A wrapper of the database's connection that counts."""
        self.statements += 1
        return execute(*words)


_current: ContextVar[Trace | None] = ContextVar("_current", default=None)


def current() -> Trace | None:
    """The trace of what is going on in this thread; None outside any."""
    return _current.get()


@contextmanager
def traced() -> Iterator[Trace]:
    """A new trace until the block ends. Its number is ours and random: one that a client sends could be somebody's name."""
    trace = Trace(secrets.token_hex(8))
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def who(user_id: UUID) -> None:
    """It is done for that account."""
    trace = _current.get()
    if trace is not None:
        trace.user_id = user_id


def did_not_open(field: str, why: str) -> None:
    """Something sealed did not: the name of its field (``table.column``) and a code, for whoever ends this trace to tell."""
    trace = _current.get()
    if trace is not None:
        trace.shut.append((field, why))
