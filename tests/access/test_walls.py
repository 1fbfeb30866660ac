"""The second wall: every table with its reason for standing behind it or before it, and what the web role cannot do."""

from typing import Any
from uuid import UUID

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from apps.agencies.acting import acting, anonymous
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.sharing.models import Grant, Label
from tests.callers import ETIS, Caller
from tests.cast import Cast

pytestmark = pytest.mark.django_db
# Walled: row-level security, forced, so that it holds for the owner of a connection too.
WALLED = {
    "sharing_label": "the decision itself",
    "sharing_grant": "who else may read is the originator's alone",
    "reports_report": "content",
    "reports_seizeditem": "content",
    "reports_routestop": "content",
    "referrals_referral": "what one agency is asked and answers",
    "referrals_action": "what it did",
    "referrals_passing": "who asked to pass what on to whom",
    "sharing_opening": "who opens which report by break-glass, and why",
    "notifications_notification": "who was told of what",
    "vault_datakey": "agencies' keys, wrapped by what the database never sees",
    "vault_objectkey": "the key of one row, as visible as the row",
    "agencies_invitation": "addresses and names; its agency's, and whoever's who brings its link",
    "agencies_idempotencykey": "answers that were kept hold content",
    "agencies_providersubject": "who somebody is elsewhere; the account's own, and its administrators'",
    "mfa_authenticator": "secrets of second factors, each account's own",
}
# Row-level security for the web role, not forced: the owner's commands verify and carry.
STAFF_ONLY = {
    "audit_entry": "who did what; read by administrators, and by an agency of what it owns",
    "outbox_event": "ids of what happened; written by everybody, read by the worker and administrators",
    "outbox_delivery": "the same",
    "notifications_channel": "whether mail to an account fails",
    "notifications_dispatch": "ids and states of messages",
    "notifications_attempt": "the same",
    "notifications_alarm": "what is wrong with the service; opened by a function, read by administrators",
    "notifications_pulse": "when the service was last watched",
}
OPEN = {
    "agencies_agency": "members know each other",
    "agencies_jurisdiction": "who answers for what is no secret among members",
    "agencies_user": "signing in happens before anybody is anybody; no page lists accounts",
    "agencies_heldtoken": "a reader's tokens are computed before any are held",
    "agencies_apitoken": "hashes, looked up before anybody is anybody",
    "audit_head": "the last link; no grant to the web role at all",
    "audit_waiting": "reads that are not chained yet; no grant to the web role at all",
    "audit_seal": "signed heads; the web role is granted the columns that are published",
    "agencies_session": "looked up before anybody is anybody",
    "agencies_pause": "comes with the actor, before anybody is anybody; ids and times",
    "agencies_budget": "spent before anybody is anybody; keyed hashes and counts",
    "django_session": "Django's own, unused since sessions know their account",
    "account_emailaddress": "allauth's, unused; no grant to the web role at all",
    "account_emailconfirmation": "allauth's, unused; no grant to the web role at all",
    "django_admin_log": "written by Django's admin about accounts and vocabularies",
    "reference_country": "public vocabulary",
    "reference_hscode": "public vocabulary",
    "reference_specimenterm": "public vocabulary",
    "reference_taxon": "public vocabulary",
    "reference_unit": "public vocabulary",
    "auth_group": "Django's own, empty",
    "auth_group_permissions": "Django's own, empty",
    "auth_permission": "Django's own",
    "django_content_type": "Django's own",
    "django_migrations": "Django's own",
}
ASKED = (
    '{"q": "ivory"}',
    '{"q": "ivory", "country": "UG", "part": "ORIGIN", "kind": "SEIZURE", "telling": true}',
    '{"country": "KE"}',
    '{"part": "DISCOVERY"}',
    '{"state": "SUBMITTED"}',
)
TABLES = """
SELECT relname, CASE WHEN relforcerowsecurity THEN 'walled' WHEN relrowsecurity THEN 'staff' ELSE 'open' END
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""
LOOSE = "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE p.polroles && %s::oid[] AND {} = 'true'"


def _rows(text: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall()) if cursor.description else []


def _changes(text: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return int(cursor.rowcount)


def _refused(text: str, *values: Any) -> bool:
    """Whether the database refuses it; what it refuses ends the statement's own savepoint only."""
    try:
        with transaction.atomic():
            _changes(text, *values)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def report(cast: Cast) -> UUID:
    """Singapore's, with Kenya as a counterpart, and Uganda left out."""
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, withheld_from=["UG-CUSTOMS"])
    relay()
    return report


def test_every_table_stands_before_or_behind_the_wall_for_a_reason() -> None:
    told = dict.fromkeys(WALLED, "walled") | dict.fromkeys(STAFF_ONLY, "staff") | dict.fromkeys(OPEN, "open")
    assert dict(_rows(TABLES)) == told


def test_no_policy_lets_the_web_role_read_a_walled_table_without_a_condition() -> None:
    (web,) = [row[0] for row in _rows("SELECT oid FROM pg_roles WHERE rolname = 'counterpart_web'")]
    loose = {row[0] for row in _rows(LOOSE.format("pg_get_expr(p.polqual, p.polrelid)"), [web, 0])}
    assert loose == set()


@pytest.mark.parametrize("table", sorted({*WALLED, *STAFF_ONLY}))
def test_without_tokens_a_walled_table_is_empty(report: UUID, table: str) -> None:
    with anonymous():
        assert _rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_outside_a_transaction_of_somebody_the_settings_hold_nothing(cast: Cast, report: UUID) -> None:
    with acting(cast.liaison("KE-CUSTOMS")):
        assert Label.objects.count() == 1
    for name in ("app.tokens", "app.agency", "app.user", "app.staff"):
        assert _rows("SELECT coalesce(current_setting(%s, true), '')", name) == [("",)]


def test_a_reader_changes_nothing_of_what_it_reads(cast: Cast, report: UUID) -> None:
    with acting(cast.liaison("KE-CUSTOMS")):
        assert _changes("UPDATE reports_report SET title = 'x' WHERE id = %s", report) == 0
        assert _changes("UPDATE sharing_label SET audience = audience || 1 WHERE id = %s", report) == 0
        assert _changes("DELETE FROM sharing_label WHERE id = %s", report) == 0
        assert _changes("DELETE FROM reports_report WHERE id = %s", report) == 0
        assert _changes("DELETE FROM reports_seizeditem WHERE report_id = %s", report) == 0
        assert _changes("UPDATE sharing_grant SET revoked_at = now() WHERE label_id = %s", report) == 0


GRANT = """
INSERT INTO sharing_grant (id, label_id, originator_id, token, basis, position, since)
SELECT gen_random_uuid(), l.id, %s, 117, 'NAMED', l.position, now() FROM sharing_label l WHERE l.id = %s
"""
LABEL = """
INSERT INTO sharing_label (id, originator_id, author_id, stage, tlp, law_enforcement_only, handling, handling_note, named,
    withheld, passed_on, counterparts, audience, position)
VALUES (gen_random_uuid(), %s, %s, 'DRAFT', 'AMBER', true, '{}', '', '{}', '{}', '{}', '[]', '{0}', gen_random_uuid())
"""


def test_nobody_writes_in_anothers_name(cast: Cast, report: UUID) -> None:
    kenya, singapore = cast.liaison("KE-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    with acting(kenya):
        assert _refused(LABEL, singapore.agency_id, singapore.user_id)
        assert _refused(GRANT, singapore.agency_id, report)
        assert not _refused(LABEL, kenya.agency_id, kenya.user_id)
    with acting(singapore):
        assert _refused("UPDATE sharing_label SET originator_id = %s WHERE id = %s", kenya.agency_id, report)
        assert _refused("UPDATE sharing_label SET author_id = %s WHERE id = %s", kenya.user_id, report)
        assert _refused("UPDATE sharing_grant SET token = 0 WHERE label_id = %s", report)
        assert _changes("DELETE FROM sharing_label WHERE id = %s", report) == 0
        assert _changes("DELETE FROM sharing_grant WHERE label_id = %s", report) == 0


def test_a_reader_knows_its_own_grant_and_the_originator_all(cast: Cast, report: UUID) -> None:
    whole = Grant.objects.filter(label_id=report).count()
    for actor, seen in (
        (cast.liaison("SG-CUSTOMS"), whole),
        (cast.liaison("KE-CUSTOMS"), 1),
        (cast.liaison("UG-CUSTOMS"), 0),
    ):
        with acting(actor):
            assert _rows("SELECT count(*) FROM sharing_grant") == [(seen,)]


def test_a_referral_is_seen_by_its_agency_and_the_originator_and_answered_by_its_agency(
    cast: Cast, report: UUID
) -> None:
    for code, seen, own in (("SG-CUSTOMS", 4, 0), ("KE-CUSTOMS", 1, 1), ("UG-CUSTOMS", 0, 0), ("STRANGER", 0, 0)):
        with acting(cast.liaison(code)):
            assert _rows("SELECT count(*) FROM referrals_referral") == [(seen,)]
            assert _changes("UPDATE referrals_referral SET moved_at = moved_at") == own
            assert _refused("UPDATE referrals_referral SET agency_id = originator_id")
    assert Referral.objects.count() == 4


def test_a_tombstones_specimens_and_route_are_its_originators_alone(cast: Cast, report: UUID) -> None:
    Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/")
    for code, seen in (("SG-CUSTOMS", (1, 6)), ("KE-CUSTOMS", (0, 0))):
        with acting(cast.liaison(code)):
            found = _rows("SELECT (SELECT count(*) FROM reports_seizeditem), (SELECT count(*) FROM reports_routestop)")
            assert found == [seen]


def test_the_trail_is_appended_to_by_its_function_alone(cast: Cast) -> None:
    for statement in (
        "INSERT INTO audit_entry SELECT * FROM audit_entry",
        "UPDATE audit_entry SET verb = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_head SET seq = 0",
        "SELECT * FROM audit_head",
    ):
        with acting(cast.liaison("SG-CUSTOMS")):
            assert _refused(statement)


SPAN = "'00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'"


@pytest.mark.parametrize(
    "function", [f"sharing_newest({SPAN}, 9)", *[f"reports_found('{asked}', {SPAN}, 9)" for asked in ASKED]]
)
def test_a_search_reads_who_asks_from_the_setting_and_from_nowhere_else(
    cast: Cast, report: UUID, function: str
) -> None:
    text = f"SELECT array_agg(l.id) FROM {function} AS place JOIN sharing_label l ON l.position = place"
    for code, seen in (("SG-CUSTOMS", [report]), ("KE-CUSTOMS", [report]), ("UG-CUSTOMS", None), ("STRANGER", None)):
        with acting(cast.liaison(code)):
            assert _rows(text) == [(seen,)]
            assert _rows(f"SELECT count(*) FROM {function}") == [(len(seen or ()),)]
    with anonymous():
        assert _rows(f"SELECT count(*) FROM {function}") == [(0,)]


def test_what_is_searched_for_is_a_value_and_never_a_part_of_the_statement(cast: Cast, report: UUID) -> None:
    nasty = "' OR true) -- $1 $$; DROP TABLE reports_report"
    names = ("q", "country", "part", "kind", "state", "side")
    with acting(cast.liaison("STRANGER")):
        for name in names:
            assert _rows(
                f"SELECT count(*) FROM reports_found(%s::jsonb, {SPAN}, 9)", orjson.dumps({name: nasty}).decode()
            ) == [(0,)]
        for name in ("originator", "taxa"):
            sent = orjson.dumps({name: [nasty] if name == "taxa" else nasty}).decode()
            assert _refused(f"SELECT count(*) FROM reports_found(%s::jsonb, {SPAN}, 9)", sent)


def test_the_wall_of_a_listed_table_is_asked_row_by_row(db: None) -> None:
    """EXISTS may be turned into a hash of all that the reader sees, before the first row of a page is found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy"
            " WHERE polrelid = 'referrals_referral'::regclass AND polname LIKE 'web%'"
        )
        conditions = dict(cursor.fetchall())
    assert sorted(conditions) == ["web_select", "web_update"]
    assert [name for name, condition in conditions.items() if "EXISTS" in condition] == []
