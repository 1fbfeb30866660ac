"""Submitted reports and what was asked of their counterparts; the answers to keyed requests."""

from apps.referrals.ledger.terms import Area, Check

REFERRALS = (
    Check(
        Area.REFERRALS,
        "referral-missing",
        "the label's arrays let a counterpart in, and it has no referral (report × agency)",
        """
        SELECT c.report_id || ' × ' || c.agency_id
        FROM counterpart c
        LEFT JOIN referrals_referral f ON f.report_id = c.report_id AND f.agency_id = c.agency_id
        WHERE f.id IS NULL AND c.let_in AND c.active AND c.changed < c.submitted_at
          -- withdrawn before the worker came, nobody is asked: then all are missing, and none is
          AND (c.state = 'SUBMITTED' OR EXISTS (SELECT FROM referrals_referral o WHERE o.report_id = c.report_id))
          AND NOT EXISTS (SELECT FROM waiting w WHERE w.name = 'reports.submitted' AND w.about = c.report_id::text)
        """,
    ),
    Check(
        Area.REFERRALS,
        "referral-ghost",
        "a referral that no submitted report's label calls for, or of an agency that its arrays shut out",
        """
        SELECT f.id::text
        FROM referrals_referral f
        LEFT JOIN counterpart c ON c.report_id = f.report_id AND c.agency_id = f.agency_id
        WHERE c.report_id IS NULL OR NOT c.let_in AND c.changed < c.submitted_at
        """,
    ),
    Check(
        Area.REFERRALS,
        "referral-twice",
        "more than one referral of one report for one agency (report × agency)",
        """
        SELECT f.report_id || ' × ' || f.agency_id
        FROM referrals_referral f GROUP BY f.report_id, f.agency_id HAVING count(*) > 1
        """,
    ),
    Check(
        Area.REFERRALS,
        "referral-differs",
        "a referral whose parts, or whose being for information, are not what the label says, or whose originator is not",
        """
        SELECT f.id::text
        FROM referrals_referral f
        JOIN counterpart c ON c.report_id = f.report_id AND c.agency_id = f.agency_id
        JOIN sharing_label l ON l.id = f.report_id
        WHERE (f.parts, f.for_information, f.originator_id) IS DISTINCT FROM (c.parts, c.for_information, l.originator_id)
        """,
    ),
    Check(
        Area.REFERRALS,
        "referral-open-of-withdrawn",
        "a referral that still asks although its report was withdrawn",
        """
        SELECT f.id::text
        FROM referrals_referral f JOIN reports_report r ON r.id = f.report_id
        WHERE r.state = 'WITHDRAWN' AND f.state NOT IN ('CANCELLED', 'CLOSED', 'DECLINED')
          AND NOT EXISTS (SELECT FROM waiting w WHERE w.name = 'reports.withdrawn' AND w.about = r.id::text)
        """,
    ),
    Check(
        Area.REFERRALS,
        "referral-cancelled",
        "a referral that was cancelled although its report stands and no entry says that an access has ended",
        """
        SELECT f.id::text
        FROM referrals_referral f JOIN reports_report r ON r.id = f.report_id
        WHERE f.state = 'CANCELLED' AND r.state <> 'WITHDRAWN'
          AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.object_id = r.id AND e.verb = 'cancel_referrals')
        """,
    ),
)

KEYS = (
    Check(
        Area.KEYS,
        "key-twice",
        "one Idempotency-Key of one account with more than one answer",
        """
        SELECT min(k.id::text) FROM agencies_idempotencykey k GROUP BY k.user_id, k.scope HAVING count(*) > 1
        """,
    ),
    Check(
        Area.KEYS,
        "key-refused",
        "a refusal that was kept as the answer to a key",
        "SELECT k.id::text FROM agencies_idempotencykey k WHERE k.status NOT BETWEEN 200 AND 299",
    ),
    Check(
        Area.KEYS,
        "key-without-deed",
        "an answer that names a thing of which the trail knows nothing by that account",
        """
        SELECT k.id::text
        FROM agencies_idempotencykey k
        WHERE k.about IS NOT NULL
          AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.object_id = k.about AND e.user_id = k.user_id)
        """,
    ),
    Check(
        Area.KEYS,
        "key-doubled",
        "one new report as the answer to two keys",
        """
        SELECT r.id::text
        FROM agencies_idempotencykey k JOIN reports_report r ON r.id = k.about
        WHERE k.status = 201 GROUP BY r.id HAVING count(*) > 1
        """,
    ),
)
