"""What the doors leave in the trail: every answer that shows content leaves exactly one line, and no line holds content."""

from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponse

from apps.audit.actions import gather

READS = frozenset({"GET", "HEAD"})
PLACES = "SELECT coalesce((SELECT max(id) FROM audit_waiting), 0), (SELECT seq FROM audit_head WHERE id = 1)"
FOUND = """
SELECT true, verb, payload FROM audit_waiting WHERE id > %s
UNION ALL SELECT false, verb, payload FROM audit_entry WHERE seq > %s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the trail: ``noted`` is of a read, not chained yet."""

    noted: bool
    verb: str
    payload: str


class Lines:
    """The lines that are left after it was made."""

    def __init__(self) -> None:
        gather()
        with connection.cursor() as cursor:
            cursor.execute(PLACES)
            self._places = cursor.fetchone()

    def new(self) -> list[Line]:
        """The lines since then. A door that chains what waits leaves them the less."""
        with connection.cursor() as cursor:
            cursor.execute(FOUND, self._places)
            return [Line(*row) for row in cursor.fetchall()]


def wrong(method: str, answer: HttpResponse, lines: list[Line], *, shows: bool) -> str:
    """What is wrong with the lines that an answer left; empty where nothing is.

    A read that shows something leaves one line and nothing else; a write leaves its own, and none of a read beside it.
    """
    reads = [line for line in lines if line.noted]
    if len(reads) > 1:
        return f"{len(reads)} lines of reads"
    if shows and not lines:
        return "shows content and says nothing"
    if method in READS and len(lines) > 1:
        return f"{len(lines)} lines of one read"
    if method not in READS and reads and len(lines) > 1 and answer.status_code < 300:
        return "a write that says that it was read, too"
    return ""
