"""Lists of referrals are read in their order; indexes that are the beginning of another one go."""

import django.db.models.deletion
from django.db import migrations, models

AGENCY = "agencies.agency"
REPORT = "reports.report"


def _key(to: str, name: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(to=to, on_delete=django.db.models.deletion.PROTECT, related_name=name, **options)


class Migration(migrations.Migration):
    """Each list of ``referrals/`` and of the inbox has an index that ends with the id, as its order does."""

    dependencies = [("referrals", "0005_taken_up_again")]
    operations = [
        migrations.AddIndex(
            "referral", models.Index(fields=["agency", "-opened_at", "-id"], name="referrals_of_agency_newest")
        ),
        migrations.AddIndex(
            "referral", models.Index(fields=["originator", "-opened_at", "-id"], name="referrals_of_originator_newest")
        ),
        migrations.RemoveIndex("referral", "referrals_of_originator"),
        migrations.AlterField("referral", "report", _key(REPORT, "referrals", db_index=False)),
        migrations.AlterField("referral", "agency", _key(AGENCY, "+", db_index=False)),
        migrations.AlterField("referral", "originator", _key(AGENCY, "+", db_index=False)),
    ]
