"""Each loss, double and ghost, planted with the owner's hands in the database, is found and named, with its count."""

import pytest
from django.db import connection

from apps.referrals.ledger.proof import CHECKS
from tests.audit.conftest import behind_the_guards
from tests.ledger.conftest import Story, judged, sql, wrong
from tests.ledger.planting import (
    BODY,
    DECLINED,
    EMIRATES,
    KENYA,
    MALAYSIA,
    MESSAGE,
    NO_ATTEMPTS,
    NO_MESSAGE,
    NO_MESSAGE_OF_NOTICE,
    NOTICE,
    OF,
    OF_DECLINED,
    OF_KENYA,
    STRANGER,
    SUBMITTED,
    WITHDRAWN,
    Plant,
    entry,
    event,
    no_entry,
    no_event,
    notice,
    plant,
    referral,
    without,
)

REFERRALS = [
    plant(
        "a referral is lost",
        f"DELETE FROM referrals_referral WHERE id = {OF.replace('{agency}', MALAYSIA)}",
        referral_missing=1,
        notice_ghost=1,
    ),
    plant("an agency that is no counterpart has one", referral(STRANGER), referral_ghost=1, notice_missing=1),
    plant(
        "the agency that it is withheld from has one, and was told",
        referral(EMIRATES),
        notice(EMIRATES),
        f"UPDATE notifications_notification SET cause = {OF.replace('{agency}', EMIRATES)} WHERE user_id IN"
        f" (SELECT id FROM agencies_user WHERE agency_id = {EMIRATES}) AND label_id = '{{ivory}}'",
        referral_ghost=1,
        referral_differs=1,
        notice_withheld=1,
        message_missing=1,
    ),
    plant(
        "one agency has two of one report",
        without("referrals_referral", "referrals_referral_one_per_agency"),
        referral(KENYA).replace("WHERE id", "WHERE state = 'ACTED' AND id"),
        referral_twice=1,
        notice_missing=1,
    ),
    plant(
        "what is asked is not what the label says",
        f"UPDATE referrals_referral SET parts = '[]' WHERE id = {OF_KENYA}",
        referral_differs=1,
    ),
    plant(
        "a withdrawn report still asks",
        "UPDATE referrals_referral SET state = 'OPEN' WHERE id ="
        " (SELECT min(id::text)::uuid FROM referrals_referral WHERE report_id = '{mistake}')",
        referral_open_of_withdrawn=1,
        trail_of_cancellations=1,
    ),
    plant(
        "an ask is cancelled although its report stands",
        f"UPDATE referrals_referral SET state = 'CANCELLED' WHERE id = {OF_KENYA}",
        referral_cancelled=1,
        trail_of_cancellations=1,
    ),
]
COPY_OF_KEY = (
    "INSERT INTO agencies_idempotencykey (id, user_id, scope, body, status, answer, about, created_at)"
    " SELECT gen_random_uuid(), user_id, {scope}, body, status, answer, about, created_at"
    " FROM agencies_idempotencykey WHERE status = {status}"
)
KEYS = [
    plant(
        "a key is answered twice",
        without("agencies_idempotencykey", "agencies_idempotency_once"),
        COPY_OF_KEY.replace("{scope}", "scope").replace("{status}", "200"),
        key_twice=1,
    ),
    plant(
        "a refusal is kept",
        "UPDATE agencies_idempotencykey SET status = 409 WHERE status = 200",
        key_refused=1,
    ),
    plant(
        "an answer names a report that nobody made",
        "UPDATE agencies_idempotencykey SET about = gen_random_uuid() WHERE status = 200",
        key_without_deed=1,
    ),
    plant(
        "an answer names a report that somebody else made",
        "UPDATE agencies_idempotencykey SET user_id = (SELECT min(id::text)::uuid FROM agencies_user) WHERE status = 200",
        key_without_deed=1,
    ),
    plant(
        "two keys made one report",
        COPY_OF_KEY.replace("{scope}", "'other'").replace("{status}", "201"),
        key_doubled=1,
    ),
]
NOTICES = [
    plant(
        "a recipient was not told",
        *NO_MESSAGE,
        f"DELETE FROM notifications_notification WHERE id = {NOTICE}",
        notice_missing=1,
    ),
    plant(
        "a notice has no cause",
        f"UPDATE notifications_notification SET cause = gen_random_uuid() WHERE id = {NOTICE}",
        notice_missing=1,
        notice_ghost=1,
    ),
    plant("a stranger was told", notice(STRANGER), notice_ghost=1, message_missing=1),
    plant(
        "a coordinating body outside was told that something waits",
        notice(BODY, "'NO_LIAISON'"),
        f"UPDATE notifications_notification SET object_id = {KENYA} WHERE kind = 'NO_LIAISON'",
        notice_ghost=1,
        message_missing=1,
    ),
    plant(
        "a coordinating body was told as if it were the originator",
        notice(BODY, "'NO_LIAISON'"),
        notice_ghost=1,
        message_missing=1,
    ),
    plant(
        "a notice is of a kind that the ledger does not know",
        notice(STRANGER, "'GOSSIP'"),
        notice_ghost=1,
        message_missing=1,
    ),
    plant(
        "somebody was told twice",
        without("notifications_notification", "notifications_notification_once"),
        notice(KENYA).replace("WHERE id =", "WHERE read_at IS NULL AND id ="),
        notice_twice=1,
        message_missing=1,
    ),
    plant(
        "readers of a report that stands were told that it was withdrawn",
        f"UPDATE notifications_notification SET kind = 'REPORT_WITHDRAWN', cause = label_id WHERE id = {NOTICE}",
        notice_missing=1,
        notice_ghost=1,
    ),
    plant(
        "nobody of the originator was told of an answer",
        *(statement.replace("= " + NOTICE, f"IN {OF_DECLINED}") for statement in NO_MESSAGE_OF_NOTICE),
        f"DELETE FROM notifications_notification WHERE id IN {OF_DECLINED}",
        notice_missing=2,
    ),
]
MESSAGES = [
    plant("a message is lost", *NO_MESSAGE, message_missing=1),
    plant(
        "a message goes to somebody else",
        "UPDATE notifications_dispatch SET user_id = (SELECT id FROM agencies_user WHERE agency_id ="
        f" {STRANGER} LIMIT 1) WHERE id = {MESSAGE}",
        message_astray=1,
    ),
    plant(
        "a message is there twice",
        without("notifications_dispatch", "notifications_dispatch_once"),
        "INSERT INTO notifications_dispatch (id, notification_id, user_id, channel, state, attempts, created_at, next_at)"
        " SELECT gen_random_uuid(), notification_id, user_id, channel, 'PENDING', 0, created_at, next_at"
        f" FROM notifications_dispatch WHERE id = {MESSAGE}",
        message_twice=1,
    ),
    plant(
        "a message is in no state",
        f"UPDATE notifications_dispatch SET state = 'LOST', sent_at = NULL WHERE id = {MESSAGE}",
        message_state=1,
    ),
    plant("a message is called sent that no server took", NO_ATTEMPTS, message_never_taken=1),
    plant(
        "a message that was taken waits to be sent again",
        f"UPDATE notifications_dispatch SET state = 'PENDING', sent_at = NULL WHERE id = {MESSAGE}",
        message_taken=1,
    ),
    plant(
        "a message was given up untried",
        NO_ATTEMPTS,
        f"UPDATE notifications_dispatch SET state = 'DEAD', sent_at = NULL WHERE id = {MESSAGE}",
        message_given_up=1,
    ),
    plant(
        "a message was cancelled without a cause",
        NO_ATTEMPTS,
        f"UPDATE notifications_dispatch SET state = 'CANCELLED', sent_at = NULL WHERE id = {MESSAGE}",
        message_cancelled=1,
    ),
]
EVENTS = [
    plant("the event of a submission is lost", *no_event(SUBMITTED), event_per_submission=1),
    plant(
        "a draft is said to be submitted",
        event("reports.submitted", "{draft}"),
        event_per_submission=1,
        delivery_missing=1,
    ),
    plant(
        "a submission happened twice",
        event("reports.submitted", "{ivory}"),
        event_per_submission=1,
        delivery_missing=1,
    ),
    plant("the event of a withdrawal is lost", *no_event(WITHDRAWN), event_per_withdrawal=1),
    plant(
        "a report that stands is said to be withdrawn",
        event("reports.withdrawn", "{ivory}"),
        event_per_withdrawal=1,
        delivery_missing=1,
    ),
    plant("the event of an answer is lost", *no_event(DECLINED), event_per_answer=1, notice_ghost=2),
    plant(
        "a delivery is lost",
        f"DELETE FROM outbox_delivery WHERE event_id = {SUBMITTED}",
        delivery_missing=1,
    ),
    plant(
        "a delivery is there twice",
        without("outbox_delivery", "outbox_delivery_once"),
        "INSERT INTO outbox_delivery (id, event_id, handler, state, attempts, next_at, done_at, error)"
        " SELECT gen_random_uuid(), event_id, handler, state, attempts, next_at, done_at, error"
        f" FROM outbox_delivery WHERE event_id = {SUBMITTED}",
        delivery_twice=1,
    ),
    plant(
        "a delivery is in no state",
        f"UPDATE outbox_delivery SET state = 'LOST', done_at = NULL WHERE event_id = {SUBMITTED}",
        delivery_state=1,
    ),
    plant(
        "a delivery waits for a handler that is gone",
        "UPDATE outbox_delivery SET state = 'PENDING', done_at = NULL, handler = 'apps.gone.subscribers.listen'"
        f" WHERE event_id = {SUBMITTED}",
        delivery_unknown=1,
        delivery_missing=1,
    ),
]
TRAIL = [
    plant("a report was never made", entry("draft_report", "report", "gen_random_uuid()"), trail_of_drafts=1),
    plant("a draft was made twice", entry("draft_report", "report", "'{draft}'"), trail_of_drafts=1),
    plant("a deleted draft is there", entry("delete_draft", "report", "'{draft}'"), trail_of_drafts=1),
    plant("a draft was submitted", entry("submit_report", "report", "'{draft}'"), trail_of_submissions=1),
    plant("a report was submitted twice", entry("submit_report", "report", "'{ivory}'"), trail_of_submissions=1),
    plant("a standing report was withdrawn", entry("withdraw_report", "report", "'{ivory}'"), trail_of_withdrawals=1),
    plant(
        "a referral stands where nobody left it",
        f"UPDATE referrals_referral SET state = 'CLOSED' WHERE id = {OF_KENYA}",
        trail_of_answers=1,
    ),
    plant(
        "somebody answered a referral that is not there",
        entry("accepted", "referral", "gen_random_uuid()"),
        trail_of_answers=1,
        event_per_answer=1,
    ),
    plant("a noted action is lost", "DELETE FROM referrals_action", trail_of_actions=1),
    plant(
        "a cancellation counted more than there are",
        entry("cancel_referrals", "report", "'{mistake}'", '{{"cancelled": 1}}'),
        trail_of_cancellations=1,
    ),
    Plant(
        "the entry of a submission is lost",
        (),
        {"trail-of-submissions": 1, "trail-broken": 1},
        (no_entry("submit_report", "{ivory}"),),
    ),
    Plant(
        "the entry of a withdrawal is lost",
        (),
        {"trail-of-withdrawals": 1, "trail-broken": 1},
        (no_entry("withdraw_report", "{mistake}"),),
    ),
    Plant("an entry was changed", (), {"trail-broken": 1}, ("UPDATE audit_entry SET verb = 'nothing' WHERE seq = 1",)),
]
LABELS = [
    plant(
        "a stray token stands in an audience",
        "UPDATE sharing_label SET audience = audience || (SELECT token FROM agencies_agency WHERE code = 'STRANGER')"
        " WHERE id = '{ivory}'",
        label_disagrees=1,
    ),
    plant(
        "a grant that explains is gone",
        "UPDATE sharing_grant SET revoked_at = now() WHERE label_id = '{ivory}' AND basis = 'ORIGINATOR'",
        label_disagrees=1,
    ),
]
SEALED = [
    plant(
        "a RED narrative stands in clear",
        "ALTER TABLE sharing_label DISABLE TRIGGER reports_red_is_sealed",
        "ALTER TABLE reports_report DISABLE TRIGGER reports_red_is_sealed",
        "UPDATE sharing_label SET tlp = 'RED' WHERE id = '{draft}'",
        "UPDATE reports_report SET narrative = 'x' WHERE id = '{draft}'",
        red_in_clear=1,
        label_disagrees=1,
    ),
    plant(
        "a sealed narrative has no key",
        "UPDATE reports_report SET narrative = '', narrative_sealed = 'x' WHERE id = '{ivory}'",
        sealed_without_key=1,
    ),
    plant(
        "a narrative was destroyed and nobody says so",
        "UPDATE reports_report SET narrative = '', narrative_destroyed_at = now() WHERE id = '{ivory}'",
        trail_of_destruction=1,
    ),
]
PLANTS = [*REFERRALS, *KEYS, *NOTICES, *MESSAGES, *EVENTS, *TRAIL, *LABELS, *SEALED]


@pytest.mark.parametrize("planted", PLANTS, ids=lambda planted: planted.name.replace(" ", "_"))
def test_what_is_planted_is_named(story: Story, planted: Plant) -> None:
    ids = {name: str(getattr(story, name)) for name in ("ivory", "mistake", "draft")}
    touched = [behind_the_guards(statement.format(**ids)) for statement in planted.unguarded]
    touched += [sql(statement.format(**ids)) for statement in planted.statements]
    assert touched[-1] >= 1
    assert wrong() == planted.found


def test_every_check_is_planted_for() -> None:
    planted = {code for each in PLANTS for code in each.found}
    assert planted == {check.code for check in CHECKS} | {"trail-broken", "label-disagrees"}


def test_nothing_that_is_told_of_a_finding_is_content(story: Story) -> None:
    sql("UPDATE referrals_referral SET parts = '[]', reason = 'the secret', outcome = 'the secret'")
    told = " ".join(map(str, judged().findings))
    assert "referral-differs" in told
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title FROM reports_report UNION SELECT email FROM agencies_user UNION SELECT 'the secret'"
        )
        words = [word for (word,) in cursor.fetchall() if word]
    assert len(words) > 80
    assert [word for word in words if word in told] == []
