"""An index for what lists of one's own merge with what is shared: drafts have no grants."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Index of drafts and withdrawn labels."""

    dependencies = [("sharing", "0002_walls")]
    operations = [
        migrations.AddIndex(
            model_name="label",
            index=models.Index(
                models.F("originator"),
                models.OrderBy(models.F("position"), descending=True),
                condition=models.Q(("stage", "SHARED"), _negated=True),
                name="sharing_label_unshared",
            ),
        ),
    ]
