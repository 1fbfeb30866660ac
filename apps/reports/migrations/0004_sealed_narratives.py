"""Where narratives of RED reports are sealed.

A report's key is as visible as its label, and its originator's to make and to take away (apps/vault, docs/adr/0015).
"""

from django.db import migrations, models

from apps.core.rls import AGENCY
from apps.sharing.rls import of_label, of_own_label

KEYS = (
    f"""
    CREATE POLICY web_select_of_label ON vault_objectkey FOR SELECT TO counterpart_web USING ({of_label("id")});
    CREATE POLICY web_insert_of_label ON vault_objectkey FOR INSERT TO counterpart_web
        WITH CHECK (owner = {AGENCY} AND {of_own_label("id")});
    CREATE POLICY web_delete_of_label ON vault_objectkey FOR DELETE TO counterpart_web
        USING (owner = {AGENCY} AND {of_own_label("id")});
    """,
    """
    DROP POLICY web_select_of_label ON vault_objectkey;
    DROP POLICY web_insert_of_label ON vault_objectkey;
    DROP POLICY web_delete_of_label ON vault_objectkey;
    """,
)


class Migration(migrations.Migration):
    """Sealed narratives."""

    dependencies = [("reports", "0003_search"), ("sharing", "0007_newest"), ("vault", "0001_keys")]
    operations = [
        migrations.AlterField(
            model_name="report",
            name="narrative",
            field=models.TextField(
                blank=True, help_text="In clear; empty where it is sealed (queries.narrative reads it)."
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="narrative_sealed",
            field=models.BinaryField(null=True, help_text="Under RED: sealed by the report's own key (apps.vault)."),
        ),
        migrations.AddField(
            model_name="report",
            name="narrative_destroyed_at",
            field=models.DateTimeField(help_text="At the end of its retention.", null=True),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("narrative_destroyed_at__isnull", True), ("narrative_sealed__isnull", True))
                | models.Q(("narrative", ""), ("narrative_sealed__isnull", True))
                | models.Q(("narrative", ""), ("narrative_destroyed_at__isnull", True)),
                name="reports_report_narrative_once",
            ),
        ),
        migrations.RunSQL(*KEYS),
    ]
