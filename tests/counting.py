"""Counting statements as the server sends them for one request: without BEGIN, SAVEPOINT and COMMIT."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
# In a test the request's transaction stands inside the test's: it asks for that one's settings and hands them back.
ASKED, HANDED_BACK = "SELECT current_setting('role')", "SELECT set_config('role', 'none'"


class Count:
    """Statements of one call."""

    statements: list[str]

    def __int__(self) -> int:
        return len(self.statements)


@contextmanager
def counted() -> Iterator[Count]:
    """The statements that are sent while the block lasts."""
    count = Count()
    with CaptureQueriesContext(connection) as captured:
        yield count
    texts = [query["sql"].strip() for query in captured]
    count.statements = [text for text in texts if not text.startswith((*TRANSACTION, ASKED, HANDED_BACK))]
