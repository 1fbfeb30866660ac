"""Asking every check, of one snapshot, in a number of statements that does not grow with the tables.

Two walks are longer, the trail's chain and the labels, each row of which is judged again in Python. They come after the
snapshot and hold no transaction, however long they take: the service goes on meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from apps.audit.queries import verify
from apps.outbox.actions import KEPT
from apps.outbox.events import handlers_of
from apps.outbox.models import Event
from apps.referrals.ledger.events import EVENTS
from apps.referrals.ledger.ground import WITH
from apps.referrals.ledger.notices import MESSAGES, NOTICES
from apps.referrals.ledger.reports import KEYS, REFERRALS
from apps.referrals.ledger.sealed import SEALED
from apps.referrals.ledger.terms import Area, Check, Finding, Notes, Proof, Waiting
from apps.referrals.ledger.trail import TRAIL
from apps.sharing.queries import agreement

Row = Sequence[Any]
CHECKS = (*KEYS, *REFERRALS, *NOTICES, *MESSAGES, *EVENTS, *TRAIL, *SEALED)
TRAIL_BROKEN, LABEL_DISAGREES = "trail-broken", "label-disagrees"
# A check may take so long, and so much memory for each of its sorts and hashes, before it is cut off: the night is for more.
LONGEST, MEMORY = "30s", "32MB"
BOUNDS = "SELECT set_config('statement_timeout', %s, true), set_config('work_mem', %s, true)"
WRONG = ", wrong (id) AS ("
VERDICT = ") SELECT count(*), coalesce((array_agg(id ORDER BY id))[1:3], '{}') FROM wrong"
COUNTS = """
SELECT (SELECT count(*) FROM agencies_idempotencykey),
       (SELECT count(*) FROM reports_report WHERE state <> 'DRAFT'),
       (SELECT count(*) FROM referrals_referral),
       (SELECT count(*) FROM notifications_notification),
       (SELECT count(*) FROM notifications_dispatch),
       (SELECT count(*) FROM outbox_event)
"""
COUNTED = (Area.KEYS, Area.REPORTS, Area.REFERRALS, Area.NOTICES, Area.MESSAGES, Area.EVENTS)
WAITING = """
SELECT count(*), now() - min(e.at) FROM outbox_delivery d JOIN outbox_event e ON e.id = d.event_id
WHERE d.state = 'PENDING'
UNION ALL
SELECT count(*), now() - min(d.created_at) FROM notifications_dispatch d
WHERE d.state = 'PENDING' AND (d.gathered_until IS NULL OR d.gathered_until <= statement_timestamp())
"""
NOTES = """
, unjudged AS (
    SELECT count(*) AS count FROM due_notice d
    LEFT JOIN notifications_notification n ON n.user_id = d.user_id AND n.kind = d.kind AND n.cause = d.cause
    WHERE n.id IS NULL AND d.since >= d.at
), again AS (
    SELECT dispatch_id FROM notifications_attempt WHERE outcome = 'SENT' GROUP BY 1 HAVING count(*) > 1
)
SELECT (SELECT count FROM unjudged),
       (SELECT count(*) FROM outbox_delivery WHERE state = 'DEAD'),
       (SELECT count(*) FROM notifications_dispatch WHERE state = 'DEAD'),
       (SELECT count(*) FROM again)
"""


def prove(*, now: datetime) -> Proof:
    """Ask every check of the database as it stands; rows that are committed meanwhile are not looked at."""
    cut_off: list[Finding] = []
    findings: list[Finding | None] = []
    counts, notes = (0,) * len(COUNTED), Notes(0, 0, 0, 0)
    with _snapshot():
        values = _values(now)
        for check in CHECKS:
            with _caught(check.area, check.code, cut_off), transaction.atomic():
                findings.append(_ask(check, values))
        with _caught(Area.REPORTS, "counts", cut_off), transaction.atomic():
            counts = tuple(_rows(COUNTS, values)[0])
        with _caught(Area.NOTICES, "notes", cut_off), transaction.atomic():
            notes = Notes(*_rows(WITH + NOTES, values)[0])
        waiting = _waiting()
    counted = dict(zip(COUNTED, counts, strict=True)) | {Area.TRAIL: 0, Area.LABELS: 0}
    with _caught(Area.TRAIL, TRAIL_BROKEN, cut_off):
        counted[Area.TRAIL], of_trail = _chain()
        findings += of_trail
    with _caught(Area.LABELS, LABEL_DISAGREES, cut_off):
        counted[Area.LABELS], of_labels = _labels()
        findings += of_labels
    return Proof(counted, waiting, (*filter(None, findings), *cut_off), notes)


def pending() -> int:
    """How many rows wait for the worker at this moment; one statement."""
    return sum(row[0] for row in _rows(WAITING, {}))


@contextmanager
def _caught(area: Area, code: str, cut_off: list[Finding]) -> Iterator[None]:
    """What the database ends (its time limit, a lock, an error) is named; the others are judged none the less.

    A session that is lost ends the proof: nothing can be asked any more.
    """
    try:
        yield
    except DatabaseError as error:
        if not connection.is_usable():
            raise
        cut_off.append(Finding(area, code, "", 0, (type(error.__cause__ or error).__name__,), judged=False))


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database for all statements, each of which is bounded; inside another transaction, that one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with connection.cursor() as cursor:
            cursor.execute(BOUNDS, [LONGEST, MEMORY])
        yield


def _values(now: datetime) -> dict[str, Any]:
    names = Event.objects.order_by().values_list("name", flat=True).distinct()
    pairs = [(name, handler) for name in names for handler in handlers_of(name)]
    return {
        "now": now,
        "kept": KEPT,
        "coordinator": settings.COORDINATING_BODY,
        "names": [name for name, _ in pairs],
        "handlers": [handler for _, handler in pairs],
    }


def _ask(check: Check, values: Mapping[str, Any]) -> Finding | None:
    count, first = _rows(WITH + WRONG + check.sql + VERDICT, values)[0]
    return Finding(check.area, check.code, check.sentence, count, tuple(first)) if count else None


def _rows(sql: str, values: Mapping[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Row] = cursor.fetchall()
    return rows


def _waiting() -> dict[Area, Waiting]:
    of_events, of_messages = (Waiting(*row) for row in _rows(WAITING, {}))
    return {Area.EVENTS: of_events, Area.MESSAGES: of_messages}


def _chain() -> tuple[int, list[Finding]]:
    verdict = verify()
    sentence = "the chain does not hold from this entry on (entry)"
    broken = [] if verdict.broken is None else [str(verdict.broken)]
    return verdict.count, [Finding(Area.TRAIL, TRAIL_BROKEN, sentence, 1, (each,)) for each in broken]


def _labels() -> tuple[int, list[Finding]]:
    """Every label; one that disagrees is wrong where it does so a second time: the first may have met it half changed."""
    count, wrong = 0, set[UUID]()
    for label, agrees in agreement():
        count += 1
        if not agrees:
            wrong.add(label)
    if wrong:
        wrong = {label for label, agrees in agreement(among=wrong) if not agrees}
    sentence = "a label whose grants, arrays and policy do not say the same"
    first = tuple(map(str, sorted(wrong)[:3]))
    return count, [Finding(Area.LABELS, LABEL_DISAGREES, sentence, len(wrong), first)] if wrong else []
