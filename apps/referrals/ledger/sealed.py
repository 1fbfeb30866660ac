"""What is sealed: nothing secret in clear, every sealed text has its key, and none was destroyed without an entry."""

from apps.referrals.ledger.terms import Area, Check

SEALED = (
    Check(
        Area.REPORTS,
        "red-in-clear",
        "a RED report whose narrative stands in clear",
        """
        SELECT r.id::text FROM reports_report r JOIN sharing_label l ON l.id = r.label_id
        WHERE l.tlp = 'RED' AND r.narrative <> ''
        """,
    ),
    Check(
        Area.REPORTS,
        "sealed-without-key",
        "a sealed narrative whose key is not there, not its originator's, or destroyed",
        """
        SELECT r.id::text FROM reports_report r JOIN sharing_label l ON l.id = r.label_id
        LEFT JOIN vault_objectkey o ON o.id = r.id AND o.owner = l.originator_id
        LEFT JOIN vault_datakey k ON k.id = o.data_key_id AND k.owner = o.owner AND k.destroyed_at IS NULL
        WHERE r.narrative_sealed IS NOT NULL AND k.id IS NULL
        """,
    ),
    Check(
        Area.TRAIL,
        "trail-of-destruction",
        "a narrative that was destroyed without an entry of it",
        """
        SELECT r.id::text FROM reports_report r
        WHERE r.narrative_destroyed_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM audit_entry e
            WHERE e.object_kind = 'report' AND e.object_id = r.id AND e.verb = 'shred_narrative'
        )
        """,
    ),
)
