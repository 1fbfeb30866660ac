"""Two indexes that no query used, on a table that gets a row for each recipient of each report."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes."""

    dependencies = [("sharing", "0004_search")]
    operations = [
        migrations.AlterField(
            model_name="grant",
            name="originator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="agency",
            field=models.ForeignKey(
                db_column="agency_token",
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
                to_field="token",
            ),
        ),
    ]
