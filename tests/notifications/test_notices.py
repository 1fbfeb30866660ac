"""Telling people: once of each cause, only what they may see, and never more than a kind and ids."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting
from apps.audit.models import Entry
from apps.core.errors import NotFound
from apps.notifications import actions, gate
from apps.notifications.models import Channel, Dispatch, Notification
from apps.notifications.queries import CLOSED, UNREAD_SHOWN, health, notifications_for, page_of, shown_to, unread_count
from apps.notifications.states import ChannelKind, DispatchState, NoticeKind
from apps.sharing.models import Label
from tests.cast import NOW, Cast
from tests.notifications.conftest import REFERENCE, crowd, notice, tell, told, working

type_label = Callable[..., UUID]


def test_each_recipient_gets_one_notice_and_one_message(cast: Cast, label: type_label) -> None:
    shared = label("KE-CUSTOMS", "CN-CUSTOMS")
    kenya, china = cast.user("liaison", "KE-CUSTOMS"), cast.user("liaison", "CN-CUSTOMS")
    assert tell(notice(kenya, shared), notice(china, shared)) == 2
    for user in (kenya, china):
        (one,) = told(user)
        assert (one.kind, one.reference, one.label_id, one.read_at) == ("REFERRAL_OPENED", REFERENCE, shared, None)
    assert set(Dispatch.objects.values_list("user_id", "state", "attempts")) == {
        (kenya.id, DispatchState.PENDING, 0),
        (china.id, DispatchState.PENDING, 0),
    }


def test_nobody_is_told_of_one_cause_twice_however_often_it_is_said(cast: Cast, label: type_label) -> None:
    shared, kenya, cause = label("KE-CUSTOMS"), cast.user("liaison", "KE-CUSTOMS"), uuid4()
    one = notice(kenya, shared, cause=cause)
    assert tell(one, one) == 1
    assert tell(one) == 0
    assert (Notification.objects.count(), Dispatch.objects.count()) == (1, 1)
    assert tell(notice(kenya, shared, NoticeKind.REPORT_WITHDRAWN, cause=cause)) == 1


def test_six_and_six_hundred_recipients_take_the_same_statements(cast: Cast, label: type_label) -> None:
    shared, counts = label("KE-CUSTOMS"), []
    people = crowd(cast.agency("KE-CUSTOMS"), 600)
    for size in (6, 600):
        cause = uuid4()
        with CaptureQueriesContext(connection) as statements:
            assert actions.notify_many([notice(user, shared, cause=cause) for user in people[:size]], now=NOW) == size
        counts.append(len(statements))
    assert counts == [3, 3]


def test_an_account_without_a_view_of_the_label_is_not_told(cast: Cast, label: type_label) -> None:
    shared = label("KE-CUSTOMS")
    stranger, administrator = cast.user("liaison", "STRANGER"), cast.user("admin", "KE-CUSTOMS")
    assert tell(notice(stranger, shared), notice(administrator, shared)) == 0
    assert (Notification.objects.count(), Dispatch.objects.count()) == (0, 0)


def test_an_agency_that_it_was_withheld_from_is_told_nothing_not_even_that_something_waits(
    cast: Cast, label: type_label
) -> None:
    shared = label("KE-CUSTOMS", "WCO", withheld_from=("WCO",))
    people = [cast.user(word, "WCO") for word in ("liaison", "officer", "admin")]
    kinds = list(NoticeKind)
    assert tell(*(notice(user, shared, kind) for user in people for kind in kinds)) == 0
    assert Notification.objects.count() == 0


def test_an_administrator_is_told_that_something_waits_for_an_agency_without_a_liaison(
    cast: Cast, label: type_label
) -> None:
    shared, administrator = label("KE-CUSTOMS"), cast.user("admin", "KE-CUSTOMS")
    assert tell(notice(administrator, shared, NoticeKind.NO_LIAISON)) == 1


def test_without_a_check_nobody_is_told_of_any_label(
    cast: Cast, label: type_label, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "_checks", [])
    kenya = cast.user("liaison", "KE-CUSTOMS")
    with pytest.raises(gate.Unguarded):
        actions.notify_many([notice(kenya, label("KE-CUSTOMS"))], now=NOW)
    assert Notification.objects.count() == 0
    assert actions.notify_many([notice(kenya, None)], now=NOW) == 1


def test_every_registered_check_must_hold_and_each_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [gate.Look(uuid4(), uuid4()) for _ in range(3)]
    asked: list[int] = []

    def all_but_the_first(given: Any, now: Any) -> set[gate.Look]:
        asked.append(len(given))
        return {look for look in given if look != looks[0]}

    monkeypatch.setattr(gate, "_checks", [])
    gate.register(all_but_the_first)
    gate.register(all_but_the_first)
    gate.register(lambda given, now: {looks[0], looks[1]})
    assert gate.allowed(looks, now=NOW) == {looks[1]}
    assert asked == [3]
    assert gate.allowed([], now=NOW) == frozenset()


def test_an_account_whose_address_was_refused_is_told_in_the_inbox_alone(cast: Cast, label: type_label) -> None:
    kenya = cast.user("liaison", "KE-CUSTOMS")
    Channel.objects.create(user=kenya, kind=ChannelKind.EMAIL, closed_at=NOW, code="550")
    assert tell(notice(kenya, label("KE-CUSTOMS"))) == 1
    assert (len(told(kenya)), Dispatch.objects.count()) == (1, 0)


def test_the_bell_for_sending_rings_once_the_notices_are_committed(
    cast: Cast, label: type_label, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("apps.outbox.bell._ring_now", rung.append)
    one = notice(cast.user("liaison", "KE-CUSTOMS"), label("KE-CUSTOMS"))
    for expected in (["apps.notifications.tasks.send_due"], []):
        rung.clear()
        with django_capture_on_commit_callbacks(execute=True):
            tell(one)
        assert rung == expected


def test_notify_tells_several_accounts_of_one_thing(cast: Cast, label: type_label) -> None:
    people = [cast.user(word, "KE-CUSTOMS").id for word in ("liaison", "officer")]
    with working():
        made = actions.notify(
            kind=NoticeKind.REFERRAL_OPENED,
            cause=uuid4(),
            object_id=uuid4(),
            label_id=label("KE-CUSTOMS"),
            reference=REFERENCE,
            users=people,
            now=NOW,
        )
    assert made == 2
    assert set(Notification.objects.values_list("user_id", flat=True)) == set(people)


def test_one_reads_ones_own_notices_newest_first_and_nobody_elses(cast: Cast, label: type_label) -> None:
    shared, kenya, china = label("KE-CUSTOMS", "CN-CUSTOMS"), cast.liaison("KE-CUSTOMS"), cast.liaison("CN-CUSTOMS")
    user = cast.user("liaison", "KE-CUSTOMS")
    for hours in (0, 2, 1):
        actions.notify_many([notice(user, shared, reference=f"SR-{hours}")], now=NOW + timedelta(hours=hours))
    with acting(kenya):
        assert [each.reference for each in notifications_for(kenya)] == ["SR-2", "SR-1", "SR-0"]
        assert unread_count(kenya) == 3
    with acting(china):
        assert notifications_for(china).count() == 0
        assert notifications_for(kenya).count() == 0, "the database itself hides them"


def test_what_is_closed_to_its_reader_by_now_is_listed_without_saying_what_it_was(
    cast: Cast, label: type_label
) -> None:
    user, kenya = cast.user("liaison", "KE-CUSTOMS"), cast.liaison("KE-CUSTOMS")
    stays, ends, withheld = (label("KE-CUSTOMS") for _ in range(3))
    tell(*(notice(user, each) for each in (stays, ends, withheld, None)))
    with acting(kenya):
        assert {row.sentence for row in page_of(actor=kenya, before=None, limit=9)} == {""}
    Label.objects.filter(id=ends).update(audience=[cast.agency("SG-CUSTOMS").token])
    Label.objects.filter(id=withheld).update(withheld=[cast.agency("KE-CUSTOMS").token])
    with acting(kenya):
        page = {row.id: row for row in page_of(actor=kenya, before=None, limit=9)}
    for row in Notification.objects.all():
        shown = page.pop(row.id)
        closed = row.label_id in (ends, withheld)
        told = (shown.cause, shown.object_id, shown.reference, shown.sentence)
        assert told == ((None, None, "", CLOSED) if closed else (row.cause, row.object_id, REFERENCE, ""))
        assert (shown.kind, shown.created_at) == (row.kind, row.created_at)
    assert page == {}


def test_who_was_told_without_opening_is_shown_the_same_and_who_was_shown_the_ask_has_to_see_it(
    cast: Cast, label: type_label
) -> None:
    user, administrator, shared, cause = (
        cast.user("admin", "KE-CUSTOMS"),
        cast.administrator("KE-CUSTOMS"),
        label(),
        uuid4(),
    )
    rows = [
        Notification(
            user=user, kind=NoticeKind.NO_LIAISON, cause=cause, object_id=about, label_id=shared, reference="SR-1"
        )
        for about in (uuid4(), cause)
    ]
    assert [row.reference for row in shown_to(actor=administrator, notices=rows)] == ["SR-1", ""]


def test_a_page_of_notices_asks_once_what_is_open_whatever_its_length(
    cast: Cast, label: type_label, django_assert_num_queries: Any
) -> None:
    user, kenya = cast.user("liaison", "KE-CUSTOMS"), cast.liaison("KE-CUSTOMS")
    for size, statements in ((0, 1), (1, 2), (30, 2)):
        tell(*(notice(user, label("KE-CUSTOMS")) for _ in range(size)))
        with django_assert_num_queries(statements):
            page_of(actor=kenya, before=None, limit=50)


def test_many_unread_notices_are_counted_no_further_than_is_shown(cast: Cast) -> None:
    user = cast.user("liaison", "KE-CUSTOMS")
    actions.notify_many([notice(user, None) for _ in range(UNREAD_SHOWN + 20)], now=NOW)
    assert unread_count(cast.liaison("KE-CUSTOMS")) == UNREAD_SHOWN + 1


def test_a_notice_is_marked_as_read_once_and_by_its_reader_alone(cast: Cast) -> None:
    kenya, china = cast.liaison("KE-CUSTOMS"), cast.liaison("CN-CUSTOMS")
    tell(notice(cast.user("liaison", "KE-CUSTOMS"), None))
    ident = Notification.objects.get().id
    with pytest.raises(NotFound), acting(china):
        actions.mark_read(actor=china, notification_id=ident, now=NOW)
    assert Notification.objects.get().read_at is None
    for later in (0, 5):
        with acting(kenya):
            read = actions.mark_read(actor=kenya, notification_id=ident, now=NOW + timedelta(hours=later))
        assert read.read_at == NOW
    assert Entry.objects.filter(verb="mark_read").count() == 1
    with pytest.raises(NotFound), acting(kenya):
        actions.mark_read(actor=kenya, notification_id=uuid4(), now=NOW)


def test_the_web_role_can_neither_make_a_notice_nor_change_what_it_says(cast: Cast) -> None:
    kenya = cast.liaison("KE-CUSTOMS")
    tell(notice(cast.user("liaison", "KE-CUSTOMS"), None))
    for change in (
        lambda: actions.notify_many([notice(cast.user("liaison", "KE-CUSTOMS"), None)], now=NOW),
        lambda: Notification.objects.update(reference="SR-2026-OTHER"),
        lambda: Notification.objects.all().delete(),
        lambda: Dispatch.objects.update(sent_at=NOW),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), acting(kenya):
            change()
    assert set(Notification.objects.values_list("reference", flat=True)) == {REFERENCE}


def test_health_counts_messages_by_state_and_tells_the_age_of_the_oldest(cast: Cast) -> None:
    assert health(now=NOW).oldest_pending is None
    tell(notice(cast.user("liaison", "KE-CUSTOMS"), None))
    found = health(now=NOW + timedelta(minutes=3))
    assert (found.counts, found.oldest_pending, found.closed_channels) == (
        {"PENDING": 1, "SENT": 0, "DEAD": 0, "CANCELLED": 0},
        timedelta(minutes=3),
        0,
    )
