"""When somebody last proved who they are, kept in their session: a proof is fresh for five minutes."""

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

FRESH = timedelta(minutes=5)
PROVED = "proved_at"


def note(session: MutableMapping[str, Any], now: datetime) -> None:
    """A password or a second factor was right just now."""
    session[PROVED] = now.timestamp()


def is_fresh(session: Mapping[str, Any], now: datetime) -> bool:
    """Whether the last proof is not older than five minutes; without one it is not."""
    age = now.timestamp() - float(session.get(PROVED, 0))
    return 0 <= age <= FRESH.total_seconds()
