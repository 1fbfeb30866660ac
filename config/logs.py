"""One JSON line per event: level, logger, event and ids. Never a body, a query string, arguments or local variables."""

import logging
import traceback
from datetime import UTC, datetime
from typing import Any

import orjson

IDS = (
    "request_id",
    "event_id",
    "dispatch_id",
    "report_id",
    "agency_id",
    "user_id",
    "task",
    "handler",
    "status",
    "path",
    "method",
    "count",
)


class JsonLine(logging.Formatter):
    """Formats a record; an exception is told as its type and the places it passed, never its message or values."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": str(record.msg) if record.exc_info else record.getMessage(),
        }
        line.update({name: str(getattr(record, name)) for name in IDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])
            line["exception"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
        return orjson.dumps(line, default=str).decode()
