"""Alarms about the service itself, and when what must happen again and again last happened."""

from django.db import migrations, models

import apps.core.ids
from apps.core.rls import for_staff

CODES = (
    "dead_letters",
    "oldest_unsent",
    "relay_lag",
    "no_beat",
    "audit_chain",
    "audit_seal",
    "grants",
    "ledger",
    "probing",
    "break_glass",
    "backup",
)
# Whoever finds that something is wrong may say so, also as the web role, which sees no row of it: the function tells only
# whether it was news. One statement, so that two who find it at the same moment open one alarm.
RAISE = """
CREATE FUNCTION notifications_raise(id uuid, code text, facts jsonb, at timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO notifications_alarm AS a (id, code, facts, since, last_at, times, times_told)
    VALUES ($1, $2, $3, $4, $4, 1, 0)
    ON CONFLICT (code) WHERE ended_at IS NULL
    DO UPDATE SET facts = excluded.facts, last_at = greatest(a.last_at, excluded.last_at), times = a.times + 1
    RETURNING a.times = 1
$$;
REVOKE ALL ON FUNCTION notifications_raise FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notifications_raise TO counterpart_web, counterpart_worker;
"""


class Migration(migrations.Migration):
    """Alarms."""

    dependencies = [("notifications", "0003_held_up")]
    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(choices=[(code, code) for code in CODES], max_length=32)),
                ("facts", models.JSONField(default=dict)),
                ("since", models.DateTimeField()),
                ("last_at", models.DateTimeField(help_text="When it was last found to be so.")),
                (
                    "times",
                    models.PositiveIntegerField(
                        default=1, help_text="How often it was found to be so while it was open."
                    ),
                ),
                ("told_at", models.DateTimeField(help_text="When administrators were last told.", null=True)),
                ("times_told", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_by_id",
                    models.UUIDField(
                        help_text="The administrator who has seen to it; None: it ended by itself.", null=True
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-since"], name="notifications_alarm_since")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("code",),
                        name="notifications_alarm_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_by_id__isnull", True), ("ended_at__isnull", False), _connector="OR"),
                        name="notifications_alarm_ended_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                (
                    "name",
                    models.CharField(
                        choices=[(name, name) for name in ("watch", "trail", "backup")],
                        max_length=16,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("REFERRAL_OPENED", "A report asks something of your agency"),
                    ("REFERRAL_FOR_INFORMATION", "A report is shared with your agency for information"),
                    ("REFERRAL_ANSWERED", "An agency has answered your report"),
                    ("REPORT_WITHDRAWN", "A report has been withdrawn"),
                    ("NO_LIAISON", "Something waits for an agency that has no active liaison officer"),
                    ("ALARM", "The service needs an administrator"),
                ],
                max_length=32,
            ),
        ),
        migrations.RunSQL(*for_staff("notifications_alarm", "SELECT, UPDATE (ended_at, ended_by_id)")),
        migrations.RunSQL(*for_staff("notifications_pulse", "SELECT")),
        migrations.RunSQL(RAISE, "DROP FUNCTION notifications_raise"),
    ]
