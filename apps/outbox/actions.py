"""Publishing, and carrying what was published to its handlers."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from apps.core.clock import now as clock
from apps.outbox import bell, events
from apps.outbox.models import Delivery, Event
from apps.outbox.states import DeliveryState

log = logging.getLogger(__name__)
RELAY = "apps.outbox.tasks.relay"
MOST_ATTEMPTS = 12
LONGEST_WAIT = timedelta(minutes=10)


def publish(event: events.DomainEvent, *, now: datetime) -> None:
    """Write the event and a delivery for each subscriber in the caller's transaction; ring once it commits."""
    row = Event(name=event.name, payload=event.payload(), at=now)
    Event.objects.bulk_create([row])
    names = events.handlers_of(event.name)
    Delivery.objects.bulk_create([Delivery(event=row, handler=name, next_at=now) for name in names])
    bell.ring(RELAY)


def relay(*, limit: int = 100) -> int:
    """Run what is due, each delivery in a transaction of its own; returns how many were tried."""
    tried = 0
    while tried < limit and _relay_one():
        tried += 1
    return tried


def _relay_one() -> bool:
    with transaction.atomic():
        delivery = _claim()
        if delivery is None:
            return False
        error = _run(delivery)
        _settle(delivery, error)
    return True


def _claim() -> Delivery | None:
    """The next due delivery, locked until its transaction ends; the database's clock decides what is due."""
    due = Delivery.objects.filter(state=DeliveryState.PENDING).extra(where=["next_at <= clock_timestamp()"])
    rows = due.select_related("event").order_by("next_at").select_for_update(skip_locked=True, of=("self",))
    return rows.first()


def _run(delivery: Delivery) -> str:
    """Run the handler inside a savepoint: a failure undoes its effects and leaves its type behind."""
    try:
        with transaction.atomic():
            handler = events.handler(delivery.event.name, delivery.handler)
            handler(events.rebuild(delivery.event.name, delivery.event.payload))
    except Exception as error:
        log.exception("a handler failed", extra={"event_id": delivery.event_id, "handler": delivery.handler})
        return type(error).__name__
    return ""


def _settle(delivery: Delivery, error: str) -> None:
    now, attempts = clock(), delivery.attempts + 1
    row = Delivery.objects.filter(id=delivery.id, state=DeliveryState.PENDING)
    if not error:
        row.update(state=DeliveryState.DONE, attempts=attempts, done_at=now, error="")
    elif attempts >= MOST_ATTEMPTS:
        row.update(state=DeliveryState.DEAD, attempts=attempts, error=error)
    else:
        row.update(attempts=attempts, error=error, next_at=now + backoff(attempts))


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling from a second, full jitter, ten minutes at most."""
    ceiling = min(2.0**attempts, LONGEST_WAIT.total_seconds())
    return timedelta(seconds=random.uniform(0.5, ceiling))  # noqa: S311 - jitter, not a secret


def retry(*, ids: list[str], now: datetime) -> int:
    """Bring dead deliveries back to life, by an administrator's hand; returns how many."""
    dead = Delivery.objects.filter(id__in=ids, state=DeliveryState.DEAD)
    return dead.update(state=DeliveryState.PENDING, next_at=now, attempts=0)


@contextmanager
def alone(key: int) -> Iterator[bool]:
    """Whether this session got the advisory lock ``key``; held until the block ends, whatever commits inside it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
