"""What happens to one report within some minutes is mailed at once and then once more: nothing is lost, nothing is doubled."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import F
from django.db.models.functions import Now

from apps.agencies.models import User
from apps.notifications import actions
from apps.notifications.models import Attempt, Dispatch, Notification
from apps.notifications.queries import figures, health
from apps.notifications.states import DispatchState, NoticeKind
from apps.referrals.ledger.proof import pending
from tests.cast import NOW
from tests.notifications.conftest import bring_forward, notice, send, tell, working
from tests.notifications.sink import Sink

type_label = Callable[..., UUID]
KENYA, CHINA = "liaison@ke-customs.example", "liaison@cn-customs.example"
ANSWERED = NoticeKind.REFERRAL_ANSWERED


def answers(user: User, label_id: UUID, count: int) -> None:
    for _ in range(count):
        tell(notice(user, label_id, ANSWERED, object_id=label_id))


def states() -> list[str]:
    return sorted(Dispatch.objects.values_list("state", flat=True))


def test_an_answer_and_twenty_actions_are_two_mails_and_twenty_one_notices(
    post: Sink, kenya: User, shared: UUID
) -> None:
    answers(kenya, shared, 1)
    assert send() == 1
    answers(kenya, shared, 20)
    assert send() == 0
    assert len(post.taken) == 1
    bring_forward()
    assert send() == 1
    first, second = post.taken
    assert (len(post.ids), post.repeats) == (2, 0)
    assert "An agency has answered your report: SR-2026-7QK2M9XA\n" in first.text
    assert "An agency has answered your report: SR-2026-7QK2M9XA (20 times)\n" in second.text
    assert second.text.count("http") == first.text.count("http") == 2
    assert Notification.objects.filter(user=kenya).count() == Dispatch.objects.filter(state="SENT").count() == 21
    assert Attempt.objects.filter(outcome="SENT").count() == 21
    assert send() == 0


def test_all_that_follows_is_due_when_the_minutes_are_over_and_not_later(post: Sink, kenya: User, shared: UUID) -> None:
    answers(kenya, shared, 1)
    send()
    Dispatch.objects.update(next_at=Now() - timedelta(minutes=7))
    answers(kenya, shared, 3)
    waiting = Dispatch.objects.filter(state=DispatchState.PENDING)
    assert waiting.values("next_at").distinct().count() == 1
    assert waiting.filter(gathered_until=F("next_at")).count() == 3
    left = waiting.annotate(left=F("next_at") - Now()).first()
    assert left is not None
    assert timedelta(minutes=2, seconds=50) < left.left <= timedelta(minutes=3)


def test_after_the_minutes_the_next_is_mailed_at_once(post: Sink, kenya: User, shared: UUID) -> None:
    answers(kenya, shared, 1)
    send()
    Dispatch.objects.update(next_at=Now() - timedelta(minutes=11))
    answers(kenya, shared, 1)
    assert send() == 1


def test_other_people_other_reports_and_other_kinds_are_mailed_at_once(
    post: Sink, kenya: User, china: User, shared: UUID, label: type_label
) -> None:
    answers(kenya, shared, 1)
    send()
    answers(china, shared, 1)
    answers(kenya, label("KE-CUSTOMS"), 1)
    urgent = (NoticeKind.REPORT_WITHDRAWN, NoticeKind.REFERRAL_OPENED, NoticeKind.NO_LIAISON, NoticeKind.BREAK_GLASS)
    for kind in urgent:
        tell(notice(kenya, shared, kind))
    assert send() == 2 + len(urgent)


def test_what_waits_for_a_server_that_is_away_goes_in_one_mail(post: Sink, kenya: User, shared: UUID) -> None:
    post.refuse()
    answers(kenya, shared, 4)
    send()
    assert set(states()) == {DispatchState.PENDING}
    post.listen()
    bring_forward()
    assert send() == 1
    assert set(states()) == {DispatchState.SENT}


def test_one_that_joins_after_a_crash_makes_it_another_mail_and_the_same_ones_the_same(
    post: Sink, kenya: User, shared: UUID
) -> None:
    answers(kenya, shared, 3)
    bring_forward()
    send()
    for _ in range(2):
        Dispatch.objects.update(state=DispatchState.PENDING, sent_at=None, next_at=Now())
        send()
    assert (len(post.taken), len(post.ids)) == (3, 1)
    answers(kenya, shared, 1)
    Dispatch.objects.update(state=DispatchState.PENDING, sent_at=None, next_at=Now())
    send()
    assert len(post.ids) == 2, "a receiver that drops repeats must not drop the fourth"


@pytest.mark.parametrize("still", [True, False])
def test_what_may_no_longer_be_told_is_left_out_of_the_mail(
    post: Sink, kenya: User, shared: UUID, label: type_label, still: bool
) -> None:
    answers(kenya, shared, 3)
    if not still:
        with working():
            actions.cancel(label_id=shared, now=NOW)
    bring_forward()
    assert send() == int(still)


def test_what_is_gathered_does_not_wait_too_long_in_any_figure(post: Sink, kenya: User, shared: UUID) -> None:
    answers(kenya, shared, 1)
    send()
    answers(kenya, shared, 2)
    Dispatch.objects.update(created_at=Now() - timedelta(minutes=9))
    at = Dispatch.objects.annotate(at=Now()).values_list("at", flat=True)[0]
    assert health(now=at).oldest_pending == figures(now=at).oldest_message == timedelta()
    assert pending() == 0
    bring_forward()
    Dispatch.objects.filter(state="PENDING").update(gathered_until=Now())
    assert pending() == 2
