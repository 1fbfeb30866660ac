"""Since when a master has wrapped a data key, so that the age of a master is known (docs/operate/keys.md)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A time; unknown of the keys that are there, which are taken for as old as they are."""

    dependencies = [("vault", "0001_keys")]
    operations = [
        migrations.AddField(
            model_name="datakey",
            name="wrapped_at",
            field=models.DateTimeField(
                help_text="When its master wrapped it; none: when it was made, or later.", null=True
            ),
        ),
    ]
