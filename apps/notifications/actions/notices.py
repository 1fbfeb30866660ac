"""Making notices, reading them, and taking back or reviving what is sent of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from apps.agencies.policy import Actor
from apps.audit.actions import Who, record
from apps.core.errors import NotFound
from apps.core.ids import new_id
from apps.notifications import gate
from apps.notifications.actions.closing import reopen
from apps.notifications.models import Dispatch, Notification
from apps.notifications.queries import Notice
from apps.notifications.states import GATHERED, DispatchState, NoticeKind
from apps.outbox import bell

SEND = "apps.notifications.tasks.send_due"
GATHERING = timedelta(
    minutes=10
)  # the first is mailed at once, what follows on the same report within so long in one mail
# One statement whatever the number: the notices that are new, and a message for each of them whose reader's address has
# not been refused (an alarm is tried all the same). Due at once by the database's clock: a machine whose own clock runs
# ahead must not delay it. What follows on a report of which its reader was just mailed is due when the minutes of gathering
# are over, all of it at the same moment.
TELL = """
WITH told AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(dispatches)s::uuid[], %(users)s::uuid[], %(kinds)s::text[],
                         %(causes)s::uuid[], %(objects)s::uuid[], %(labels)s::uuid[], %(references)s::text[])
        AS told (id, dispatch_id, user_id, kind, cause, object_id, label_id, reference)
), made AS (
    INSERT INTO notifications_notification (id, user_id, kind, cause, object_id, label_id, reference, created_at)
    SELECT id, user_id, kind, cause, object_id, label_id, reference, %(now)s FROM told
    ON CONFLICT (user_id, kind, cause) DO NOTHING
    RETURNING id
), sent AS (
    INSERT INTO notifications_dispatch (id, notification_id, user_id, channel, state, attempts, created_at, next_at,
                                        gathered_until)
    SELECT dispatch_id, id, user_id, 'EMAIL', 'PENDING', 0, %(now)s, coalesce(due, statement_timestamp()), due
    FROM told JOIN made USING (id) LEFT JOIN LATERAL (
        SELECT coalesce(
            max(least(d.next_at, statement_timestamp() + %(gather)s)) FILTER (WHERE d.next_at > statement_timestamp()),
            max(d.next_at) FILTER (WHERE d.state = 'SENT' OR d.leased_until > statement_timestamp()) + %(gather)s) AS due
        FROM notifications_dispatch d JOIN notifications_notification n ON n.id = d.notification_id
        WHERE told.kind = ANY (%(gathered)s) AND d.user_id = told.user_id AND d.channel = 'EMAIL'
            AND d.next_at > statement_timestamp() - %(gather)s AND d.state IN ('PENDING', 'SENT')
            AND n.label_id = told.label_id AND n.kind = ANY (%(gathered)s)
    ) earlier ON true
    WHERE told.kind = 'ALARM' OR NOT EXISTS (
        SELECT FROM notifications_channel c WHERE c.user_id = told.user_id AND c.kind = 'EMAIL' AND c.closed_at IS NOT NULL
    )
    RETURNING id
)
SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM sent)
"""


def notify_many(notices: Iterable[Notice], *, now: datetime) -> int:
    """Make the notices and what is sent of them, in the caller's transaction; ring once it commits.

    Set-based: the same statements for one recipient or a thousand. Nobody is told of one cause twice, whoever calls
    however often, and nobody of a label that they may not see (``gate``). Returns how many notices are new.
    """
    told = permitted(list(notices), now=now)
    if not told:
        return 0
    values: dict[str, Any] = {"now": now, "gather": GATHERING, "gathered": sorted(GATHERED)}
    with connection.cursor() as cursor:
        cursor.execute(TELL, _columns(told) | values)
        made, dispatched = cursor.fetchone()
    if dispatched:
        bell.ring(SEND)
    return int(made)


def notify(
    *,
    kind: NoticeKind,
    cause: UUID,
    object_id: UUID,
    label_id: UUID | None,
    reference: str,
    users: Collection[UUID],
    now: datetime,
) -> int:
    """Tell these accounts of one thing; see ``notify_many``."""
    return notify_many((Notice(user, kind, cause, object_id, label_id, reference) for user in users), now=now)


def permitted(notices: Sequence[Notice], *, now: datetime) -> list[Notice]:
    """Those whose reader may be told of them now (``gate``)."""
    looks = {notice.look for notice in notices if notice.look}
    allowed = gate.allowed(looks, now=now)
    return [notice for notice in notices if notice.look is None or notice.look in allowed]


def _columns(notices: Sequence[Notice]) -> dict[str, Any]:
    return {
        "ids": [new_id() for _ in notices],
        "dispatches": [new_id() for _ in notices],
        "users": [notice.user_id for notice in notices],
        "kinds": [str(notice.kind) for notice in notices],
        "causes": [notice.cause for notice in notices],
        "objects": [notice.object_id for notice in notices],
        "labels": [notice.label_id for notice in notices],
        "references": [notice.reference for notice in notices],
    }


def cancel(*, label_id: UUID, user_ids: Collection[UUID] | None = None, now: datetime) -> int:
    """Cancel what waits to be sent about a label, to these accounts or to all; returns how many.

    What a worker holds at this moment is left to it: it is sent, or checked again before its next attempt.
    """
    del now  # no row of it holds the time; the action that ended the access does
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=Now())
    waiting = Dispatch.objects.filter(free, state=DispatchState.PENDING, notification__label_id=label_id)
    if user_ids is not None:
        waiting = waiting.filter(user_id__in=user_ids)
    return waiting.update(state=DispatchState.CANCELLED, leased_until=None)


def mark_read(*, actor: Actor, notification_id: UUID, now: datetime) -> Notification:
    """Mark one of the actor's own notices as read; a second time changes nothing. NotFound where it isn't theirs."""
    own = Notification.objects.filter(id=notification_id, user_id=actor.user_id)
    moved = own.filter(read_at__isnull=True).update(read_at=now)
    notification = own.first()
    if notification is None:
        raise NotFound
    if moved:
        kind = "notification"
        record(actor=actor, verb="mark_read", kind=kind, object_id=notification_id, owner_id=actor.agency_id, now=now)
    return notification


def retry(*, actor: Who, ids: Collection[UUID], now: datetime) -> int:
    """Bring messages that could not be sent back to life and reopen their channels, by an administrator's hand.

    Returns how many; what is not dead stays as it is. They are due at once, by the database's clock.
    """
    with transaction.atomic():
        dead = Dispatch.objects.select_for_update().filter(id__in=ids, state=DispatchState.DEAD)
        found = list(dead.values_list("id", "user_id", "channel"))
        reopen({(user, channel) for _, user, channel in found})
        revived = Dispatch.objects.filter(id__in=[id_ for id_, _, _ in found], state=DispatchState.DEAD)
        count = revived.update(state=DispatchState.PENDING, attempts=0, next_at=Now())
        if count:
            bell.ring(SEND)
            record(
                actor=actor, verb="retry_dispatches", kind="dispatch", object_id=None, facts={"count": count}, now=now
            )
    return count
