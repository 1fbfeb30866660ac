"""Row-level security of referrals: the agency's and the originator's, while the report is visible to them."""

from django.db import migrations

from apps.core.rls import AGENCY, wall
from apps.sharing.rls import of_label

THEIRS = f"(agency_id = {AGENCY} OR originator_id = {AGENCY})"
REFERRAL = {
    "SELECT": f"{THEIRS} AND {of_label('report_id')}",
    "UPDATE": f"agency_id = {AGENCY} AND {of_label('report_id')}",
}
COLUMNS = "state, answered_at, moved_at, moved_by_id, reason, outcome"
OF_REFERRAL = "EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id{more})"
ACTION = {
    "SELECT": OF_REFERRAL.format(more=""),
    "INSERT": OF_REFERRAL.format(more=f" AND r.agency_id = {AGENCY}"),
}


class Migration(migrations.Migration):
    """Walls."""

    dependencies = [("referrals", "0001_referrals"), ("reports", "0002_walls")]
    operations = [
        migrations.RunSQL(*wall("referrals_referral", REFERRAL, f"SELECT, UPDATE ({COLUMNS})")),
        migrations.RunSQL(*wall("referrals_action", ACTION, "SELECT, INSERT")),
    ]
