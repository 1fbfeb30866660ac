"""What was given up is counted every minute, without a look at all that was done."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the dead."""

    atomic = False  # made while others write
    dependencies = [("outbox", "0002_grants")]
    operations = [
        AddIndexConcurrently(
            model_name="delivery",
            index=models.Index(condition=models.Q(("state", "DEAD")), fields=["next_at"], name="outbox_delivery_dead"),
        )
    ]
