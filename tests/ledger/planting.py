"""The words that losses, doubles and ghosts are planted with: SQL by the owner's hands."""

from dataclasses import dataclass, field

KENYA = "(SELECT id FROM agencies_agency WHERE code = 'KE-CUSTOMS')"
MALAYSIA = "(SELECT id FROM agencies_agency WHERE code = 'MY-CUSTOMS')"
STRANGER = "(SELECT id FROM agencies_agency WHERE code = 'STRANGER')"
BODY = "(SELECT id FROM agencies_agency WHERE code = 'WCO')"
EMIRATES = "(SELECT id FROM agencies_agency WHERE code = 'AE-CUSTOMS')"
OF = "(SELECT f.id FROM referrals_referral f WHERE f.report_id = '{ivory}' AND f.agency_id = {agency})"
OF_KENYA = OF.replace("{agency}", KENYA)
NOTICE = f"(SELECT n.id FROM notifications_notification n WHERE n.cause = {OF_KENYA})"
MESSAGE = f"(SELECT d.id FROM notifications_dispatch d WHERE d.notification_id = {NOTICE})"
EVENT = "(SELECT e.id FROM outbox_event e WHERE e.name = '{name}' AND e.payload ->> 'report_id' = '{report}')"
SUBMITTED = EVENT.replace("{name}", "reports.submitted").replace("{report}", "{ivory}")
WITHDRAWN = EVENT.replace("{name}", "reports.withdrawn").replace("{report}", "{mistake}")
DECLINED = (
    "(SELECT e.id FROM outbox_event e JOIN referrals_referral f ON f.id::text = e.payload ->> 'referral_id'"
    " WHERE e.name = 'referrals.answered' AND f.state = 'DECLINED')"
)
NO_ATTEMPTS = f"DELETE FROM notifications_attempt WHERE dispatch_id = {MESSAGE}"
OF_DECLINED = (
    "(SELECT n.id FROM notifications_notification n JOIN outbox_event e ON e.payload ->> 'answer_id' = n.cause::text"
    " JOIN referrals_referral f ON f.id::text = e.payload ->> 'referral_id' WHERE f.state = 'DECLINED')"
)
NO_MESSAGE_OF_NOTICE = (
    f"DELETE FROM notifications_attempt USING notifications_dispatch d WHERE d.id = dispatch_id AND notification_id = {NOTICE}",
    f"DELETE FROM notifications_dispatch WHERE notification_id = {NOTICE}",
)
NO_MESSAGE = (NO_ATTEMPTS, f"DELETE FROM notifications_dispatch WHERE id = {MESSAGE}")


def referral(agency: str) -> str:
    """A copy of Kenya's referral, untouched, for an agency."""
    return (
        "INSERT INTO referrals_referral (id, report_id, agency_id, originator_id, parts, for_information, state, opened_at,"
        " due_at, moved_at, reason, outcome) SELECT gen_random_uuid(), report_id, "
        f"{agency}, originator_id, parts, false, 'OPEN', opened_at, due_at, moved_at, '', ''"
        f" FROM referrals_referral WHERE id = {OF_KENYA}"
    )


def notice(agency: str, kind: str = "kind") -> str:
    """A copy of Kenya's notice for the liaison officer of an agency."""
    person = f"(SELECT id FROM agencies_user WHERE agency_id = {agency} AND roles = ARRAY['LIAISON']::varchar[])"
    return (
        "INSERT INTO notifications_notification (id, user_id, kind, cause, object_id, label_id, reference, created_at)"
        f" SELECT gen_random_uuid(), {person}, {kind}, cause, object_id, label_id, reference, created_at"
        f" FROM notifications_notification WHERE id = {NOTICE}"
    )


def event(name: str, report: str) -> str:
    return (
        "INSERT INTO outbox_event (id, name, payload, at)"
        f" VALUES (gen_random_uuid(), '{name}', jsonb_build_object('report_id', '{report}'), clock_timestamp())"
    )


def no_event(event_id: str) -> tuple[str, str]:
    return (
        f"DELETE FROM outbox_delivery WHERE event_id = {event_id}",
        f"DELETE FROM outbox_event WHERE id = {event_id}",
    )


def entry(verb: str, kind: str, thing: str, facts: str = "{{}}") -> str:
    """One more entry in the trail; the chain holds."""
    return f"SELECT audit_append(now(), '{verb}', NULL, NULL, '{kind}', {thing}, NULL, '{facts}')"


def no_entry(verb: str, thing: str) -> str:
    return f"DELETE FROM audit_entry WHERE verb = '{verb}' AND object_id = '{thing}'"


@dataclass(frozen=True, slots=True)
class Plant:
    """What is done to the tables, and exactly what the ledger then says."""

    name: str
    statements: tuple[str, ...]
    found: dict[str, int]
    unguarded: tuple[str, ...] = field(default=())


def plant(name: str, *statements: str, **found: int) -> Plant:
    return Plant(name, statements, {code.replace("_", "-"): count for code, count in found.items()})


def without(table: str, constraint: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
