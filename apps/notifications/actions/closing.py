"""When an account's address is given up, and how it comes back: nobody falls silent for what is not their own fault."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.core.clock import now as clock
from apps.notifications.channels.answers import Answer
from apps.notifications.models import Attempt, Channel, Dispatch
from apps.notifications.queries import Letter
from apps.notifications.states import ChannelKind, DispatchState, NoticeKind, Outcome

REST = timedelta(days=3)  # after which a closed address is tried again
LATELY = timedelta(days=1)
LOOKED_AT = 1000  # tries: how far back a refusal is compared with others
# What nobody was sent while the address was closed, and has not been read meanwhile.
OWED = """
WITH owed AS (
    UPDATE notifications_channel c SET owed_since = NULL
    FROM (SELECT id, owed_since FROM notifications_channel
          WHERE kind = 'EMAIL' AND closed_at IS NULL AND owed_since IS NOT NULL FOR UPDATE) open
    WHERE c.id = open.id
    RETURNING c.user_id, open.owed_since AS since
), revived AS (
    UPDATE notifications_dispatch d SET state = 'PENDING', attempts = 0, next_at = statement_timestamp()
    FROM owed WHERE d.user_id = owed.user_id AND d.channel = 'EMAIL' AND d.state = 'DEAD' AND d.created_at >= owed.since
    RETURNING d.id
), made AS (
    INSERT INTO notifications_dispatch (id, notification_id, user_id, channel, state, attempts, created_at, next_at)
    SELECT gen_random_uuid(), n.id, n.user_id, 'EMAIL', 'PENDING', 0, statement_timestamp(), statement_timestamp()
    FROM owed JOIN notifications_notification n ON n.user_id = owed.user_id AND n.created_at >= owed.since
    WHERE n.read_at IS NULL
    ON CONFLICT (notification_id, channel) DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM revived) + (SELECT count(*) FROM made)
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one letter, when, and how long it is to wait where it has to."""

    letter: Letter
    answer: Answer
    at: datetime
    wait: timedelta


def judged(refused: Sequence[Result], *, taken: int) -> list[Result]:
    """The refusals of a batch, as far as they are the recipients': of the others the answer is to wait and to try again.

    Several people whose mailboxes vanish at once are a server that has lost its list: none of them is given up. A
    refusal in words alone is believed only of a server that takes other messages of the batch.
    """
    own = [_never_by_an_alarm(result) for result in refused]
    groups: dict[tuple[str, bool], set[UUID]] = {}
    for result in own:
        groups.setdefault(_sort(result), set()).add(result.letter.notice.user_id)
    ours = {sort for sort, users in groups.items() if _is_ours(*sort, users, taken)}
    return [_waits(result) if _sort(result) in ours else result for result in own]


def close(refused: Sequence[Result]) -> None:
    """The accounts' addresses were refused: nothing more goes there until they are opened, by an administrator or by time.

    What waits for them is given up till then. Of alarms nothing is: they are tried whatever became of the address.
    """
    last = {result.letter.notice.user_id: result for result in refused}
    with transaction.atomic():
        given_up = Q(id__in=[result.letter.id for result in refused]) | Q(
            user_id__in=last, channel=ChannelKind.EMAIL, state=DispatchState.PENDING
        )
        waiting = Dispatch.objects.filter(given_up).exclude(notification__kind=NoticeKind.ALARM)
        since = _owed_since(waiting)
        waiting.filter(state=DispatchState.PENDING).update(state=DispatchState.DEAD, leased_until=None)
        rows = [
            Channel(
                user_id=user, kind=ChannelKind.EMAIL, closed_at=each.at, code=each.answer.code, owed_since=since[user]
            )
            for user, each in last.items()
        ]
        changed = ["closed_at", "code", "owed_since"]
        Channel.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=changed)


def reopen(channels: Collection[tuple[UUID, str]]) -> None:
    """Open these, whatever closed them; what was not sent meanwhile follows with the next sweep (``catch_up``)."""
    for kind in {kind for _, kind in channels}:
        users = [user for user, of in channels if of == kind]
        Channel.objects.filter(user_id__in=users, kind=kind).update(closed_at=None, code="")


def try_again() -> int:
    """Open what has been closed for days, since mailboxes come back; one that is refused again is closed again."""
    rested = Channel.objects.filter(closed_at__lt=Now() - REST)
    return rested.update(closed_at=None, code="")


def catch_up() -> int:
    """Send what was not sent while an address was closed, and was not read meanwhile; returns how many messages."""
    if not Channel.objects.filter(closed_at__isnull=True, owed_since__isnull=False).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(OWED)
        return int(cursor.fetchone()[0])


def taken_after_all(letters: Collection[Letter]) -> None:
    """An alarm went to an address that was closed, and was taken: it is open."""
    users = {letter.notice.user_id for letter in letters if letter.notice.kind == NoticeKind.ALARM}
    if users:
        Channel.objects.filter(user_id__in=users, closed_at__isnull=False).update(closed_at=None, code="")


def _owed_since(given_up: QuerySet[Dispatch]) -> dict[UUID, datetime]:
    """User → the time of the oldest message that an opening brings back, those of an earlier closing among them."""
    found: dict[UUID, datetime] = {}
    for user, at in given_up.values_list("user_id", "created_at"):
        found[user] = min(at, found.get(user, at))
    kept = Channel.objects.filter(user_id__in=found, owed_since__isnull=False).values_list("user_id", "owed_since")
    return found | {user: min(found[user], at) for user, at in kept if at}


def _never_by_an_alarm(result: Result) -> Result:
    """A mail about broken mail must not be the one that silences whoever could mend it."""
    alarm = result.letter.notice.kind == NoticeKind.ALARM
    return replace(result, answer=replace(result.answer, closes=False)) if alarm else result


def _sort(result: Result) -> tuple[str, bool]:
    return result.answer.code, result.answer.closes


def _is_ours(code: str, closes: bool, users: set[UUID], taken: int) -> bool:
    if closes:
        return len(users) > 1 or _refused_lately(code, users)
    return len(users) > 1 and not taken


def _refused_lately(code: str, users: set[UUID]) -> bool:
    """Whether the server gave that answer of somebody else as well, lately: one by one, it is still the same fault."""
    newest = Attempt.objects.order_by("-id").values("id")[:LOOKED_AT]
    others = Attempt.objects.filter(id__in=newest, code=code, at__gt=clock() - LATELY).exclude(dispatch__user__in=users)
    still = Q(outcome=Outcome.TEMPORARY, dispatch__state=DispatchState.PENDING)
    return others.filter(Q(outcome=Outcome.PERMANENT) | still).exists()


def _waits(result: Result) -> Result:
    return replace(result, answer=replace(result.answer, outcome=Outcome.TEMPORARY, closes=False))
