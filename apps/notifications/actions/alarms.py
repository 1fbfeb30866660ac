"""Alarms about the service itself: opened by whoever finds that something is wrong, told to platform administrators, ended.

Whoever raises one only writes a row, so that it can be done anywhere, also as the web role: the worker tells of it. Where
entry and row are written in one transaction the entry comes first: everybody locks the chain's head before an alarm.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

import orjson
from django.db import connection, transaction
from django.db.models import F, Q

from apps.agencies.policy import Actor
from apps.agencies.queries import platform_administrators
from apps.audit.actions import MACHINE, record
from apps.audit.queries import verify
from apps.core.errors import Conflict, NotAllowed
from apps.core.ids import new_id
from apps.notifications import queries
from apps.notifications.actions.notices import notify_many
from apps.notifications.models import Alarm, Pulse
from apps.notifications.policy import SEEN_TO_BY_A_PERSON, AlarmCode, Beat, Facts, beat_is_silent, checked, judged
from apps.notifications.queries import Notice
from apps.notifications.states import NoticeKind
from apps.outbox import bell

TELL = "apps.notifications.tasks.tell_alarms"
REPEATED = timedelta(days=1)  # how often an open alarm is told again


def alarm(*, code: str, facts: Facts, now: datetime) -> None:
    """Open the alarm of that code, or note its newest facts where it is open; administrators are told once it commits.

    Of one that is open they are told again the next day, and at once where it is another breaking of glass, or another
    account that probes: the first, which may be harmless, must not hide the next.

    ``facts`` are counts, codes and ids, never content (ValueError). In one statement, which may be given in anybody's
    transaction and by any role; it holds the alarm's row until that ends, so call it late, after ``record``.
    """
    values = [new_id(), AlarmCode(code).value, orjson.dumps(dict(checked(facts))).decode(), now]
    with connection.cursor() as cursor:
        cursor.execute("SELECT notifications_raise(%s, %s, %s, %s)", values)
        (news,) = cursor.fetchone()
    if news:
        bell.ring(TELL)


def all_clear(*, code: str, now: datetime) -> bool:
    """End the alarm of that code where one is open, since what was wrong is right again; whether one was."""
    held = Alarm.objects.filter(code=AlarmCode(code).value, ended_at__isnull=True)
    with transaction.atomic():
        found = held.first()
        if found is None:
            return False
        record(actor=MACHINE, verb="end_alarm", kind="alarm", object_id=found.id, facts={"code": found.code}, now=now)
        return bool(held.filter(id=found.id).update(ended_at=now))


def see_to(*, actor: Actor, alarm_id: UUID, now: datetime) -> Alarm:
    """An administrator has looked at it and ends it; only for what no figure can end (Conflict), and while it is open."""
    if not actor.staff:
        raise NotAllowed
    held = Alarm.objects.filter(id=alarm_id, code__in=SEEN_TO_BY_A_PERSON, ended_at__isnull=True)
    found = held.first()
    if found is None:
        raise Conflict
    record(actor=actor, verb="see_to_alarm", kind="alarm", object_id=found.id, facts={"code": found.code}, now=now)
    if not held.update(ended_at=now, ended_by_id=actor.user_id):
        raise Conflict
    return found


def watch(*, now: datetime) -> list[AlarmCode]:
    """Look at the figures, open and end the alarms that they decide; returns the codes that are alarms now."""
    found = judged(queries.figures(now=now), queries.limits())
    note(beat=Beat.WATCH, now=now)
    for code, facts in {**found, AlarmCode.NO_BEAT: None}.items():
        if facts is None:
            all_clear(code=code, now=now)
        else:
            alarm(code=code, facts=facts, now=now)
    return [code for code, facts in found.items() if facts is not None]


def verify_trail(*, now: datetime) -> bool:
    """Verify the whole audit trail and open or end its alarm; whether it holds. It reads every entry: once a night."""
    verdict = verify()
    if verdict.broken is not None:
        alarm(code=AlarmCode.AUDIT_CHAIN, facts={"entries": verdict.count, "broken": verdict.broken}, now=now)
        return False
    note(beat=Beat.TRAIL, now=now)
    all_clear(code=AlarmCode.AUDIT_CHAIN, now=now)
    return True


def listen_for_beat(*, since: datetime, now: datetime) -> bool:
    """Whether beat was heard lately; where not, its alarm is opened. For a worker that listens since then: it lives when
    beat does not.
    """
    facts = beat_is_silent(heard_at=queries.watched_at(), listening_since=since, at=now)
    if facts is not None:
        alarm(code=AlarmCode.NO_BEAT, facts=facts, now=now)
    return facts is None


def note(*, beat: Beat, now: datetime) -> None:
    """Note that what must happen again and again has happened."""
    pulse = Pulse(name=beat.value, at=now)
    Pulse.objects.bulk_create([pulse], update_conflicts=True, unique_fields=["name"], update_fields=["at"])


def tell_alarms(*, now: datetime) -> int:
    """Tell platform administrators of the open alarms that they were not told of in the last day; returns how many.

    Each in a transaction of its own. An alarm is told once a day whatever comes of its messages, so mail that is broken
    can't raise more of it.
    """
    due = Q(told_at__isnull=True) | Q(told_at__lte=now - REPEATED)
    waiting = Alarm.objects.filter(due, ended_at__isnull=True).order_by("since")
    return sum(_tell(found, now) for found in waiting)


def _tell(found: Alarm, now: datetime) -> bool:
    """One that was raised again since it was found is left to the next telling, which somebody rings for just now."""
    held = Alarm.objects.filter(id=found.id, times_told=found.times_told, times=found.times, ended_at__isnull=True)
    with transaction.atomic():
        if not found.times_told:
            facts = {"code": found.code, **found.facts}
            record(actor=MACHINE, verb="open_alarm", kind="alarm", object_id=found.id, facts=facts, now=found.since)
        moved = held.update(told_at=now, times_told=F("times_told") + 1)
        if not moved:
            transaction.set_rollback(True)
            return False
        notify_many(_notices(found), now=now)
    return True


def _notices(found: Alarm) -> list[Notice]:
    """One for each active platform administrator; its cause is this telling, so that tomorrow's is another."""
    cause = uuid5(found.id, str(found.times_told))
    people = platform_administrators().order_by("email").values_list("id", flat=True)
    return [Notice(user, NoticeKind.ALARM, cause, found.id, None) for user in people]
