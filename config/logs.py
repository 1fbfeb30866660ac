"""One JSON line per event: level, logger, event and ids. Never a body, a query string, arguments or local variables.

Our own loggers say events in words of ours. What a library says may hold anything (a header, a row, a server's words), so
its lines tell the text that stands in its source, without what was put into it, and where that is.
"""

import logging
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson

from apps.core import trace

logging.raiseExceptions = False  # a line that can't be formatted would be printed with its arguments
OURS = ("apps", "config", "seeds")
# Says why no connection is to be had (host, role, a server's refusal): before any row was read.
HARMLESS = frozenset({"psycopg.pool"})
IDS = (
    "request_id",
    "event_id",
    "dispatch_id",
    "report_id",
    "agency_id",
    "user_id",
    "task",
    "handler",
    "field",
    "row",
    "why",
    "status",
    "view",
    "method",
    "count",
    "statements",
    "ms",
)


class JsonLine(logging.Formatter):
    """Formats a record; an exception is told as its type and the places it passed, never its message or values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": said(record),
        }
        line.update(_ids(record))
        if not ours(record):
            line["said_at"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["exception"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
        return orjson.dumps(line, default=str).decode()


def ours(record: logging.LogRecord) -> bool:
    """Whether one of our own loggers says it."""
    return record.name.partition(".")[0] in OURS


def said(record: logging.LogRecord) -> str:
    """The words of a line; of a library's only those that its source holds, and none where they were put together before."""
    if (ours(record) and not record.exc_info) or record.name in HARMLESS:
        return record.getMessage()
    constant = isinstance(record.msg, str) and (bool(record.args) or ours(record))
    return record.msg if constant else "(a library's words)"


def _ids(record: logging.LogRecord) -> dict[str, str | int]:
    found = trace.current()
    ids = {"request_id": found.id, "user_id": str(found.user_id or "")} if found else {}
    own = {name: getattr(record, name) for name in IDS if hasattr(record, name)} if ours(record) else {}
    told = {name: value if isinstance(value, int) else str(value) for name, value in {**ids, **own}.items()}
    return {name: value for name, value in told.items() if value != ""}
