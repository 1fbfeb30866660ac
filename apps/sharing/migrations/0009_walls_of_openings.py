"""Row-level security of openings: seen by platform administrators; the database knows the two people too.

Through the web role an administrator asks in their own name and approves in their own name what somebody else asked for;
nobody opens anything: the worker alone finds the report and writes its label (``opened``), which the web role may not.
"""

from django.db import migrations

from apps.core.rls import STAFF, USER, wall

ASKED = f"{STAFF} AND asked_by_id = {USER} AND state = 'ASKED' AND label_id IS NULL AND owner_id IS NULL"
OPENING = {"SELECT": STAFF, "INSERT": ASKED, "UPDATE": STAFF}
SECOND = f"state <> 'APPROVED' OR (approved_by_id = {USER} AND asked_by_id <> {USER})"
LEFT = f"{STAFF} AND state <> 'OPEN' AND ({SECOND})"
COLUMNS = "state, approved_by_id, approved_at, until, ended_by_id, ended_at"
CHECKED = (
    f"ALTER POLICY web_update ON sharing_opening USING ({STAFF}) WITH CHECK ({LEFT});",
    f"ALTER POLICY web_update ON sharing_opening USING ({STAFF}) WITH CHECK ({STAFF});",
)
KEPT = (
    "GRANT UPDATE (unanswered) ON sharing_label TO counterpart_web;",
    "REVOKE UPDATE (unanswered) ON sharing_label FROM counterpart_web;",
)


class Migration(migrations.Migration):
    """Walls."""

    dependencies = [("sharing", "0008_openings")]
    operations = [
        migrations.RunSQL(*wall("sharing_opening", OPENING, f"SELECT, INSERT, UPDATE ({COLUMNS})")),
        migrations.RunSQL(*CHECKED),
        migrations.RunSQL(*KEPT),
    ]
