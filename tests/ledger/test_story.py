"""What is right is found right, in figures; what waits is said; and what may be different now from then is not called wrong."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting
from apps.agencies.actions import change_user, deactivate_user
from apps.agencies.models import Agency
from apps.agencies.policy import Role, tokens_of
from apps.core.clock import now
from apps.outbox.actions import relay
from apps.referrals import actions as referrals
from apps.referrals.ledger import Area
from apps.referrals.ledger.ground import WITH
from apps.referrals.models import Referral
from apps.reports import actions as reports
from tests.cast import Cast
from tests.ledger.conftest import IVORY, Story, carry, filed, judged, sql, working, wrong


def test_the_books_of_a_story_told_by_the_products_own_verbs_agree(story: Story) -> None:
    proof = judged()
    assert [str(finding) for finding in proof.findings] == []
    assert proof.pending == 0
    # Asked or told: UG, KE, MY, CN twice, and AE once, from whom the ivory is withheld. An answer is told to two of SG.
    counted = {area: proof.counted[area] for area in Area if area not in {Area.TRAIL, Area.LABELS}}
    told = 4 + 5 + 3 * 2 + 5
    assert counted == {
        Area.KEYS: 2,
        Area.REPORTS: 2,
        Area.REFERRALS: 9,
        Area.NOTICES: told,
        Area.MESSAGES: told,
        Area.EVENTS: 2 + 3 + 1,
    }
    assert (proof.notes.not_judged, proof.notes.dead_events, proof.notes.dead_messages, proof.notes.taken_twice) == (
        0,
    ) * 4


def test_what_waits_for_the_worker_is_pending_with_its_age_and_not_missing(story: Story, cast: Cast) -> None:
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    proof = judged()
    assert proof.findings == ()
    assert (proof.pending, proof.waiting[Area.EVENTS].count, proof.waiting[Area.MESSAGES].count) == (1, 1, 0)
    assert proof.waiting[Area.EVENTS].oldest is not None
    carry()
    assert (judged().findings, judged().pending) == ((), 0)


def test_what_was_given_up_is_missing(story: Story, cast: Cast) -> None:
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    assert sql("UPDATE outbox_delivery SET state = 'DEAD' WHERE state = 'PENDING'") == 1
    assert wrong() == {"referral-missing": 4}
    assert judged().notes.dead_events == 1


def test_messages_wait_with_their_referrals_told(story: Story, cast: Cast) -> None:
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    carry()
    assert sql("DELETE FROM notifications_attempt WHERE dispatch_id IN (SELECT id FROM notifications_dispatch)") > 0
    assert sql("UPDATE notifications_dispatch SET state = 'PENDING', sent_at = NULL") == judged().pending
    assert wrong() == {}


def test_what_is_withdrawn_before_the_worker_comes_is_asked_of_nobody(story: Story, cast: Cast) -> None:
    liaison = cast.liaison("SG-CUSTOMS")
    report = filed(liaison, IVORY)
    with acting(liaison):
        reports.withdraw_report(actor=liaison, report_id=report, now=now())
    carry()
    assert not Referral.objects.filter(report_id=report).exists()
    assert wrong() == {}


def test_an_agency_without_a_liaison_officer_is_told_by_others(story: Story, cast: Cast) -> None:
    deactivate_user(actor=cast.platform, user_id=cast.user("liaison", "MY-CUSTOMS").id, now=now())
    report = filed(cast.officer("SG-CUSTOMS"), IVORY)
    carry()
    assert wrong() == {}
    for_malaysia = "cause = (SELECT id FROM referrals_referral WHERE report_id = %s AND agency_id = %s)"
    who = [report, cast.agency("MY-CUSTOMS").id]
    told = f"SELECT FROM notifications_notification WHERE kind = 'NO_LIAISON' AND {for_malaysia}"
    # Its administrator, the author and the originator's liaison officer; the coordinating body is outside.
    assert sql(told, *who) == 3
    sql(
        f"DELETE FROM notifications_attempt USING notifications_dispatch d JOIN notifications_notification n ON"
        f" n.id = d.notification_id WHERE dispatch_id = d.id AND {for_malaysia}",
        *who,
    )
    sql(
        f"DELETE FROM notifications_dispatch d USING notifications_notification n WHERE n.id = d.notification_id"
        f" AND {for_malaysia}",
        *who,
    )
    assert sql(f"DELETE FROM notifications_notification WHERE {for_malaysia}", *who) == 3
    assert wrong() == {"notice-missing": 3}


def test_a_coordinating_body_that_the_label_lets_in_is_told_and_missed(story: Story, cast: Cast) -> None:
    deactivate_user(actor=cast.platform, user_id=cast.user("liaison", "MY-CUSTOMS").id, now=now())
    filed(cast.officer("SG-CUSTOMS"), {**IVORY, "tlp": "GREEN"})
    carry()
    assert wrong() == {}
    body = "user_id = (SELECT id FROM agencies_user WHERE email = 'liaison@wco.example')"
    assert sql(f"SELECT FROM notifications_notification WHERE kind = 'NO_LIAISON' AND {body}") == 1
    attempts = "DELETE FROM notifications_attempt USING notifications_dispatch d WHERE dispatch_id = d.id"
    assert sql(f"{attempts} AND d.{body}") == 1
    sql(f"DELETE FROM notifications_dispatch WHERE {body}")
    sql(f"DELETE FROM notifications_notification WHERE {body}")
    assert wrong() == {"notice-missing": 1}


def test_who_became_a_liaison_officer_since_is_not_missed(story: Story, cast: Cast) -> None:
    user = cast.user("officer", "KE-CUSTOMS")
    user.roles = [Role.OFFICER, Role.LIAISON]
    change_user(actor=cast.administrator("KE-CUSTOMS"), user=user, fields=["roles"], now=now())
    proof = judged()
    assert proof.findings == ()
    assert proof.notes.not_judged == 3  # both reports' referrals, and the withdrawal of one


@pytest.mark.parametrize("tlp", ["RED", "AMBER_STRICT", "GREEN", "CLEAR"])
def test_the_books_agree_under_every_marking(story: Story, cast: Cast, tlp: str) -> None:
    officer, named = cast.officer("SG-CUSTOMS"), ["UNODC", "KE-CUSTOMS"]
    report = filed(officer, {**IVORY, "tlp": tlp, "named": named, "law_enforcement_only": tlp != "CLEAR"})
    carry()
    kenya = cast.liaison("KE-CUSTOMS")
    with acting(kenya):
        referral = Referral.objects.get(report_id=report, agency=kenya.agency_id)
        referrals.acknowledge(actor=kenya, referral_id=referral.id, now=now())
    carry()
    assert wrong() == {}


def test_a_message_cancelled_because_its_reader_left_is_no_loss(story: Story, cast: Cast) -> None:
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    with working():
        relay()
    deactivate_user(actor=cast.platform, user_id=cast.user("liaison", "UG-CUSTOMS").id, now=now())
    carry()
    assert sql("SELECT FROM notifications_dispatch WHERE state = 'CANCELLED'") == 1
    assert wrong() == {}


def test_an_address_that_the_mail_server_refused_for_good_is_no_loss(story: Story, cast: Cast) -> None:
    sql(
        "INSERT INTO notifications_channel (user_id, kind, closed_at, code) VALUES (%s, 'EMAIL', now(), '550')",
        cast.user("liaison", "KE-CUSTOMS").id,
    )
    before = judged().counted[Area.MESSAGES]
    filed(cast.officer("SG-CUSTOMS"), IVORY)
    carry()
    assert judged().counted[Area.MESSAGES] == before + 3  # of four recipients
    assert wrong() == {}


def test_the_ledgers_own_account_of_what_a_liaison_officer_holds_is_the_policys(cast: Cast) -> None:
    with connection.cursor() as cursor:
        query = WITH + "SELECT a.code, a.liaison FROM agency a"
        cursor.execute(query, {"coordinator": "WCO"})
        told = {code: frozenset(tokens) for code, tokens in cursor.fetchall()}
    liaison = {"roles": {Role.LIAISON}, "user": 0, "active": True}
    held = {
        agency.code: tokens_of(agency=agency.token, law_enforcement=agency.law_enforcement, **liaison)  # type: ignore[arg-type]
        for agency in Agency.objects.all()
    }
    assert len(held) == 21
    assert told == held


def test_the_number_of_statements_does_not_grow_with_the_tables(story: Story, cast: Cast) -> None:
    judged()
    with CaptureQueriesContext(connection) as before:
        judged()
    for _ in range(3):
        filed(cast.officer("SG-CUSTOMS"), IVORY)
    carry()
    with CaptureQueriesContext(connection) as after:
        judged()
    assert _questions(after) == _questions(before) < 60


def _questions(sent: CaptureQueriesContext) -> int:
    """Statements, without the savepoint around each that lets one be cut off alone."""
    return sum("SAVEPOINT" not in each["sql"] for each in sent)
