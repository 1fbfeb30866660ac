"""Who was told, and what was sent of it."""

from apps.referrals.ledger.terms import Area, Check

NOTICES = (
    Check(
        Area.NOTICES,
        "notice-missing",
        "somebody who had to be told was not (cause → account)",
        """
        SELECT d.cause || ' → ' || d.user_id
        FROM due_notice d
        LEFT JOIN notifications_notification n ON n.user_id = d.user_id AND n.kind = d.kind AND n.cause = d.cause
        WHERE n.id IS NULL AND d.since < d.at
        """,
    ),
    Check(
        Area.NOTICES,
        "notice-ghost",
        "a notice without a cause, or to somebody whom its cause does not concern",
        """
        SELECT n.id::text
        FROM notifications_notification n
        LEFT JOIN person p ON p.id = n.user_id
        LEFT JOIN agency a ON a.id = p.agency_id
        LEFT JOIN referrals_referral f ON f.id = n.cause
        LEFT JOIN answer s ON s.id = n.cause
        LEFT JOIN sharing_label l ON l.id = n.label_id
        LEFT JOIN referrals_passing g ON g.id = n.cause
        LEFT JOIN sharing_opening o ON o.id = n.cause
        WHERE NOT coalesce(CASE n.kind
            WHEN 'REFERRAL_OPENED' THEN NOT f.for_information AND f.agency_id = p.agency_id AND n.label_id = f.report_id
            WHEN 'REFERRAL_FOR_INFORMATION' THEN f.for_information AND f.agency_id = p.agency_id AND n.label_id = f.report_id
            WHEN 'NO_LIAISON' THEN n.label_id = f.report_id AND CASE
                WHEN n.object_id = n.cause THEN f.originator_id = p.agency_id
                WHEN f.agency_id = p.agency_id THEN true
                -- a body that the label has let in; of one that an administrator has changed since, nobody knows any more
                ELSE (a.code = %(coordinator)s OR a.code IN (SELECT coordinator FROM reference_country))
                    AND (n.created_at < a.changed OR EXISTS (
                        SELECT FROM sharing_grant g WHERE g.label_id = n.label_id AND g.token = ANY (a.liaison)))
                END
            WHEN 'ALARM' THEN n.label_id IS NULL AND EXISTS (
                SELECT FROM notifications_alarm w, agencies_user u
                WHERE w.id = n.object_id AND w.times_told > 0 AND u.id = n.user_id AND u.is_staff)
            WHEN 'PROBING' THEN n.label_id IS NULL AND EXISTS (
                SELECT FROM audit_entry e JOIN agencies_user u ON u.id = e.object_id
                WHERE e.verb = 'budget_spent' AND u.id = n.object_id AND u.agency_id = p.agency_id)
            WHEN 'INVITATION_WAITS' THEN n.label_id IS NULL AND EXISTS (
                SELECT FROM agencies_invitation i, agencies_user u
                WHERE i.id = n.cause AND i.platform AND u.id = n.user_id AND u.is_staff AND u.id <> i.invited_by_id)
            WHEN 'INVITED' THEN n.label_id IS NULL AND EXISTS (
                SELECT FROM agencies_invitation i WHERE i.id = n.cause AND i.agency_id = p.agency_id
                AND i.invited_by_id <> n.user_id AND (i.confirmed_by_id IS NOT NULL OR NOT i.platform))
            WHEN 'ACCOUNT_CHANGED' THEN n.label_id IS NULL AND EXISTS (
                SELECT FROM audit_entry e JOIN agencies_user u ON u.id = e.object_id JOIN agencies_user w ON w.id = n.user_id
                WHERE e.object_kind = 'account' AND u.id = n.object_id AND w.agency_id IS NOT DISTINCT FROM u.agency_id
                AND e.user_id IS DISTINCT FROM n.user_id AND e.verb IN (
                    'reactivate_user', 'change_user', 'reset_factors', 'send_password_link', 'unbind_subjects'))
            WHEN 'REPORT_WITHDRAWN' THEN n.label_id = n.cause AND EXISTS (
                SELECT FROM reports_report r JOIN referrals_referral o ON o.report_id = r.id
                WHERE r.id = n.cause AND r.state = 'WITHDRAWN' AND o.agency_id = p.agency_id)
            WHEN 'PASSING_ASKED' THEN g.originator_id = p.agency_id AND n.label_id = g.report_id AND g.state <> 'ASKED'
            WHEN 'PASSING_ANSWERED' THEN g.asked_by_id = p.agency_id AND n.label_id = g.report_id AND g.state <> 'ASKED'
            WHEN 'BREAK_GLASS' THEN o.owner_id = p.agency_id AND n.label_id = o.label_id AND o.approved_by_id IS NOT NULL
            WHEN 'REFERRAL_ANSWERED' THEN l.originator_id = p.agency_id AND (s.id IS NOT NULL
                OR n.created_at < %(now)s - %(kept)s)
        END, false)
        """,
    ),
    Check(
        Area.NOTICES,
        "notice-withheld",
        "somebody was told of what is withheld from their agency",
        """
        SELECT n.id::text
        FROM notifications_notification n
        JOIN sharing_label l ON l.id = n.label_id
        JOIN person p ON p.id = n.user_id
        JOIN agency a ON a.id = p.agency_id
        WHERE l.withheld && ARRAY[a.token, -a.token]
        """,
    ),
    Check(
        Area.NOTICES,
        "notice-twice",
        "somebody was told of one cause more than once (cause → account)",
        """
        SELECT n.cause || ' → ' || n.user_id
        FROM notifications_notification n GROUP BY n.user_id, n.kind, n.cause HAVING count(*) > 1
        """,
    ),
)

MESSAGES = (
    Check(
        Area.MESSAGES,
        "message-missing",
        "a notice of which nothing was sent although its reader's e-mail never failed for good (notice)",
        """
        SELECT n.id::text
        FROM notifications_notification n
        LEFT JOIN notifications_dispatch d ON d.notification_id = n.id
        LEFT JOIN notifications_channel c ON c.user_id = n.user_id
        WHERE d.id IS NULL AND c.id IS NULL
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-astray",
        "a message to somebody else than its notice",
        """
        SELECT d.id::text
        FROM notifications_dispatch d LEFT JOIN notifications_notification n ON n.id = d.notification_id
        WHERE n.user_id IS DISTINCT FROM d.user_id
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-twice",
        "more than one message by one channel of one notice (notice)",
        """
        SELECT d.notification_id::text
        FROM notifications_dispatch d GROUP BY d.notification_id, d.channel HAVING count(*) > 1
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-state",
        "a message in none of the four states",
        """
        SELECT d.id::text FROM notifications_dispatch d WHERE d.state NOT IN ('PENDING', 'SENT', 'DEAD', 'CANCELLED')
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-never-taken",
        "a message is called sent, and no attempt says that the mail server took it",
        """
        SELECT d.id::text
        FROM notifications_dispatch d
        WHERE d.state = 'SENT'
          AND NOT EXISTS (SELECT FROM notifications_attempt t WHERE t.dispatch_id = d.id AND t.outcome = 'SENT')
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-taken",
        "the mail server took a message that still waits, or that is given up",
        """
        SELECT DISTINCT d.id::text
        FROM notifications_dispatch d JOIN notifications_attempt t ON t.dispatch_id = d.id
        WHERE t.outcome = 'SENT' AND d.state IN ('PENDING', 'DEAD')
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-given-up",
        "a message was given up without an attempt that failed, by a channel that never did",
        """
        SELECT d.id::text
        FROM notifications_dispatch d
        WHERE d.state = 'DEAD'
          AND NOT EXISTS (SELECT FROM notifications_attempt t WHERE t.dispatch_id = d.id AND t.outcome <> 'SENT')
          AND NOT EXISTS (SELECT FROM notifications_channel c WHERE c.user_id = d.user_id AND c.kind = d.channel)
        """,
    ),
    Check(
        Area.MESSAGES,
        "message-cancelled",
        "a message was cancelled although its reader may still be told, its report stands and no entry says why",
        """
        SELECT d.id::text
        FROM notifications_dispatch d
        JOIN notifications_notification n ON n.id = d.notification_id
        JOIN person p ON p.id = d.user_id
        JOIN agency a ON a.id = p.agency_id
        LEFT JOIN sharing_label l ON l.id = n.label_id
        LEFT JOIN reports_report r ON r.id = n.label_id
        WHERE d.state = 'CANCELLED' AND p.here AND p.since < d.created_at
          AND r.state IS DISTINCT FROM 'WITHDRAWN'
          AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.object_id = n.label_id AND e.verb = 'cancel_messages')
          AND (l.id IS NULL OR NOT l.withheld && a.liaison AND (
                l.audience && ARRAY[p.token] AND p.roles && ARRAY['OFFICER', 'ANALYST', 'LIAISON']
                OR l.audience && a.liaison
                    AND ('LIAISON' = ANY (p.roles) OR n.kind = 'NO_LIAISON' AND n.object_id <> n.cause)))
        """,
    ),
)
