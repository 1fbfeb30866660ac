"""Counting statements as the server gets them for one request: without BEGIN, SAVEPOINT and COMMIT."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
# In a test the request's transaction stands inside the test's: it asks for that one's settings and hands them back.
ASKED, SET = "SELECT current_setting('role')", "SELECT set_config('role'"


class Count:
    """Statements of one call, each with its values."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __int__(self) -> int:
        return len(self.statements)

    def note(self, execute: Callable[..., Any], statement: str, values: Any, many: bool, context: Any) -> Any:
        """One statement on its way."""
        text = statement.strip()
        handed_back = text.startswith(SET) and values[0] == "none"
        if not text.startswith((*TRANSACTION, ASKED)) and not handed_back:
            self.statements.append(f"{text} {values!r}")
        return execute(statement, values, many, context)


@contextmanager
def counted() -> Iterator[Count]:
    """The statements that are sent while the block lasts."""
    count = Count()
    with connection.execute_wrapper(count.note):
        yield count
