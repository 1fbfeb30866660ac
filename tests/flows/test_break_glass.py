"""Break-glass: two platform administrators, a reason, 60 minutes by the database's clock, and the owner sees it all."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from apps.agencies.acting import acting
from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor
from apps.audit.actions import record
from apps.audit.models import Entry
from apps.core.errors import NotAllowed, NotFound
from apps.notifications.models import Alarm, Dispatch, Notification
from apps.outbox.actions import relay
from apps.referrals.ledger.proof import prove
from apps.sharing.actions import approve_opening, end_opening, end_what_is_over, mend
from apps.sharing.models import Grant, Label, Opening
from apps.sharing.queries import agreement, glass_for
from apps.sharing.states import OpeningState
from tests.callers import ETIS, Caller, read
from tests.cast import Cast
from tests.flows.glass import (
    REASON,
    SECRET,
    actor,
    approved,
    asked,
    browser,
    look,
    nothing_is_open,
    over,
    reference,
    staff,
)
from tests.web.visiting import Shown

pytestmark = pytest.mark.django_db


def test_one_asks_another_approves_and_the_first_reads_that_one_report(
    first: Actor, second: Actor, report: UUID
) -> None:
    opening = approved(first, second, report)
    shown = Shown(look(first, opening), 200)
    assert SECRET in shown  # sealed as it stands in the database, for this hour it is read
    row = Opening.objects.get(id=opening)
    assert row.until is not None
    assert row.approved_at is not None
    assert row.until - row.approved_at == timedelta(minutes=60)
    assert f"Break-glass until {row.until:%H:%M} UTC. Reason: {REASON} Approved by Second (second@" in shown
    assert "1 t raw ivory" in shown
    assert "CN-CUSTOMS" not in shown.html  # who else reads is the originator's alone
    grant = Grant.objects.get(label_id=report, basis="BREAK_GLASS")
    assert (grant.token, grant.agency_id, grant.revoked_at) == (row.token, None, None)
    assert all(agrees for _, agrees in agreement())


def test_every_other_door_stays_closed_to_them_meanwhile(first: Actor, second: Actor, report: UUID) -> None:
    opening = approved(first, second, report)
    caller, pages = Caller(first), browser(first)
    assert look(first, opening).status_code == 200
    assert caller.listed() == []
    for path in ("", "audience/", "passings/"):
        assert caller.get(f"reports/{report}/{path}").status_code == 404
    assert read(caller.get("referrals/"))["results"] == []
    assert caller.post("reports/search/", {"q": "ivory"}).status_code == 403
    for path in (f"/reports/{report}/", f"/reports/{report}/pass-on/"):
        assert pages.get(path).status_code == 404
    for path in ("/", "/received/", "/sent/", "/drafts/", "/notifications/", "/break-glass/"):
        text = pages.get(path).content.decode()
        assert not {word for word in (SECRET, "raw ivory", str(report)) if word in text}, path
    with acting(actor(User.objects.get(id=first.user_id))), connection.cursor() as cursor:
        for table in ("sharing_label", "reports_report", "reports_seizeditem", "sharing_grant"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table


def test_an_opening_opens_its_own_report_and_no_other(first: Actor, second: Actor, report: UUID, cast: Cast) -> None:
    other = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, title="Another one")
    one, two = approved(first, second, report), approved(first, second, other)
    for opening, label in ((one, report), (two, other)):
        _, reader = glass_for(actor=first, opening_id=opening)
        with acting(reader):
            assert list(Label.objects.values_list("id", flat=True)) == [label]
            assert list(Label.objects.visible_to(reader).values_list("id", flat=True)) == [label]


@pytest.mark.parametrize("gone", ["the agency", "its people"])
def test_where_nobody_of_the_owner_can_be_told_nothing_is_opened(
    first: Actor, second: Actor, report: UUID, gone: str
) -> None:
    """So that nobody reads unseen by closing the owner's accounts first and opening them again afterwards."""
    if gone == "the agency":
        Agency.objects.filter(code="SG-CUSTOMS").update(active=False)
    else:
        told = ["admin@sg-customs.example", "liaison@sg-customs.example"]
        User.objects.filter(email__in=told).update(is_active=False)
    opening = approved(first, second, report)
    assert look(first, opening).status_code == 404
    assert (Opening.objects.get(id=opening).state, Notification.objects.filter(cause=opening).count()) == ("ENDED", 0)
    assert Entry.objects.filter(verb="void_break_glass", object_id=opening).count() == 1
    nothing_is_open(report)


def test_the_second_person_does_not_read_and_nobody_else_does(
    cast: Cast, first: Actor, second: Actor, report: UUID
) -> None:
    opening = approved(first, second, report)
    third = actor(staff("third"))
    for who in (second, third, cast.liaison("SG-CUSTOMS"), cast.liaison("STRANGER"), cast.administrator("SG-CUSTOMS")):
        assert look(who, opening).status_code == 404


def test_nobody_but_administrators_knows_that_there_is_such_a_thing(cast: Cast, first: Actor, report: UUID) -> None:
    opening = asked(first, report)
    for who in (cast.liaison("SG-CUSTOMS"), cast.administrator("SG-CUSTOMS"), cast.liaison("STRANGER")):
        pages = browser(who)
        assert pages.get("/break-glass/").status_code == 404
        for verb in ("approve", "refuse", "end"):
            assert pages.post(f"/break-glass/{opening.id}/{verb}/").status_code == 404
        words = {"reference": reference(report), "reason": REASON}
        assert pages.post("/break-glass/ask/", words).status_code == 404
        with acting(who), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sharing_opening")
            assert cursor.fetchone() == (0,)
    assert Opening.objects.get().state == OpeningState.ASKED


@pytest.mark.parametrize("maker", ["first", "second"])
def test_neither_may_have_made_or_changed_the_others_account_in_the_last_day(
    first: Actor, second: Actor, report: UUID, maker: str
) -> None:
    one, other = (first, second) if maker == "first" else (second, first)
    now = datetime.now(UTC)
    record(actor=one, verb="create_user", kind="account", object_id=other.user_id, now=now - timedelta(hours=23))
    opening = asked(first, report)
    with acting(second), pytest.raises(NotAllowed) as refused:
        approve_opening(actor=second, opening_id=opening.id, now=now)
    assert refused.value.code == "not_strangers"
    with acting(second):
        assert approve_opening(actor=second, opening_id=opening.id, now=now + timedelta(hours=2)).state == "APPROVED"


def test_after_sixty_minutes_it_is_over_by_itself(first: Actor, second: Actor, report: UUID) -> None:
    """By the database's clock, and before anybody has cleaned up."""
    opening = approved(first, second, report)
    over(opening)
    assert look(first, opening).status_code == 404
    with acting(first), pytest.raises(NotFound):
        glass_for(actor=first, opening_id=opening)
    assert "Over" in Shown(browser(first).get("/break-glass/"), 200)
    assert end_what_is_over(now=datetime.now(UTC)) == 1
    row = Opening.objects.get(id=opening)
    assert (row.state, row.ended_at, row.ended_by_id) == (OpeningState.ENDED, row.until, None)
    nothing_is_open(report)
    assert end_what_is_over(now=datetime.now(UTC)) == 0
    assert all(agrees for _, agrees in agreement())


@pytest.mark.parametrize("ender", ["first", "second"])
def test_either_of_the_two_ends_it_early(first: Actor, second: Actor, report: UUID, ender: str) -> None:
    opening = approved(first, second, report)
    pages = browser(first if ender == "first" else second)
    assert pages.post(f"/break-glass/{opening}/end/").status_code == 302
    assert look(first, opening).status_code == 404
    relay()
    nothing_is_open(report)
    assert pages.post(f"/break-glass/{opening}/end/").status_code == 409
    assert all(agrees for _, agrees in agreement())


def test_a_grant_that_outlives_its_opening_is_found_by_the_nightly_comparison(
    first: Actor, second: Actor, report: UUID
) -> None:
    over(approved(first, second, report))
    assert all(agrees for _, agrees in agreement()), "a few minutes are the clean-up's"
    over(Opening.objects.get().id)
    assert [label for label, agrees in agreement() if not agrees] == [report]
    assert mend(ids=[report], now=datetime.now(UTC)) == 1
    nothing_is_open(report)
    assert all(agrees for _, agrees in agreement())


def test_a_third_administrator_does_not_end_what_two_others_opened(first: Actor, second: Actor, report: UUID) -> None:
    opening = approved(first, second, report)
    third = actor(staff("third"))
    with acting(third), pytest.raises(NotAllowed):
        end_opening(actor=third, opening_id=opening, now=datetime.now(UTC))
    assert look(first, opening).status_code == 200


@pytest.mark.parametrize("who", ["first", "second"])
@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_it_is_over_when_one_of_the_two_is_no_longer_an_administrator(
    first: Actor, second: Actor, report: UUID, who: str, change: dict[str, bool]
) -> None:
    opening = approved(first, second, report)
    User.objects.filter(id=(first if who == "first" else second).user_id).update(**change)
    with acting(first), pytest.raises(NotFound):
        glass_for(actor=first, opening_id=opening)


def test_the_owner_is_told_and_reads_every_request_in_its_trail(
    cast: Cast, first: Actor, second: Actor, report: UUID
) -> None:
    opening = approved(first, second, report)
    owner = cast.agency("SG-CUSTOMS")
    page = browser(cast.officer("SG-CUSTOMS")).get(f"/reports/{report}/trail/").content.decode()
    for words in ("Break-glass was approved", "First (first@counterpart.example)", "Approved by Second (second@"):
        assert words in page, "before anybody has looked"
    told = Notification.objects.filter(kind="BREAK_GLASS")
    people = {cast.user(word, "SG-CUSTOMS").id for word in ("liaison", "admin")}
    assert set(told.values_list("user_id", flat=True)) == people
    assert set(told.values_list("reference", "label_id")) == {(reference(report), report)}
    assert Dispatch.objects.filter(notification__kind="BREAK_GLASS", state="PENDING").count() == 2
    for _ in range(2):
        look(first, opening)
    trail = Entry.objects.filter(object_id=report, owner_id=owner.id, verb__startswith="break_glass").order_by("seq")
    assert [(entry.verb, entry.user_id) for entry in trail] == [
        ("break_glass", None),
        ("break_glass_read", first.user_id),
        ("break_glass_read", first.user_id),
    ]
    assert str(second.user_id) in (trail[0].payload or "")
    assert not Entry.objects.filter(payload__contains=REASON).exists()
    audience = read(Caller(cast.liaison("SG-CUSTOMS")).get(f"reports/{report}/audience/"))["audience"]
    assert [row["sentence"] for row in audience if row["basis"] == "BREAK_GLASS"] == [
        "Two platform administrators have opened it by break-glass, for 60 minutes at most"
    ]
    assert Alarm.objects.filter(code="break_glass", ended_at__isnull=True).count() == 1
    assert prove(now=datetime.now(UTC)).findings == ()


def test_other_readers_do_not_learn_that_it_was_opened(cast: Cast, first: Actor, second: Actor, report: UUID) -> None:
    china = Caller(cast.liaison("CN-CUSTOMS"))
    paths = [f"reports/{report}/", f"reports/{report}/audience/", "reports/", "referrals/"]
    before = [china.get(path).content for path in paths]
    approved(first, second, report)
    assert [china.get(path).content for path in paths] == before
    assert not Notification.objects.filter(kind="BREAK_GLASS").exclude(user__agency__code="SG-CUSTOMS").exists()


def test_a_report_withdrawn_meanwhile_is_a_tombstone_here_too(
    cast: Cast, first: Actor, second: Actor, report: UUID
) -> None:
    opening = approved(first, second, report)
    assert Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/").status_code == 200
    shown = Shown(look(first, opening), 200)
    assert "This report was withdrawn." in shown
    assert not {word for word in (SECRET, "raw ivory") if word in shown.html}
