"""How the outbox does, for administrators and alarms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

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
