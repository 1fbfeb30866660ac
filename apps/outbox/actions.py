"""Publishing, and carrying what was published to its handlers."""

import json
import logging
import random
import time
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from apps.core.ids import new_id
from apps.outbox import bell, events
from apps.outbox.models import Delivery, Event
from apps.outbox.states import DeliveryState

log = logging.getLogger(__name__)
RELAY = "apps.outbox.tasks.relay"
MOST_ATTEMPTS = 20  # about five hours
LONGEST_WAIT = timedelta(hours=1)
TAKEN_UP_WITHIN = timedelta(seconds=5)  # a claimed delivery is locked by then, or its process is dead
LEASE = timedelta(minutes=5)  # for a handler that runs outside a transaction, where nothing is locked
LOST = "Lost"  # what stands for an error where the process died with the handler
KEPT = timedelta(days=90)
MOST_FORGOTTEN = 20_000  # events a night's run deletes at most: a backlog must not hold a transaction for long
# One statement for the event and its deliveries: every submission writes both. (RETURNING would have to read the event,
# which a person's request may not.)
PUBLISH = """
WITH event AS (
    INSERT INTO outbox_event (id, name, payload, at) VALUES (%(id)s, %(name)s, %(payload)s::jsonb, %(at)s)
)
INSERT INTO outbox_delivery (id, event_id, handler, state, attempts, next_at, error)
SELECT delivery.id, %(id)s, delivery.handler, 'PENDING', 0, statement_timestamp(), ''
FROM unnest(%(deliveries)s::uuid[], %(handlers)s::text[]) AS delivery (id, handler)
"""


# The next due delivery by the database's clock. Its commit does not wait for the disk: all it can lose is a count.
CLAIM = """
WITH at_once AS (SELECT set_config('synchronous_commit', 'off', true)), due AS (
    SELECT id FROM outbox_delivery WHERE state = 'PENDING' AND next_at <= statement_timestamp()
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE outbox_delivery d SET attempts = d.attempts + 1, next_at =
    statement_timestamp() + CASE WHEN d.handler = ANY (%(outside)s::text[]) THEN %(later)s ELSE %(soon)s END
FROM due, outbox_event e, at_once WHERE d.id = due.id AND e.id = d.event_id
RETURNING d.id, d.event_id, d.handler, d.attempts, d.error, e.name, e.payload
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in our hands, with its event; ``attempts`` counts the one that is being made."""

    id: UUID
    event_id: UUID
    handler: str
    attempts: int
    error: str
    name: str
    payload: str


def publish(event: events.DomainEvent, *, now: datetime) -> None:
    """Write the event and a delivery for each subscriber in the caller's transaction; ring once it commits.

    A delivery is due at once by the database's clock: a machine whose own clock runs ahead must not delay it.
    """
    names = events.handlers_of(event.name)
    values: dict[str, Any] = {
        "id": new_id(),
        "name": event.name,
        "payload": json.dumps(event.payload()),
        "at": now,
        "deliveries": [new_id() for _ in names],
        "handlers": names,
    }
    with connection.cursor() as cursor:
        cursor.execute(PUBLISH, values)
    bell.ring(RELAY)


def relay(*, patience: float = 30.0) -> int:
    """Run what is due until nothing is or ``patience`` seconds are over; returns how many deliveries were tried.

    Safe to run any number of times at once. Each delivery is claimed in a transaction of its own, which counts the attempt
    before it is made: a handler that kills its process is given up as surely as one that raises. Then its effects and its
    done-mark commit together.
    """
    begun, tried = time.monotonic(), 0
    while time.monotonic() < begun + patience and _relay_one(random.random()):  # noqa: S311 - jitter  # nosec B311
        tried += 1
    return tried


def _relay_one(draw: float) -> bool:
    """Try the next due delivery; False where there is none. ``draw`` in 0–1 decides how long a failure waits."""
    claimed = _claim()
    if claimed is None:
        return False
    if claimed.attempts > MOST_ATTEMPTS:
        _bury(claimed, claimed.error or LOST)
    elif events.is_outside(claimed.handler):
        _settle(claimed, _run(claimed, nullcontext()), draw)
    else:
        _carry(claimed, draw)
    return True


def _claim() -> Claimed | None:
    """The next due delivery, its attempt counted before it is made, and its next one planned should we die in it."""
    values: dict[str, Any] = {"soon": TAKEN_UP_WITHIN, "later": LEASE, "outside": events.all_outside()}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        row = cursor.fetchone()
    return Claimed(*row) if row else None


def _carry(claimed: Claimed, draw: float) -> None:
    """Run the handler in the transaction of its done-mark, unless another relay has taken the delivery over."""
    with transaction.atomic():
        if _ours(claimed).select_for_update(skip_locked=True).exists():
            _settle(claimed, _run(claimed, transaction.atomic()), draw)  # a failure undoes its effects, not its mark


def _ours(claimed: Claimed) -> QuerySet[Delivery]:
    """The delivery while it is as we claimed it: another claim would have counted one more attempt."""
    return Delivery.objects.filter(id=claimed.id, state=DeliveryState.PENDING, attempts=claimed.attempts)


def _run(delivery: Claimed, within: AbstractContextManager[object]) -> str:
    """Run the handler, within a savepoint or within nothing; the type of its failure, or an empty string."""
    try:
        with within:
            handler = events.handler(delivery.name, delivery.handler)
            handler(events.rebuild(delivery.name, json.loads(delivery.payload)))
    except Exception as error:  # whatever one handler brings about, the others go on
        log.exception("a handler failed", extra={"event_id": delivery.event_id, "handler": delivery.handler})
        return type(error).__name__
    return ""


def _settle(delivery: Claimed, error: str, draw: float) -> None:
    row = _ours(delivery)
    if not error:
        row.update(state=DeliveryState.DONE, done_at=Now(), error="")
    elif delivery.attempts >= MOST_ATTEMPTS:
        _bury(delivery, error)
    else:
        row.update(error=error, next_at=Now() + backoff(delivery.attempts, draw))


def _bury(delivery: Claimed, error: str) -> None:
    """Give a delivery up, for an administrator to see and retry."""
    _ours(delivery).update(state=DeliveryState.DEAD, error=error)
    log.error("a delivery is given up", extra={"event_id": delivery.event_id, "handler": delivery.handler})


def backoff(attempts: int, draw: float) -> timedelta:
    """How long to wait after so many failures: doubling from two seconds to an hour, full jitter (``draw`` in 0–1)."""
    return timedelta(seconds=draw * min(2.0 ** min(attempts, 30), LONGEST_WAIT.total_seconds()))


def retry(*, ids: Collection[str], now: datetime) -> int:
    """Bring dead deliveries back to life, by an administrator's hand; returns how many."""
    del now  # the database's clock says when it is due: at once
    dead = Delivery.objects.filter(id__in=ids, state=DeliveryState.DEAD)
    revived = dead.update(state=DeliveryState.PENDING, next_at=Now(), attempts=0)
    if revived:
        bell.ring(RELAY)
    return revived


def forget(*, now: datetime) -> int:
    """Delete events that were carried to all their handlers long ago; returns how many."""
    unfinished = Delivery.objects.filter(event=OuterRef("id")).exclude(state=DeliveryState.DONE)
    old = Event.objects.filter(~Exists(unfinished), at__lt=now - KEPT)
    ids = list(old.values_list("id", flat=True)[:MOST_FORGOTTEN])
    Event.objects.filter(id__in=ids).delete()
    return len(ids)


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
