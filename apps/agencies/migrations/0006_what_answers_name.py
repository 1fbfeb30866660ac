"""What a kept answer is about stands beside it: the answer is sealed, and the ledger compares keys with deeds."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An id beside a sealed answer."""

    dependencies = [("agencies", "0005_people")]
    operations = [
        migrations.AddField(
            model_name="idempotencykey",
            name="about",
            field=models.UUIDField(help_text="The id that the answer names, if it names one.", null=True),
        )
    ]
