"""Kept answers are sealed. Those in clear go: whoever repeats such a request is told by the state that it was done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Sealed answers."""

    dependencies = [("agencies", "0003_doors"), ("vault", "0001_keys")]
    operations = [
        migrations.RunSQL("DELETE FROM agencies_idempotencykey", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="idempotencykey",
            name="answer",
            field=models.BinaryField(help_text="Sealed by the key of the account's agency (apps.vault)."),
        ),
    ]
