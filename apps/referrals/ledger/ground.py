"""What several checks stand on, as one WITH; PostgreSQL leaves out what a check does not use."""

WITH = """
WITH agency AS (
    -- liaison: the tokens that its liaison officers hold, whoever they are; changed: when an administrator last touched it
    SELECT a.id, a.token, a.code, a.active, a.law_enforcement, touched.at AS changed,
           ARRAY[0, a.token, -a.token] || CASE WHEN a.law_enforcement THEN ARRAY[1] ELSE '{}' END AS liaison,
           coalesce(nullif(c.coordinator, ''), %(coordinator)s) AS coordinator
    FROM agencies_agency a
    LEFT JOIN reference_country c ON c.code = a.country_id
    LEFT JOIN (SELECT object_id, max(at) AS at FROM audit_entry WHERE object_kind = 'agency' GROUP BY object_id) touched
        ON touched.object_id = a.id
), person AS (
    -- since: from when on the account, and its agency, have been as they are now
    SELECT u.id, u.agency_id, u.token, u.roles::text[] AS roles, u.is_active AND a.active AS here,
           greatest(u.created_at, touched.at, a.changed) AS since
    FROM agencies_user u
    JOIN agency a ON a.id = u.agency_id
    LEFT JOIN (
        SELECT object_id, max(at) AS at FROM audit_entry
        WHERE object_kind = 'account' AND verb IN ('create_user', 'change_user', 'deactivate_user', 'reactivate_user')
        GROUP BY object_id
    ) touched ON touched.object_id = u.id
), staff AS (
    SELECT agency_id, max(since) AS since, bool_or(here AND 'LIAISON' = ANY (roles)) AS has_liaison
    FROM person GROUP BY agency_id
), told AS (
    -- who is told of what comes for an agency: its liaison officers; where there is none, that something waits, its
    -- administrators and the coordinating body's people, whose agency holds these tokens
    SELECT p.agency_id, p.id AS user_id, p.since, false AS stand_in, NULL::int[] AS tokens
    FROM person p WHERE p.here AND 'LIAISON' = ANY (p.roles)
    UNION ALL
    SELECT p.agency_id, p.id, s.since, true, a.liaison
    FROM person p JOIN staff s USING (agency_id) JOIN agency a ON a.id = p.agency_id
    WHERE p.here AND 'AGENCY_ADMIN' = ANY (p.roles) AND NOT s.has_liaison
    UNION ALL
    SELECT a.id, p.id, greatest(s.since, body_staff.since), true, body.liaison
    FROM agency a
    LEFT JOIN staff s ON s.agency_id = a.id
    JOIN agency body ON body.code = a.coordinator AND body.active AND body.id <> a.id
    JOIN staff body_staff ON body_staff.agency_id = body.id
    JOIN person p ON p.agency_id = body.id AND p.here
        AND CASE WHEN body_staff.has_liaison THEN 'LIAISON' ELSE 'AGENCY_ADMIN' END = ANY (p.roles)
    WHERE s.has_liaison IS NOT TRUE
), counterpart AS (
    -- every counterpart of what was submitted, as its label has it, and whether the label's arrays let it in
    SELECT r.id AS report_id, r.state, r.submitted_at, a.id AS agency_id, a.active,
           coalesce(a.changed, '-infinity') AS changed, each.said -> 'parts' AS parts,
           (each.said ->> 'for_information')::boolean AS for_information,
           l.audience && a.liaison AND NOT l.withheld && a.liaison AS let_in
    FROM reports_report r
    JOIN sharing_label l ON l.id = r.label_id
    CROSS JOIN LATERAL jsonb_array_elements(l.counterparts) AS each (said)
    JOIN agency a ON a.token = (each.said ->> 'agency')::int
    WHERE r.state <> 'DRAFT'
), waiting AS MATERIALIZED (
    -- the reports and referrals about which the worker has still something to do
    SELECT e.name, coalesce(e.payload ->> 'report_id', e.payload ->> 'answer_id') AS about
    FROM outbox_delivery d JOIN outbox_event e ON e.id = d.event_id
    WHERE d.state = 'PENDING'
), answering AS (
    -- the trail of answers; other entries may stand there about a referral
    SELECT seq, at, verb, object_id FROM audit_entry
    WHERE object_kind = 'referral'
      AND verb IN ('acknowledged', 'accepted', 'declined', 'open', 'record_action', 'closed')
), answer AS (
    SELECT e.id AS event_id, (e.payload ->> 'referral_id')::uuid AS referral_id,
           (e.payload ->> 'answer_id')::uuid AS id, e.at
    FROM outbox_event e WHERE e.name = 'referrals.answered'
), due_notice AS (
    -- who should have been told of what, since when it has been so, and when it happened
    SELECT f.id AS cause, t.user_id, t.since, f.opened_at AS at,
           CASE WHEN t.stand_in THEN 'NO_LIAISON'
                WHEN f.for_information THEN 'REFERRAL_FOR_INFORMATION'
                ELSE 'REFERRAL_OPENED' END AS kind
    FROM referrals_referral f
    JOIN told t ON t.agency_id = f.agency_id
    JOIN sharing_label l ON l.id = f.report_id
    -- who stands in is told where the label lets their agency in, and did when the referral was opened
    WHERE NOT t.stand_in OR l.audience && t.tokens AND NOT l.withheld && t.tokens AND EXISTS (
        SELECT FROM sharing_grant g WHERE g.label_id = l.id AND g.token = ANY (t.tokens) AND g.since <= f.opened_at)
    UNION ALL
    SELECT f.id, p.id, greatest(p.since, s.since), f.opened_at, 'NO_LIAISON'
    FROM referrals_referral f
    LEFT JOIN staff s ON s.agency_id = f.agency_id
    JOIN sharing_label l ON l.id = f.report_id
    JOIN person p ON p.agency_id = f.originator_id AND p.here AND (
        'LIAISON' = ANY (p.roles) OR p.id = l.author_id AND p.roles && ARRAY['OFFICER', 'ANALYST']
    )
    WHERE s.has_liaison IS NOT TRUE
    UNION ALL
    SELECT DISTINCT r.id, t.user_id, t.since, r.withdrawn_at, 'REPORT_WITHDRAWN'
    FROM reports_report r
    JOIN referrals_referral f ON f.report_id = r.id
    JOIN told t ON t.agency_id = f.agency_id AND NOT t.stand_in
    -- whoever has been shut out of the report since it was asked is not told; a change of its agency is in ``since``
    JOIN agency a ON a.id = f.agency_id
    JOIN sharing_label l ON l.id = r.label_id AND l.audience && a.liaison AND NOT l.withheld && a.liaison
    WHERE r.state = 'WITHDRAWN'
      AND NOT EXISTS (SELECT FROM waiting w WHERE w.name = 'reports.withdrawn' AND w.about = r.id::text)
    UNION ALL
    SELECT a.id, p.id, p.since, a.at, 'REFERRAL_ANSWERED'
    FROM answer a
    JOIN referrals_referral f ON f.id = a.referral_id
    JOIN sharing_label l ON l.id = f.report_id
    JOIN person p ON p.agency_id = f.originator_id AND p.here AND (
        'LIAISON' = ANY (p.roles) OR p.id = l.author_id AND p.roles && ARRAY['OFFICER', 'ANALYST']
    )
    WHERE NOT EXISTS (SELECT FROM waiting w WHERE w.name = 'referrals.answered' AND w.about = a.id::text)
    UNION ALL
    SELECT g.id, p.id, p.since, g.answered_at, 'PASSING_ASKED'
    FROM referrals_passing g JOIN person p ON p.agency_id = g.originator_id AND p.here AND 'LIAISON' = ANY (p.roles)
    WHERE g.state <> 'ASKED'
    UNION ALL
    SELECT o.id, p.id, p.since, o.approved_at, 'BREAK_GLASS'
    FROM sharing_opening o JOIN person p ON p.agency_id = o.owner_id AND p.here AND p.roles && ARRAY['LIAISON', 'AGENCY_ADMIN']
)
"""
