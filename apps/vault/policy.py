"""How long what is sealed is kept: retention classes, pure. Which class a thing is in, the room that keeps it says."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class Retention(StrEnum):
    """Why something is kept, and from when its time counts."""

    DRAFT = "DRAFT"  # begun and never sent: since somebody last changed it
    SHARED = "SHARED"  # sent: since then
    WITHDRAWN = "WITHDRAWN"  # taken back: since then, its originator's alone meanwhile


# House rules, not law: an installation sets its own (COUNTERPART_RETENTION).
DAYS: Mapping[str, int] = {Retention.DRAFT: 365, Retention.SHARED: 5 * 365, Retention.WITHDRAWN: 90}


def over(*, retention: Retention, since: datetime, days: Mapping[str, int], now: datetime) -> bool:
    """Whether the time of that class is over. ``days`` are this installation's; a class that is not in it has ours."""
    return now - since > timedelta(days=days.get(retention, DAYS[retention]))
