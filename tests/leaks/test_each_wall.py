"""Each of the two walls holds where the other is away: one forgotten condition opens nothing.

Without the database's wall: as the owner, whom its policies let pass. Without the query's: bare tables, as the web role.
"""

from dataclasses import dataclass
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from apps.agencies.acting import acting, anonymous
from apps.agencies.models import IdempotencyKey
from apps.agencies.policy import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.ids import FIRST, LAST
from apps.notifications.models import Notification
from apps.notifications.queries import notifications_for
from apps.outbox.actions import relay
from apps.referrals import actions as referrals
from apps.referrals.models import Action, Referral
from apps.referrals.queries import on_own_reports, passings_for, received, referral_for, referrals_for
from apps.reports.actions import withdraw_report
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.policy import Filters
from apps.reports.queries import own_report_for, page_of, report_for
from apps.sharing.models import Grant, Label
from apps.sharing.queries import grants_of, label_for
from tests.callers import ETIS, Caller
from tests.cast import Cast
from tests.web_login import logged_in

OUTSIDERS = ("STRANGER", "UG-CUSTOMS", "TENCENT")
# What holds content, and what tells who was told. (A table that is missing here is found by the walls' own tests.)
WALLED = (Label, Grant, Report, SeizedItem, RouteStop, Referral, Action, Notification, IdempotencyKey)


@dataclass(frozen=True, slots=True)
class Story:
    """Singapore's report, withheld from Uganda; a tombstone of another; a draft. Kenya has noted an action."""

    report: UUID
    tombstone: UUID
    draft: UUID


@pytest.fixture
def story(cast: Cast) -> Story:
    sender = Caller(cast.liaison("SG-CUSTOMS"))
    report = sender.submitted(ETIS, withheld_from=["UG-CUSTOMS"])
    tombstone = sender.submitted(ETIS, title="By mistake", withheld_from=["UG-CUSTOMS"])
    draft = sender.draft(ETIS)
    sender.post("reports/", ETIS, **{"Idempotency-Key": "kept"})
    relay()
    _answered(cast.liaison("KE-CUSTOMS"), report)
    with acting(sender.actor):
        withdraw_report(actor=sender.actor, report_id=tombstone, now=now())
    relay()
    return Story(report, tombstone, draft)


def _answered(kenya: Actor, report: UUID) -> None:
    referral = Referral.objects.get(report_id=report, agency__code=kenya.agency_code).id
    with acting(kenya):
        referrals.accept(actor=kenya, referral_id=referral, now=now())
        referrals.record_action(actor=kenya, referral_id=referral, kind="ENQUIRY", text="Asked.", now=now())


def _listed(shown_to: Actor, asks: Actor) -> set[UUID]:
    """What a list gives who asks, where the database shows what it shows somebody else: the list's own wall alone."""
    with acting(shown_to):
        pages = [
            page_of(actor=asks, filters=filters, before=None, limit=50) for filters in (Filters(), Filters(q="ivory"))
        ]
    return {row["id"] for page in pages for row in page.rows}


def _ids(rows: object) -> list[UUID]:
    return [row.id for row in rows]  # type: ignore[attr-defined]  # rows of any model


@pytest.mark.parametrize("code", OUTSIDERS)
def test_without_the_databases_wall_no_query_gives_an_outsider_anything(cast: Cast, story: Story, code: str) -> None:
    outsider = cast.liaison(code)
    for report in (story.report, story.tombstone, story.draft):
        for query in (report_for, own_report_for):
            with pytest.raises(NotFound):
                query(actor=outsider, report_id=report)
        with pytest.raises(NotFound):
            label_for(actor=outsider, label_id=report)
        assert grants_of(actor=outsider, label=Label.objects.get(id=report)) == []
    assert _listed(cast.liaison("SG-CUSTOMS"), outsider) == set()
    assert list(referrals_for(actor=outsider)) == []
    assert list(notifications_for(outsider)) == []
    for referral in Referral.objects.all():
        with pytest.raises(NotFound):
            referral_for(actor=outsider, referral_id=referral.id)


def test_without_the_databases_wall_a_reader_gets_what_is_its_own(cast: Cast, story: Story) -> None:
    kenya, sender = cast.liaison("KE-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    assert report_for(actor=kenya, report_id=story.report).id == story.report
    for report in (story.report, story.tombstone, story.draft):
        with pytest.raises(NotFound):
            own_report_for(actor=kenya, report_id=report)
    with pytest.raises(NotFound):
        report_for(actor=kenya, report_id=story.draft)
    assert _listed(sender, kenya) == {story.report, story.tombstone}
    assert story.draft in _listed(sender, sender)
    label = Label.objects.get(id=story.report)
    assert {grant.agency_id for grant in grants_of(actor=kenya, label=label)} == {kenya.agency_token}
    assert len({grant.agency_id for grant in grants_of(actor=sender, label=label)}) == 5
    assert {referral.agency_id for referral in referrals_for(actor=kenya)} == {kenya.agency_id}
    assert (received(actor=kenya).count(), on_own_reports(actor=kenya).count()) == (2, 0)
    assert (received(actor=sender).count(), on_own_reports(actor=sender).count()) == (0, 8)
    assert {notice.user_id for notice in notifications_for(kenya)} == {kenya.user_id}


def test_without_the_databases_wall_nobody_gets_what_others_asked_to_pass_on(cast: Cast) -> None:
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, named=["WILDAID"])
    relay()
    kenya = cast.liaison("KE-CUSTOMS")
    with acting(kenya):
        to, why = "KE-WILDLIFE", "They inspect the port."
        referrals.ask_to_pass_on(actor=kenya, report_id=report, agency=to, reason=why, now=now())
    relay()
    readers = ("KE-CUSTOMS", "SG-CUSTOMS", "KE-WILDLIFE", "CN-CUSTOMS", "WILDAID", "STRANGER")
    seen = {code: len(passings_for(actor=cast.liaison(code), report_id=report)) for code in readers}
    assert seen == {code: int(code in {"KE-CUSTOMS", "SG-CUSTOMS"}) for code in readers}


@pytest.mark.parametrize("code", OUTSIDERS)
def test_without_any_condition_the_database_gives_an_outsider_nothing(cast: Cast, story: Story, code: str) -> None:
    with acting(cast.liaison(code)):
        assert {model.__name__: model.objects.count() for model in WALLED} == {model.__name__: 0 for model in WALLED}


def test_without_anybody_acting_the_web_role_sees_no_row(story: Story) -> None:
    with anonymous():
        assert {model.__name__: model.objects.count() for model in WALLED} == {model.__name__: 0 for model in WALLED}


def test_without_any_condition_the_database_gives_a_reader_what_is_its_own(cast: Cast, story: Story) -> None:
    kenya = cast.liaison("KE-CUSTOMS")
    with acting(kenya):
        assert set(_ids(Report.objects.all())) == {story.report, story.tombstone}
        assert set(Grant.objects.values_list("agency_id", flat=True)) == {kenya.agency_token}
        assert set(Referral.objects.values_list("agency_id", flat=True)) == {kenya.agency_id}
        assert Action.objects.count() == 1
        assert set(Notification.objects.values_list("user_id", flat=True)) == {kenya.user_id}
        # Of the tombstone there are neither specimens nor stops.
        assert set(SeizedItem.objects.values_list("report_id", flat=True)) == {story.report}
        assert set(RouteStop.objects.values_list("report_id", flat=True)) == {story.report}
        assert IdempotencyKey.objects.count() == 0
    with acting(cast.liaison("MY-CUSTOMS")):
        assert Action.objects.count() == 0  # what Kenya did is Kenya's and the originator's


def test_without_any_condition_the_database_gives_the_originator_all_of_its_own(cast: Cast, story: Story) -> None:
    sender = cast.liaison("SG-CUSTOMS")
    with acting(sender):
        assert {story.report, story.tombstone, story.draft} < set(_ids(Report.objects.all()))
        assert Referral.objects.count() == 8
        assert Action.objects.count() == 1
        assert set(SeizedItem.objects.values_list("report_id", flat=True)) >= {story.tombstone}
        assert IdempotencyKey.objects.count() == 1


def test_a_reader_may_change_nothing_but_its_own_answer(cast: Cast, story: Story) -> None:
    kenya, sender = cast.liaison("KE-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    with acting(kenya):
        assert Report.objects.update(title="changed") == 0
        assert Label.objects.update(tlp="CLEAR") == 0
        assert Grant.objects.update(revoked_at=now()) == 0
        assert Referral.objects.update(reason="") == 2
    with acting(sender):
        assert Referral.objects.update(reason="") == 0  # an answer is the agency's, not the originator's


def _positions(actor: Actor) -> set[UUID]:
    """What the functions give that run as another role, and decide by themselves who asks."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("SELECT sharing_newest(%s, %s, 50)", [FIRST, LAST])
        found = cursor.fetchall()
        for asked in ('{"q": "ivory"}', '{"kind": "SEIZURE"}', '{"country": "KE"}', '{"side": "RECEIVED"}'):
            cursor.execute("SELECT reports_found(%s::jsonb, %s, %s, 50)", [asked, FIRST, LAST])
            found += cursor.fetchall()
    return {position for (position,) in found}


def test_what_runs_as_another_role_finds_nothing_for_whoever_may_not_read(cast: Cast, story: Story) -> None:
    place = dict(Label.objects.values_list("id", "position"))
    assert {code: _positions(cast.liaison(code)) for code in OUTSIDERS} == {code: set() for code in OUTSIDERS}
    assert _positions(cast.liaison("KE-CUSTOMS")) == {place[story.report], place[story.tombstone]}
    assert _positions(cast.liaison("SG-CUSTOMS")) == set(place.values())


def test_who_somebody_is_ends_with_their_transaction(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> None:
    """A setting that outlived it would go to whoever borrows the connection next."""
    with django_db_blocker.unblock(), logged_in(settings.SERVERS.web):  # type: ignore[attr-defined]  # pytest-django's
        kenya = Cast().liaison("KE-CUSTOMS")
        before = _somebody()
        with acting(kenya):
            during = _somebody()
        after = _somebody()
    assert before == after == ("", "", "", "")
    assert during[1:] == (str(kenya.agency_id), str(kenya.user_id), "")
    assert during[0] != ""


def _somebody() -> tuple[str, ...]:
    names = ("app.tokens", "app.agency", "app.user", "app.staff")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in names))
        row: tuple[str, ...] = cursor.fetchone()
    return row


def test_withheld_wins_in_each_wall_over_what_every_member_reads(cast: Cast) -> None:
    sender, uganda, stranger = Caller(cast.officer("SG-CUSTOMS")), cast.liaison("UG-CUSTOMS"), cast.liaison("STRANGER")
    report = sender.submitted(ETIS, tlp="GREEN", withheld_from=["UG-CUSTOMS"])
    relay()
    # Without the database's wall.
    assert report_for(actor=stranger, report_id=report).id == report
    for reads in (lambda: report_for(actor=uganda, report_id=report), lambda: label_for(actor=uganda, label_id=report)):
        with pytest.raises(NotFound):
            reads()
    assert (_listed(stranger, uganda), _listed(stranger, stranger)) == (set(), {report})
    # Without any condition.
    with acting(uganda):
        assert {model.__name__: model.objects.count() for model in WALLED} == {model.__name__: 0 for model in WALLED}
    assert _positions(uganda) == set()
    with acting(stranger):
        assert (Label.objects.count(), Report.objects.count(), SeizedItem.objects.count()) == (1, 1, 1)
