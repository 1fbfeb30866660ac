"""Leases and chunks: what one worker holds no other sends, and what was taken is written however the worker ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from apps.agencies.models import Agency, User
from apps.notifications.actions import sending
from apps.notifications.channels import email
from apps.notifications.models import Dispatch
from apps.notifications.states import DispatchState, Outcome
from tests.cast import NOW, Cast
from tests.notifications.conftest import crowd, dispatch_of, notice, send, tell, working
from tests.notifications.sink import Sink


def test_what_one_worker_holds_no_other_sends(post: Sink, kenya: User, shared: UUID) -> None:
    tell(notice(kenya, shared))
    with working():
        assert len(sending._claim()) == 1
    assert send() == 0
    assert post.taken == []
    Dispatch.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert send() == 1


def test_a_lease_is_of_the_databases_clock_and_outlasts_a_slow_dialogue(
    post: Sink, kenya: User, shared: UUID, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = 60
    tell(notice(kenya, shared))
    with working():
        sending._claim()
    held = Dispatch.objects.annotate(left=F("leased_until") - Now()).get()
    assert timedelta(seconds=290) < held.left <= timedelta(seconds=300)


def test_who_has_lost_the_lease_changes_nothing_but_that_a_message_was_taken(
    post: Sink, kenya: User, shared: UUID
) -> None:
    tell(notice(kenya, shared))
    with working():
        (held,) = sending._claim()
        Dispatch.objects.update(leased_until=Now() + timedelta(minutes=9))
        sending._hand_back([held])
        failed = sending._Result(held, email.Answer(Outcome.TEMPORARY, "450"), NOW, timedelta())
        sending._settle([failed])
        row = Dispatch.objects.get()
        assert (row.state, row.attempts, row.leased_until is not None) == (DispatchState.PENDING, 0, True)
        taken = sending._Result(held, email.Answer(Outcome.SENT, ""), NOW, timedelta())
        sending._settle([taken])
    assert dispatch_of(kenya).state == DispatchState.SENT


def test_what_could_not_be_begun_in_time_is_handed_back(
    post: Sink, kenya: User, china: User, shared: UUID, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    post.delay = 0.2
    monkeypatch.setattr(sending, "BATCH", 10)
    people = crowd(kenya.agency or Agency(), 10)
    tell(*(notice(user, shared) for user in people))
    with working():
        claimed = sending._claim()
        with email.Line() as line:
            sent = sending._send(claimed, line)
    assert 1 <= sent < 10
    assert Dispatch.objects.filter(state=DispatchState.SENT).count() == sent == len(post.taken)
    untouched = Dispatch.objects.filter(state=DispatchState.PENDING)
    assert set(untouched.values_list("attempts", "leased_until")) == {(0, None)}


def test_what_was_taken_is_written_even_if_the_worker_is_told_to_stop(
    post: Sink, cast: Cast, shared: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = crowd(cast.agency("KE-CUSTOMS"), 8)
    tell(*(notice(user, shared) for user in people))
    carry = email.Line.carry

    def stopped(line: Any, letter: Any) -> Any:
        if len(post.taken) == 3:
            raise SystemExit
        return carry(line, letter)

    monkeypatch.setattr(email.Line, "carry", stopped)
    with pytest.raises(SystemExit):
        send()
    with working():
        assert Dispatch.objects.filter(state=DispatchState.SENT).count() == 3
        assert Dispatch.objects.filter(state=DispatchState.PENDING, leased_until=None, attempts=0).count() == 5


@pytest.mark.parametrize(
    ("attempts", "longest"), [(1, 2), (5, 32), (11, 2048), (12, 3600), (99, 3600), (100_000, 3600)]
)
def test_a_wait_doubles_is_spread_over_its_whole_range_and_ends_somewhere(attempts: int, longest: int) -> None:
    assert sending.backoff(attempts, 1.0) == timedelta(seconds=longest)
    assert sending.backoff(attempts, 0.25) == timedelta(seconds=longest / 4)
    assert sending.backoff(attempts, 0.0) == timedelta(0)


def test_the_statements_of_a_batch_do_not_grow_with_it(post: Sink, cast: Cast, shared: UUID) -> None:
    people = crowd(cast.agency("KE-CUSTOMS"), sending.BATCH)
    counts = []
    for size in (sending.CHUNK, sending.BATCH):
        tell(*(notice(user, shared) for user in people[:size]))
        with CaptureQueriesContext(connection) as statements:
            assert send() == size
        counts.append(len(statements))
    chunks = sending.BATCH // sending.CHUNK
    per_chunk = (counts[1] - counts[0]) / (chunks - 1)
    assert per_chunk <= 4, counts


def test_claiming_takes_one_statement_and_the_gate_two_whatever_the_number(
    post: Sink, cast: Cast, shared: UUID, django_assert_num_queries: Any
) -> None:
    people = crowd(cast.agency("KE-CUSTOMS"), 40)
    for size in (2, 40):
        tell(*(notice(user, shared) for user in people[:size]))
        with django_assert_num_queries(1):
            claimed = sending._claim()
        with django_assert_num_queries(2):
            assert len(sending._checked(claimed)) == size
