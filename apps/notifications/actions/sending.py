"""Sending what is due: claim under a lease, send outside any transaction on one connection, settle what came of it."""

import logging
import random
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from apps.core.clock import now as clock
from apps.notifications.actions.closing import Result, close, judged, taken_after_all
from apps.notifications.actions.notices import permitted
from apps.notifications.channels import email
from apps.notifications.models import Attempt, Dispatch
from apps.notifications.queries import Letter, gathered, letter_of
from apps.notifications.states import ChannelKind, DispatchState, Outcome

log = logging.getLogger(__name__)
_Result = Result  # as the room's tests write one down
BATCH = 100  # messages in one worker's hands: what waits for the lease to end where that worker is killed
CHUNK = 30  # messages settled together: as many may come twice where the worker is killed between sending and settling
PROMPT = 0.05  # seconds after which what was sent is settled, however little: as much may come twice
MOST_ATTEMPTS = 100  # about two days
LONGEST_WAIT = 3600.0  # seconds
# What is due by the database's clock and in nobody's hands, with what its message needs.
CLAIM = """
WITH at_once AS (SELECT set_config('synchronous_commit', 'off', true)), due AS (
    SELECT d.id FROM notifications_dispatch d, at_once
    WHERE channel = %(channel)s AND state = 'PENDING' AND next_at <= statement_timestamp()
        AND (leased_until IS NULL OR leased_until < statement_timestamp())
    ORDER BY next_at LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
), claimed AS (
    UPDATE notifications_dispatch d SET leased_until = statement_timestamp() + %(lease)s
    FROM due WHERE d.id = due.id
    RETURNING d.id, d.leased_until, d.attempts, d.next_at, d.notification_id, d.user_id
)
SELECT c.id, c.leased_until, c.attempts, n.kind, n.cause, n.object_id, n.label_id, n.reference, u.id, u.email, u.language,
       u.is_active AND coalesce(a.active, true)
FROM claimed c
JOIN notifications_notification n ON n.id = c.notification_id
JOIN agencies_user u ON u.id = c.user_id
LEFT JOIN agencies_agency a ON a.id = u.agency_id
ORDER BY c.next_at, c.id
"""
# Taken is taken, whoever holds the lease by now. The commit does not wait for the disk: if the database's machine dies
# within the next second, a message comes again under its Message-ID; a row never says more than happened.
SENT = """
WITH at_once AS (SELECT set_config('synchronous_commit', 'off', true)), taken AS (
    UPDATE notifications_dispatch
    SET state = 'SENT', sent_at = statement_timestamp(), attempts = attempts + 1, leased_until = NULL
    WHERE id = ANY (%(ids)s) AND state = 'PENDING'
)
INSERT INTO notifications_attempt (dispatch_id, at, outcome, code)
SELECT id, at, 'SENT', '' FROM unnest(%(ids)s::uuid[], %(times)s::timestamptz[]) AS attempt (id, at), at_once
"""


def send_due(*, patience: float = 30.0) -> int:
    """Send what is due on one connection, until nothing is or ``patience`` seconds are over; returns how many were taken.

    Safe to run any number of times at once: what one run has claimed no other touches while its lease lasts.
    """
    begun, sent = time.monotonic(), 0
    with email.Line() as line:
        while not line.down and time.monotonic() < begun + patience:
            claimed = _claim()
            sent += _send(gathered(_checked(claimed)), line)
            if len(claimed) < BATCH:
                break
    return sent


def wake() -> int:
    """If the mail server was away and is back, make due what waits for it; returns how many.

    Otherwise each message would wait for its own next attempt, and after a long outage that may be an hour away.
    """
    waiting = Dispatch.objects.filter(state=DispatchState.PENDING, held_up=True, next_at__gt=Now())
    if not waiting.exists():
        return 0
    with email.Line() as line:
        return waiting.update(next_at=Now()) if line.is_up() else 0


def _claim() -> list[Letter]:
    """The next letters, leased by the database's clock, in one statement that is over before anything is sent."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"channel": ChannelKind.EMAIL.value, "lease": _lease(), "limit": BATCH}
        cursor.execute(CLAIM, values)
        return [letter_of(*row) for row in cursor.fetchall()]


def _lease() -> timedelta:
    """Long enough that a letter begun in its first fifth ends in it: a dialogue has four steps, each with a time limit."""
    return timedelta(seconds=5 * settings.EMAIL_TIMEOUT)


def _checked(claimed: Sequence[Letter]) -> list[Letter]:
    """Those whose reader is still there and may still be told; the others are cancelled."""
    told = set(permitted([letter.notice for letter in claimed], now=clock()))
    kept = [letter for letter in claimed if letter.active and letter.notice in told]
    dropped = [letter for letter in claimed if not (letter.active and letter.notice in told)]
    if dropped:
        _held(dropped).update(state=DispatchState.CANCELLED, leased_until=None)
        log.info("messages cancelled: their readers may no longer be told", extra={"count": len(dropped)})
    return kept


def _send(batch: Sequence[Letter], line: email.Line) -> int:
    """Carry the batch and settle as it goes; what could not be begun in time is handed back untouched."""
    until = time.monotonic() + settings.EMAIL_TIMEOUT
    ledger = _Ledger()
    try:
        for letter in batch:
            if time.monotonic() > until:
                break
            ledger.note(letter, line.carry(letter))
    finally:
        ledger.finish()
        _hand_back([each for letter in batch if letter.id not in ledger.seen for each in letter.all])
    return ledger.sent


def _state(result: Result) -> DispatchState:
    if result.answer.outcome == Outcome.SENT:
        return DispatchState.SENT
    spent = result.letter.attempts + 1 >= MOST_ATTEMPTS
    return DispatchState.DEAD if spent or result.answer.outcome == Outcome.PERMANENT else DispatchState.PENDING


class _Ledger:
    """What came of a batch, written in small chunks: soon enough that few are repeated, seldom enough to stay quick.

    What was refused for good is written at the end: only the whole batch tells whose fault that is.
    """

    def __init__(self) -> None:
        self.seen: set[UUID] = set()
        self.sent = 0
        self._open: list[Result] = []
        self._refused: list[Result] = []
        self._since = time.monotonic()

    def note(self, letter: Letter, answer: email.Answer) -> None:
        wait = backoff(max(each.attempts for each in letter.all) + 1, random.random())  # noqa: S311 - jitter  # nosec B311
        held = self._refused if answer.outcome == Outcome.PERMANENT else self._open
        at = clock()
        held.extend(Result(each, answer, at, wait) for each in letter.all)
        self.seen.add(letter.id)
        self.sent += answer.outcome == Outcome.SENT
        if len(self._open) >= CHUNK or time.monotonic() > self._since + PROMPT:
            self.settle()

    def finish(self) -> None:
        """Settle what is left, and judge what was refused."""
        self.settle()
        self._open, self._refused = judged(self._refused, taken=self.sent), []
        self.settle()

    def settle(self) -> None:
        """Write what is open; where that fails it stays open, so that it can be tried again on a new connection."""
        try:
            if self._open:
                _settle(self._open)
        except DatabaseError:
            connection.close_if_unusable_or_obsolete()
            raise
        self._open, self._since = [], time.monotonic()


def backoff(attempts: int, draw: float) -> timedelta:
    """How long to wait after so many failures: doubling from two seconds, an hour at most, full jitter (``draw`` in 0–1)."""
    return timedelta(seconds=draw * min(2.0 ** min(attempts, 30), LONGEST_WAIT))


def _settle(results: Sequence[Result]) -> None:
    """Write the outcomes by set: never more than happened. What was taken comes first and by itself, in one statement."""
    by_state = {state: [result for result in results if _state(result) == state] for state in DispatchState}
    if by_state[DispatchState.SENT]:
        _mark_sent(by_state[DispatchState.SENT])
    failed = by_state[DispatchState.PENDING] + by_state[DispatchState.DEAD]
    if failed:
        with transaction.atomic():
            _put_off(by_state[DispatchState.PENDING])
            _give_up(by_state[DispatchState.DEAD])
            Attempt.objects.bulk_create(_attempt(result) for result in failed)


def _mark_sent(results: Sequence[Result]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SENT, {"ids": _ids(results), "times": [result.at for result in results]})
    taken_after_all(_letters(results))


def _put_off(results: Sequence[Result]) -> None:
    rows = [
        Dispatch(
            id=each.letter.id,
            attempts=each.letter.attempts + 1,
            next_at=Now() + each.wait,
            leased_until=None,
            held_up=each.answer.away,
        )
        for each in results
    ]
    if rows:
        _held(_letters(results)).bulk_update(rows, ["attempts", "next_at", "leased_until", "held_up"])


def _give_up(results: Sequence[Result]) -> None:
    if not results:
        return
    log.error("messages could not be sent", extra={"count": len(results)})
    _held(_letters(results)).update(state=DispatchState.DEAD, attempts=F("attempts") + 1, leased_until=None)
    refused = [result for result in results if result.answer.closes]
    if refused:
        close(refused)


def _attempt(result: Result) -> Attempt:
    return Attempt(dispatch_id=result.letter.id, at=result.at, outcome=result.answer.outcome, code=result.answer.code)


def _hand_back(untouched: Sequence[Letter]) -> None:
    if untouched:
        _held(untouched).update(leased_until=None)


def _held(claimed: Sequence[Letter]) -> QuerySet[Dispatch]:
    """The dispatches of one claim that are still in our hands: a lease that ran out may be another worker's by now."""
    ids, leases = {letter.id for letter in claimed}, {letter.leased_until for letter in claimed}
    return Dispatch.objects.filter(id__in=ids, leased_until__in=leases, state=DispatchState.PENDING)


def _letters(results: Iterable[Result]) -> list[Letter]:
    return [result.letter for result in results]


def _ids(results: Iterable[Result]) -> list[UUID]:
    return [result.letter.id for result in results]
