"""Sending: a row says SENT after the mail server has taken the message, and every other end is told as it is."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.db.models.functions import Now

from apps.agencies.models import Agency, User
from apps.audit.actions import MACHINE
from apps.audit.models import Entry
from apps.notifications import actions
from apps.notifications.actions import sending
from apps.notifications.models import Attempt, Channel, Dispatch
from apps.notifications.queries import health
from apps.notifications.states import DispatchState, NoticeKind
from apps.sharing.models import Label
from tests.cast import NOW, Cast
from tests.notifications.conftest import bring_forward, crowd, dispatch_of, notice, send, tell, wake, working
from tests.notifications.sink import Sink

type_label = Callable[..., UUID]
KENYA, CHINA = "liaison@ke-customs.example", "liaison@cn-customs.example"


def states() -> dict[str, str]:
    return dict(Dispatch.objects.values_list("user__email", "state"))


def attempts_of(user: User) -> list[tuple[str, str]]:
    return list(Attempt.objects.filter(dispatch__user=user).values_list("outcome", "code"))


def test_what_is_due_is_sent_once_and_noted(post: Sink, kenya: User, china: User, shared: UUID) -> None:
    tell(notice(kenya, shared), notice(china, shared))
    assert send() == 2
    assert sorted(taken.recipient for taken in post.taken) == [CHINA, KENYA]
    row = dispatch_of(kenya)
    assert (row.state, row.attempts, row.leased_until) == (DispatchState.SENT, 1, None)
    assert row.sent_at is not None
    assert attempts_of(kenya) == [("SENT", "")]
    assert send() == 0
    assert len(post.taken) == 2


def test_two_hundred_go_over_one_connection(post: Sink, cast: Cast, shared: UUID) -> None:
    people, cause = crowd(cast.agency("KE-CUSTOMS"), 200), uuid4()
    tell(*(notice(user, shared, cause=cause) for user in people))
    assert send() == 200
    assert {taken.recipient for taken in post.taken} == {user.email for user in people}
    assert (len(post.ids), post.repeats, len({taken.connection for taken in post.taken})) == (200, 0, 1)


def test_a_message_sent_again_after_a_crash_bears_the_same_id(post: Sink, kenya: User, shared: UUID) -> None:
    tell(notice(kenya, shared))
    send()
    Dispatch.objects.update(state=DispatchState.PENDING, sent_at=None)
    send()
    assert (len(post.taken), len(post.ids), post.repeats) == (2, 1, 1)


def test_an_address_that_is_refused_is_closed_and_what_waits_for_it_given_up(
    post: Sink, kenya: User, china: User, shared: UUID
) -> None:
    post.recipients[KENYA] = "550 5.1.1 no such user"
    tell(notice(kenya, shared), notice(china, shared))
    tell(notice(kenya, shared))
    assert send() == 1
    assert set(Dispatch.objects.filter(user=kenya).values_list("state", flat=True)) == {DispatchState.DEAD}
    assert states()[CHINA] == DispatchState.SENT
    channel = Channel.objects.get(user=kenya)
    assert (channel.code, channel.closed_at is not None) == ("550", True)
    assert ("PERMANENT", "550") in attempts_of(kenya)
    assert health(now=NOW).closed_channels == 1
    assert tell(notice(kenya, shared)) == 1
    assert Dispatch.objects.filter(user=kenya, state=DispatchState.PENDING).count() == 0


def test_an_administrator_sends_again_what_could_not_be_sent(post: Sink, kenya: User, shared: UUID) -> None:
    post.recipients[KENYA] = "550 5.1.1 no such user"
    tell(notice(kenya, shared))
    send()
    post.recipients.clear()
    dead = dispatch_of(kenya)
    assert actions.retry(actor=MACHINE, ids=[dead.id, uuid4()], now=NOW) == 1
    revived = dispatch_of(kenya)
    assert (revived.state, revived.attempts) == (DispatchState.PENDING, 0)
    assert Channel.objects.get(user=kenya).closed_at is None
    assert send() == 1
    assert (dispatch_of(kenya).state, len(post.to(KENYA))) == (DispatchState.SENT, 1)
    assert Entry.objects.filter(verb="retry_dispatches").count() == 1


def test_what_was_sent_cannot_be_retried(post: Sink, kenya: User, shared: UUID) -> None:
    tell(notice(kenya, shared))
    send()
    assert actions.retry(actor=MACHINE, ids=[dispatch_of(kenya).id], now=NOW) == 0
    assert (dispatch_of(kenya).state, send()) == (DispatchState.SENT, 0)
    assert Entry.objects.filter(verb="retry_dispatches").count() == 0


@pytest.mark.parametrize("answer", ["450 4.2.0 greylisted", "421 4.3.2 shutting down", "452 4.2.2 mailbox full"])
def test_a_passing_refusal_waits_and_is_tried_again(
    post: Sink, kenya: User, china: User, shared: UUID, answer: str
) -> None:
    post.recipients[KENYA] = answer
    tell(notice(kenya, shared), notice(china, shared))
    send()
    waiting = dispatch_of(kenya)
    assert (waiting.state, waiting.attempts, waiting.leased_until) == (DispatchState.PENDING, 1, None)
    assert attempts_of(kenya) == [("TEMPORARY", answer[:3])]
    post.recipients.clear()
    bring_forward()
    send()
    assert set(states().values()) == {DispatchState.SENT}
    assert (len(post.to(KENYA)), len(post.to(CHINA))) == (1, 1)
    assert not Channel.objects.exists()


def test_a_message_that_is_refused_for_good_leaves_its_address_open(post: Sink, kenya: User, shared: UUID) -> None:
    post.bodies[KENYA] = "554 5.7.1 not this one"
    tell(notice(kenya, shared))
    send()
    assert dispatch_of(kenya).state == DispatchState.DEAD
    assert attempts_of(kenya) == [("PERMANENT", "554")]
    assert not Channel.objects.exists()


def test_a_server_that_is_away_puts_everything_off_and_nothing_says_sent(
    post: Sink, kenya: User, china: User, shared: UUID
) -> None:
    post.refuse()
    tell(notice(kenya, shared), notice(china, shared))
    assert send() == 0
    assert set(states().values()) == {DispatchState.PENDING}
    assert attempts_of(kenya) == attempts_of(china) == [("TEMPORARY", "ConnectionRefusedError")]
    assert set(Dispatch.objects.values_list("attempts", "sent_at", "leased_until")) == {(1, None, None)}
    post.listen()
    bring_forward()
    assert send() == 2
    assert set(states().values()) == {DispatchState.SENT}


def test_once_the_server_is_back_what_waited_for_it_is_due_at_once(
    post: Sink, kenya: User, china: User, shared: UUID
) -> None:
    post.recipients[CHINA] = "450 4.2.0 greylisted"
    tell(notice(china, shared))
    send()
    post.refuse()
    tell(notice(kenya, shared))
    send()
    Dispatch.objects.update(next_at=Now() + timedelta(minutes=50))
    assert wake() == 0, "it is still away"
    assert send() == 0
    post.listen()
    assert wake() == 1
    assert send() == 1
    assert states() == {KENYA: DispatchState.SENT, CHINA: DispatchState.PENDING}, "who was asked to wait still waits"
    assert wake() == 0


def test_what_fails_for_too_long_is_given_up(post: Sink, kenya: User, shared: UUID) -> None:
    post.refuse()
    tell(notice(kenya, shared))
    Dispatch.objects.update(attempts=sending.MOST_ATTEMPTS - 2)
    send()
    assert dispatch_of(kenya).state == DispatchState.PENDING
    bring_forward()
    send()
    assert (dispatch_of(kenya).state, dispatch_of(kenya).attempts) == (DispatchState.DEAD, sending.MOST_ATTEMPTS)
    assert not Channel.objects.exists(), "a server that is away says nothing of an address"


def test_a_line_that_breaks_half_way_loses_nothing_and_repeats_nothing(post: Sink, cast: Cast, shared: UUID) -> None:
    people, cause = crowd(cast.agency("KE-CUSTOMS"), 30), uuid4()
    tell(*(notice(user, shared, cause=cause) for user in people))
    post.hang_up_after = 7
    for _ in range(12):
        send()
        sent = set(Dispatch.objects.filter(state=DispatchState.SENT).values_list("user__email", flat=True))
        assert sent == {taken.recipient for taken in post.taken}, "a row says SENT if and only if it was taken"
        bring_forward()
    assert (len(post.ids), post.repeats) == (30, 0)


def test_a_server_that_does_not_answer_is_left_after_a_while(
    post: Sink, kenya: User, shared: UUID, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    post.delay = 1.0
    tell(notice(kenya, shared))
    assert send() == 0
    assert dispatch_of(kenya).state == DispatchState.PENDING
    assert [outcome for outcome, _ in attempts_of(kenya)] == ["TEMPORARY"]


def test_a_message_that_cannot_be_written_does_not_hold_up_the_others(
    post: Sink, kenya: User, china: User, shared: UUID
) -> None:
    User.objects.filter(id=kenya.id).update(email="kenya\nBcc: thief@evil.example")
    tell(notice(kenya, shared), notice(china, shared))
    assert send() == 1
    assert [taken.recipient for taken in post.taken] == [CHINA]
    assert dispatch_of(kenya).state == DispatchState.PENDING
    assert [outcome for outcome, _ in attempts_of(kenya)] == ["TEMPORARY"]


# --- who may still be told when it is sent ----------------------------------------------------------------------------


def end_account(user: User, label_id: UUID) -> None:
    User.objects.filter(id=user.id).update(is_active=False)


def end_role(user: User, label_id: UUID) -> None:
    User.objects.filter(id=user.id).update(roles=["AGENCY_ADMIN"])


def end_agency(user: User, label_id: UUID) -> None:
    Agency.objects.filter(users=user).update(active=False)


def end_access(user: User, label_id: UUID) -> None:
    own = Agency.objects.get(code="SG-CUSTOMS").token
    china = Agency.objects.get(code="CN-CUSTOMS").token
    Label.objects.filter(id=label_id).update(audience=[own, china])


def withhold(user: User, label_id: UUID) -> None:
    agency = Agency.objects.get(users=user)
    Label.objects.filter(id=label_id).update(withheld=[agency.token])


@pytest.mark.parametrize("end", [end_account, end_role, end_agency, end_access, withhold])
def test_nothing_is_sent_to_whom_may_no_longer_be_told(
    post: Sink, kenya: User, china: User, shared: UUID, end: Callable[[User, UUID], None]
) -> None:
    tell(notice(kenya, shared), notice(china, shared))
    end(kenya, shared)
    assert send() == 1
    assert states() == {KENYA: DispatchState.CANCELLED, CHINA: DispatchState.SENT}
    assert [taken.recipient for taken in post.taken] == [CHINA]
    assert attempts_of(kenya) == []


def test_what_waits_about_a_label_is_cancelled_for_all_or_for_some(
    post: Sink, kenya: User, china: User, shared: UUID, label: type_label
) -> None:
    other = label("KE-CUSTOMS")
    tell(notice(kenya, shared), notice(china, shared))
    tell(notice(kenya, other, reference="SR-2026-OTHERONE"))
    with working():
        assert actions.cancel(label_id=shared, user_ids=[kenya.id], now=NOW) == 1
        assert actions.cancel(label_id=shared, now=NOW) == 1
        assert actions.cancel(label_id=shared, now=NOW) == 0
    assert send() == 1
    assert [taken.message["Subject"] for taken in post.taken] == ["Counterpart: SR-2026-OTHERONE"]


def test_what_was_sent_is_not_called_cancelled_afterwards(post: Sink, kenya: User, shared: UUID) -> None:
    tell(notice(kenya, shared))
    send()
    with working():
        assert actions.cancel(label_id=shared, now=NOW) == 0
    assert dispatch_of(kenya).state == DispatchState.SENT


def test_an_administrator_gets_the_mail_that_something_waits(post: Sink, cast: Cast, shared: UUID) -> None:
    tell(notice(cast.user("admin", "KE-CUSTOMS"), shared, NoticeKind.NO_LIAISON))
    assert send() == 1
    assert [taken.recipient for taken in post.taken] == ["admin@ke-customs.example"]
