"""What follows on one report within some minutes is gathered in one mail; found by whose it is and when it is due."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Gathering."""

    dependencies = [("notifications", "0012_closing"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="gathered_until",
            field=models.DateTimeField(
                editable=False,
                help_text="Follows something on the same report: what comes till then, in one mail.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(fields=["user", "next_at"], name="notifications_dispatch_of_user"),
        ),
        migrations.AlterField(
            model_name="dispatch",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                help_text="The recipient, for administrators.",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
