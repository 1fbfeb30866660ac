"""What was published, and how far it was carried."""

from apps.referrals.ledger.terms import Area, Check

# Events that were carried are forgotten after a while: older deeds are not asked for theirs. ``names`` and ``handlers`` are
# the subscriptions of this build; a handler that is new is asked for what came after its first delivery.

EVENTS = (
    Check(
        Area.EVENTS,
        "event-per-submission",
        "a submitted report without exactly one event of it, or an event without its report (report)",
        """
        SELECT coalesce(r.id::text, e.report)
        FROM (SELECT id FROM reports_report WHERE submitted_at > %(now)s - %(kept)s) r
        FULL JOIN (
            SELECT payload ->> 'report_id' AS report, count(*) AS times, max(at) AS at
            FROM outbox_event WHERE name = 'reports.submitted' GROUP BY 1
        ) e ON e.report = r.id::text
        WHERE e.times IS DISTINCT FROM 1 OR r.id IS NULL AND e.at > %(now)s - %(kept)s
        """,
    ),
    Check(
        Area.EVENTS,
        "event-per-withdrawal",
        "a withdrawn report without exactly one event of it, or an event without its report (report)",
        """
        SELECT coalesce(r.id::text, e.report)
        FROM (SELECT id FROM reports_report WHERE withdrawn_at > %(now)s - %(kept)s) r
        FULL JOIN (
            SELECT payload ->> 'report_id' AS report, count(*) AS times, max(at) AS at
            FROM outbox_event WHERE name = 'reports.withdrawn' GROUP BY 1
        ) e ON e.report = r.id::text
        WHERE e.times IS DISTINCT FROM 1 OR r.id IS NULL AND e.at > %(now)s - %(kept)s
        """,
    ),
    Check(
        Area.EVENTS,
        "event-per-answer",
        "a referral with another number of events than of answers in the trail (referral)",
        """
        SELECT coalesce(t.referral, e.referral)::text
        FROM (
            SELECT object_id AS referral, count(*) AS times FROM answering WHERE at > %(now)s - %(kept)s GROUP BY 1
        ) t
        FULL JOIN (
            SELECT referral_id AS referral, count(*) AS times FROM answer WHERE at > %(now)s - %(kept)s GROUP BY 1
        ) e ON e.referral = t.referral
        WHERE t.times IS DISTINCT FROM e.times
        """,
    ),
    Check(
        Area.EVENTS,
        "delivery-missing",
        "an event without a delivery for a handler that subscribed (event, handler)",
        """
        -- asked once for each handler: asked for each event, it takes the square of their number
        WITH first AS MATERIALIZED (
            SELECT k.handler, min(o.at) AS at FROM outbox_delivery k JOIN outbox_event o ON o.id = k.event_id GROUP BY 1
        )
        SELECT e.id || ' ' || s.handler
        FROM unnest(%(names)s::text[], %(handlers)s::text[]) AS s (name, handler)
        JOIN outbox_event e ON e.name = s.name
        LEFT JOIN first f ON f.handler = s.handler
        LEFT JOIN outbox_delivery d ON d.event_id = e.id AND d.handler = s.handler
        WHERE d.id IS NULL AND e.at >= coalesce(f.at, e.at)
        """,
    ),
    Check(
        Area.EVENTS,
        "delivery-twice",
        "more than one delivery of one event for one handler (event, handler)",
        """
        SELECT d.event_id || ' ' || d.handler
        FROM outbox_delivery d GROUP BY d.event_id, d.handler HAVING count(*) > 1
        """,
    ),
    Check(
        Area.EVENTS,
        "delivery-state",
        "a delivery in none of the three states",
        "SELECT d.id::text FROM outbox_delivery d WHERE d.state NOT IN ('PENDING', 'DONE', 'DEAD')",
    ),
    Check(
        Area.EVENTS,
        "delivery-unknown",
        "a delivery waits for a handler that this build does not have",
        """
        SELECT d.id::text
        FROM outbox_delivery d JOIN outbox_event e ON e.id = d.event_id
        LEFT JOIN unnest(%(names)s::text[], %(handlers)s::text[]) AS s (name, handler)
            ON s.name = e.name AND s.handler = d.handler
        WHERE d.state = 'PENDING' AND s.name IS NULL
        """,
    ),
)
