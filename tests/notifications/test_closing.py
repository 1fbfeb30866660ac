"""An address is given up for what its own mailbox says alone, never for our fault or the server's; and it comes back."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now

from apps.agencies.models import User
from apps.audit.actions import MACHINE
from apps.notifications import actions
from apps.notifications.channels import email
from apps.notifications.models import Attempt, Channel, Dispatch, Notification
from apps.notifications.queries import figures
from apps.notifications.states import DispatchState, NoticeKind, Outcome
from tests.cast import NOW, Cast
from tests.notifications.conftest import bring_forward, crowd, dispatch_of, notice, send, tell, working
from tests.notifications.sink import Sink

type_label = Callable[..., UUID]
KENYA, CHINA, PLATFORM = "liaison@ke-customs.example", "liaison@cn-customs.example", "admin@counterpart.example"


def refused(answer: str) -> email.Answer:
    code, _, words = answer.partition(" ")
    return email.understood(smtplib.SMTPRecipientsRefused({KENYA: (int(code), words.encode())}))


def states() -> dict[str, str]:
    return dict(Dispatch.objects.values_list("user__email", "state"))


def sweep() -> int:
    with working():
        actions.try_again()
        actions.catch_up()
    return send()


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 no such user",
        "550 5.1.1 <liaison@relay.example>: Recipient address rejected: User unknown in relay recipient table",
        "550 5.1.1 <quota@spf.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.1.2 bad destination system",
        "553 5.1.3 bad destination mailbox address syntax",
        "551 5.1.6 the mailbox has moved",
        "550 5.2.1 The email account that you tried to reach is disabled.",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.1.1 The email account that you tried to reach does not exist.\n5.1.1 Please check for typos",
    ],
)
def test_what_is_said_of_the_mailbox_closes_it(answer: str) -> None:
    assert (refused(answer).outcome, refused(answer).closes) == (Outcome.PERMANENT, True)


@pytest.mark.parametrize(
    "answer",
    [
        "554 5.7.1 Relay access denied",
        "550 5.7.1 blocked",
        "550 5.7.1 Unable to relay for liaison@ke-customs.example",
        "550 relaying denied",
        "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org",
        "550 5.1.1 rejected: sender blocked by policy",
        "550 5.7.23 SPF validation failed",
        "550 5.7.26 DMARC: unauthenticated mail",
        "550 5.1.0 sender rejected",
        "550 5.1.8 Bad sender's system address",
        "530 5.7.0 Authentication required",
        "535 5.7.8 credentials invalid",
        "552 5.2.2 Mailbox full",
        "552 mailbox full",
        "550 5.2.2 over quota",
        "554 5.2.2 mailbox full",
        "550 5.2.1 The user is receiving mail at a rate that prevents additional messages",
        "550 5.4.1 Recipient address rejected: Access denied",
        "550 4.2.2 mailbox full",
        "550 no",
        "551 user not local; please try elsewhere",
        "553 sorry",
        "554 refused",
        "521 we take no mail",
        "450 5.1.1 later",
        "450 4.1.1 user unknown",
        "550 5.7.1 our policy\n5.1.1 forbids it",
    ],
)
def test_what_is_said_of_us_of_the_server_or_of_nothing_waits(answer: str) -> None:
    assert (refused(answer).outcome, refused(answer).closes) == (Outcome.TEMPORARY, False)


@pytest.mark.parametrize("answer", ["550 no such person", "550 User unknown", "553 unknown recipient"])
def test_words_alone_give_up_a_message_and_no_address(answer: str) -> None:
    assert (refused(answer).outcome, refused(answer).closes) == (Outcome.PERMANENT, False)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPDataError(552, b"5.2.2 mailbox full"), Outcome.TEMPORARY),
        (smtplib.SMTPDataError(550, b"5.7.26 unauthenticated: DMARC"), Outcome.TEMPORARY),
        (smtplib.SMTPDataError(552, b"5.3.4 message too big"), Outcome.PERMANENT),
        (smtplib.SMTPDataError(554, b"5.7.1 not this one"), Outcome.PERMANENT),
    ],
)
def test_a_refused_message_is_judged_by_the_same_words(error: Exception, outcome: Outcome) -> None:
    answer = email.understood(error)
    assert (answer.outcome, answer.closes) == (outcome, False)


@pytest.mark.parametrize("answer", ["554 5.7.1 Relay access denied", "550 5.1.1 no such user", "550 User unknown"])
def test_a_server_that_refuses_everybody_closes_nobody_and_is_an_alarm(
    post: Sink, cast: Cast, shared: UUID, answer: str
) -> None:
    people = crowd(cast.agency("KE-CUSTOMS"), 8)
    post.recipients.update({user.email: answer for user in people})
    tell(*(notice(user, shared) for user in people))
    for _ in range(3):
        assert send() == 0
        assert not Channel.objects.exists()
        assert set(states().values()) == {DispatchState.PENDING}
        bring_forward()
    assert figures(now=NOW).messages_refused == 8
    with working():
        assert "mail_refused" in actions.watch(now=NOW)
    post.recipients.clear()
    assert send() == 8
    with working():
        assert "mail_refused" not in actions.watch(now=NOW)


def test_one_by_one_it_is_the_same_fault(post: Sink, kenya: User, china: User, shared: UUID) -> None:
    """The first cannot be told from a mailbox that is gone; whoever follows within a day is not closed for it."""
    post.recipients.update({KENYA: "550 5.1.1 unknown", CHINA: "550 5.1.1 unknown"})
    tell(notice(kenya, shared))
    send()
    tell(notice(china, shared))
    send()
    assert list(Channel.objects.values_list("user", flat=True)) == [kenya.id]
    assert states()[CHINA] == DispatchState.PENDING


def test_an_alarm_closes_nothing_and_goes_out_whatever_is_closed(post: Sink, cast: Cast) -> None:
    someone = User.objects.get(email=PLATFORM)
    post.recipients[PLATFORM] = "550 5.1.1 no such user"
    tell(notice(someone, None, NoticeKind.ALARM))
    send()
    assert not Channel.objects.exists()
    tell(notice(someone, None, NoticeKind.INVITATION_WAITS))
    send()
    assert Channel.objects.get().closed_at is not None
    post.recipients.clear()
    tell(notice(someone, None, NoticeKind.ALARM))
    assert send() == 1
    assert Channel.objects.get().closed_at is None, "it was taken there"
    assert sweep() == 2


def test_a_closed_address_is_tried_again_after_days_and_all_that_was_not_sent_follows(
    post: Sink, kenya: User, shared: UUID
) -> None:
    post.recipients[KENYA] = "550 5.1.1 no such user"
    tell(notice(kenya, shared), notice(kenya, shared))
    send()
    tell(notice(kenya, shared))
    tell(read := notice(kenya, shared))
    Notification.objects.filter(cause=read.cause).update(read_at=NOW)
    assert (sweep(), Dispatch.objects.count()) == (0, 2)
    Channel.objects.update(closed_at=Now() - timedelta(days=4))
    sweep()
    channel = Channel.objects.get()
    assert channel.closed_at is not None, "it was refused again"
    post.recipients.clear()
    Channel.objects.update(closed_at=Now() - timedelta(days=4))
    assert sweep() == 3
    assert set(Dispatch.objects.values_list("state", flat=True)) == {DispatchState.SENT}
    assert (len(post.ids), post.repeats) == (3, 0)
    assert (Channel.objects.get().closed_at, Channel.objects.get().owed_since) == (None, None)
    assert sweep() == 0


def test_what_an_administrator_opens_catches_up_too(post: Sink, kenya: User, shared: UUID) -> None:
    post.recipients[KENYA] = "550 5.1.1 no such user"
    tell(notice(kenya, shared))
    send()
    tell(notice(kenya, shared))
    post.recipients.clear()
    actions.retry(actor=MACHINE, ids=[dispatch_of(kenya).id], now=NOW)
    assert sweep() == 2


def test_only_codes_of_a_refusal_are_kept(post: Sink, kenya: User, shared: UUID) -> None:
    post.recipients[KENYA] = "554 5.7.1 Relay access denied for liaison@ke-customs.example"
    tell(notice(kenya, shared))
    send()
    assert list(Attempt.objects.values_list("outcome", "code")) == [("TEMPORARY", "554")]
