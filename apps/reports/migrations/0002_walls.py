"""Row-level security of reports, specimens and stops: as visible as their label, written by its originator."""

from django.db import migrations

from apps.core.rls import wall
from apps.sharing.rls import of_label, of_own_label

DRAFT = "l.stage = 'DRAFT'"
REPORT = {
    "SELECT": of_label("label_id"),
    "INSERT": of_own_label("label_id"),
    "UPDATE": of_own_label("label_id"),
    "DELETE": of_own_label("label_id") + " AND state = 'DRAFT'",
}
# What a withdrawn report held is its originator's alone: the tombstone has no specimens and no route.
KEPT = "(l.stage <> 'WITHDRAWN' OR l.originator_id = nullif(current_setting('app.agency', true), '')::uuid)"
PART = {
    "SELECT": of_label("report_id", KEPT),
    "INSERT": of_own_label("report_id"),
    "DELETE": of_own_label("report_id"),
}


class Migration(migrations.Migration):
    """Walls."""

    dependencies = [("reports", "0001_reports"), ("sharing", "0002_walls")]
    operations = [
        migrations.RunSQL(*wall("reports_report", REPORT, "SELECT, INSERT, UPDATE, DELETE")),
        migrations.RunSQL(*wall("reports_seizeditem", PART, "SELECT, INSERT, DELETE")),
        migrations.RunSQL(*wall("reports_routestop", PART, "SELECT, INSERT, DELETE")),
    ]
