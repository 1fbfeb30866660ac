"""How the outbox does, for administrators and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from apps.outbox.models import Delivery
from apps.outbox.states import DeliveryState


@dataclass(frozen=True, slots=True)
class Health:
    """Deliveries by state, and the age of the oldest that waits (None where none does)."""

    counts: Mapping[str, int]
    oldest_pending: timedelta | None


def health(*, now: datetime) -> Health:
    """In one statement; ages are by the time of the events."""
    rows = {
        row["state"]: row
        for row in Delivery.objects.values("state").annotate(count=Count("id"), since=Min("event__at"))
    }
    counts = {state: rows[state]["count"] if state in rows else 0 for state in DeliveryState.values}
    waiting = rows.get(DeliveryState.PENDING)
    return Health(counts, now - waiting["since"] if waiting else None)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries that wait and that were given up, and the age of the oldest that waits (None where none does)."""

    pending: int
    dead: int
    oldest: timedelta | None


def backlog(*, now: datetime) -> Backlog:
    """In one statement, which looks at what is not done and at nothing else; asked every minute."""
    open_ = Delivery.objects.filter(Q(state=DeliveryState.PENDING) | Q(state=DeliveryState.DEAD))
    found = open_.aggregate(
        pending=Count("id", filter=Q(state=DeliveryState.PENDING)),
        dead=Count("id", filter=Q(state=DeliveryState.DEAD)),
        since=Min("event__at", filter=Q(state=DeliveryState.PENDING)),
    )
    return Backlog(found["pending"], found["dead"], now - found["since"] if found["since"] else None)
