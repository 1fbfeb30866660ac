"""The audit trail: an entry for each change, and a change for each entry."""

from apps.referrals.ledger.terms import Area, Check

TRAIL = (
    Check(
        Area.TRAIL,
        "trail-of-drafts",
        "a report without exactly one entry of its making, or such an entry of a report that is neither there nor deleted",
        """
        SELECT coalesce(r.id, made.object_id)::text
        FROM reports_report r
        FULL JOIN (
            SELECT object_id, count(*) AS times FROM audit_entry
            WHERE object_kind = 'report' AND verb = 'draft_report' GROUP BY 1
        ) made ON made.object_id = r.id
        LEFT JOIN (
            SELECT DISTINCT object_id FROM audit_entry WHERE object_kind = 'report' AND verb = 'delete_draft'
        ) gone ON gone.object_id = coalesce(r.id, made.object_id)
        WHERE made.times IS DISTINCT FROM 1 OR (r.id IS NULL) <> (gone.object_id IS NOT NULL)
        """,
    ),
    Check(
        Area.TRAIL,
        "trail-of-submissions",
        "a submitted report without exactly one entry of its submission, or such an entry without its report",
        """
        SELECT coalesce(r.id, e.object_id)::text
        FROM (SELECT id FROM reports_report WHERE state <> 'DRAFT') r
        FULL JOIN (
            SELECT object_id, count(*) AS times FROM audit_entry
            WHERE object_kind = 'report' AND verb = 'submit_report' GROUP BY 1
        ) e ON e.object_id = r.id
        WHERE r.id IS NULL OR e.times IS DISTINCT FROM 1
        """,
    ),
    Check(
        Area.TRAIL,
        "trail-of-withdrawals",
        "a withdrawn report without exactly one entry of its withdrawal, or such an entry without its report",
        """
        SELECT coalesce(r.id, e.object_id)::text
        FROM (SELECT id FROM reports_report WHERE state = 'WITHDRAWN') r
        FULL JOIN (
            SELECT object_id, count(*) AS times FROM audit_entry
            WHERE object_kind = 'report' AND verb = 'withdraw_report' GROUP BY 1
        ) e ON e.object_id = r.id
        WHERE r.id IS NULL OR e.times IS DISTINCT FROM 1
        """,
    ),
    Check(
        Area.TRAIL,
        "trail-of-answers",
        "a referral that does not stand where its last entry left it, or an entry of a referral that is not there",
        """
        SELECT coalesce(f.id, last.object_id)::text
        FROM referrals_referral f
        FULL JOIN (
            SELECT DISTINCT ON (object_id) object_id,
                   CASE verb WHEN 'record_action' THEN 'ACTED' ELSE upper(verb) END AS state
            FROM answering ORDER BY object_id, seq DESC
        ) last ON last.object_id = f.id
        WHERE f.id IS NULL OR f.state NOT IN ('CANCELLED', coalesce(last.state, 'OPEN'))
        """,
    ),
    Check(
        Area.TRAIL,
        "trail-of-actions",
        "a referral with another number of noted actions than of entries of them",
        """
        SELECT coalesce(a.referral_id, e.object_id)::text
        FROM (SELECT referral_id, count(*) AS times FROM referrals_action GROUP BY 1) a
        FULL JOIN (
            SELECT object_id, count(*) AS times FROM answering WHERE verb = 'record_action' GROUP BY 1
        ) e ON e.object_id = a.referral_id
        WHERE a.times IS DISTINCT FROM e.times
        """,
    ),
    Check(
        Area.TRAIL,
        "trail-of-cancellations",
        "a report with another number of cancelled referrals than its entries say",
        """
        SELECT coalesce(f.report_id, e.object_id)::text
        FROM (SELECT report_id, count(*) AS times FROM referrals_referral WHERE state = 'CANCELLED' GROUP BY 1) f
        FULL JOIN (
            SELECT object_id, sum((payload::json ->> 'cancelled')::int) AS times FROM audit_entry
            WHERE object_kind = 'report' AND verb = 'cancel_referrals' GROUP BY 1
        ) e ON e.object_id = f.report_id
        WHERE coalesce(f.times, 0) <> coalesce(e.times, 0)
        """,
    ),
)
