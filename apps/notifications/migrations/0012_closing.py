"""What is owed to whom an address was closed; the alarm of a mail server that refuses; who sees what."""

from django.db import migrations, models

from apps.core.rls import AGENCY, STAFF, USER

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
    "unreadable",
    "old_keys",
    "nightly",
    "mail_refused",
)
# Whose e-mail is closed: one's own, and of the people of one's agency (whose administrator's pages ask for the role). The
# table itself stays closed to them: it says what a mail server has answered.
CLOSED = (
    f"""
    CREATE FUNCTION notifications_closed() RETURNS TABLE (user_id uuid, since timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT c.user_id, c.closed_at FROM notifications_channel c JOIN agencies_user u ON u.id = c.user_id
        WHERE c.closed_at IS NOT NULL AND ({STAFF} OR u.id = {USER} OR u.agency_id = {AGENCY})
    $$;
    REVOKE ALL ON FUNCTION notifications_closed() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION notifications_closed() TO counterpart_web;
    """,  # noqa: S608 - constants
    "DROP FUNCTION notifications_closed();",
)


# When the mail server last took a message of each alarm: an alarm that was only tried was not told.
TAKEN = (
    f"""
    CREATE FUNCTION notifications_alarms_taken() RETURNS TABLE (alarm_id uuid, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT n.object_id, max(d.sent_at)
        FROM notifications_notification n JOIN notifications_dispatch d ON d.notification_id = n.id
        JOIN agencies_user u ON u.id = n.user_id AND u.is_staff
        WHERE n.kind = 'ALARM' AND d.state = 'SENT' AND {STAFF}
        GROUP BY n.object_id
    $$;
    REVOKE ALL ON FUNCTION notifications_alarms_taken() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION notifications_alarms_taken() TO counterpart_web;
    """,  # noqa: S608 - constants
    "DROP FUNCTION notifications_alarms_taken();",
)


class Migration(migrations.Migration):
    """Closing."""

    dependencies = [("notifications", "0011_kind_of_account"), ("agencies", "0002_walls")]
    operations = [
        migrations.AddField(
            model_name="channel",
            name="owed_since",
            field=models.DateTimeField(
                editable=False, help_text="What was not sent since then is sent once it is open.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="alarm",
            name="code",
            field=models.CharField(choices=[(code, code) for code in CODES], max_length=32),
        ),
        migrations.RunSQL(*CLOSED),
        migrations.RunSQL(*TAKEN),
    ]
