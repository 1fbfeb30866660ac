"""A referral's label is looked up row by row: a page of an inbox must not gather every label that its reader sees."""

from django.db import migrations

from apps.core.rls import AGENCY
from apps.sharing.rls import of_label, of_one_label

THEIRS = f"(agency_id = {AGENCY} OR originator_id = {AGENCY})"
OWN = f"agency_id = {AGENCY}"


def _where(select: str, update: str) -> str:
    return (
        f"ALTER POLICY web_select ON referrals_referral USING ({THEIRS} AND {select});"
        f"ALTER POLICY web_update ON referrals_referral USING ({OWN} AND {update});"
    )


class Migration(migrations.Migration):
    """Walls that keep to the page."""

    dependencies = [("referrals", "0002_walls"), ("sharing", "0007_newest")]
    operations = [
        migrations.RunSQL(
            _where(of_one_label("report_id"), of_one_label("report_id")),
            _where(of_label("report_id"), of_label("report_id")),
        )
    ]
