"""The outbox holds ids, and so tells what happened: every request writes it, administrators see its state, the worker
carries it."""

from django.db import migrations

from apps.core.rls import for_staff


class Migration(migrations.Migration):
    """Grants."""

    dependencies = [("outbox", "0001_outbox")]
    operations = [
        migrations.RunSQL(*for_staff("outbox_event", "SELECT, INSERT")),
        migrations.RunSQL(*for_staff("outbox_delivery", "SELECT, INSERT, UPDATE (state, next_at, attempts)")),
    ]
