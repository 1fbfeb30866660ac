"""A notice is its account's, and the worker makes it; what is sent of it holds ids and states, for administrators to
see and retry."""

from django.db import migrations

from apps.core.rls import USER, for_staff, wall

NOTICE = {"SELECT": f"user_id = {USER}", "UPDATE": f"user_id = {USER}"}


class Migration(migrations.Migration):
    """Walls."""

    dependencies = [("notifications", "0001_notices"), ("agencies", "0002_walls")]
    operations = [
        migrations.RunSQL(*wall("notifications_notification", NOTICE, "SELECT, UPDATE (read_at)")),
        migrations.RunSQL(*for_staff("notifications_channel", "SELECT, UPDATE (closed_at, code)")),
        migrations.RunSQL(*for_staff("notifications_dispatch", "SELECT, UPDATE (state, next_at, attempts)")),
        migrations.RunSQL(*for_staff("notifications_attempt", "SELECT")),
    ]
