"""What platform administrators ask for takes two of them: who asks, who confirms, and a wall that holds them to it.

What one had asked for alone and nobody has taken up waits for a second one now; its link opens nothing.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from apps.core.rls import AGENCY, STAFF, USER

STATES = [
    ("PROPOSED", "Waiting for a second administrator"),
    ("OPEN", "Waiting for an answer"),
    ("ACCEPTED", "Accepted"),
    ("REVOKED", "Taken back"),
]
TOLD = (
    """
    UPDATE agencies_invitation i SET platform = true FROM agencies_user u WHERE u.id = i.invited_by_id AND u.is_staff;
    UPDATE agencies_invitation SET state = 'PROPOSED', digest = NULL WHERE platform AND state = 'OPEN';
    """,
    "UPDATE agencies_invitation SET state = 'REVOKED' WHERE state = 'PROPOSED';",
)
MANAGED = f"({STAFF} OR agency_id = {AGENCY})"
BY_STAFF = f"coalesce({STAFF}, false)"
# Written as it may begin: by the platform as a wish, by an agency's own administrators open.
BEGINS = (
    f"{MANAGED} AND platform = {BY_STAFF} AND (state = 'PROPOSED') = platform"
    f" AND confirmed_by_id IS NULL AND invited_by_id = {USER}"
)
BEGIN_AGAIN = (
    "DROP POLICY web_insert ON agencies_invitation; CREATE POLICY web_insert ON agencies_invitation FOR INSERT"
)
CONFIRM = "UPDATE (confirmed_by_id) ON agencies_invitation"
WALL = (
    f"{BEGIN_AGAIN} TO counterpart_web WITH CHECK ({BEGINS}); GRANT {CONFIRM} TO counterpart_web;",
    f"REVOKE {CONFIRM} FROM counterpart_web; {BEGIN_AGAIN} TO counterpart_web WITH CHECK ({MANAGED});",
)
# Nobody confirms in another's name, twice, or what they asked for themselves (a constraint).
CONFIRMED = (
    f"""
    CREATE FUNCTION agencies_invitation_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.confirmed_by_id IS NOT NULL OR OLD.state <> 'PROPOSED'
            OR (current_user = 'counterpart_web' AND NOT ({BY_STAFF} AND NEW.confirmed_by_id = {USER})) THEN
            RAISE EXCEPTION 'an invitation is confirmed once, by whoever says so' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER agencies_invitation_confirmed BEFORE UPDATE OF confirmed_by_id ON agencies_invitation FOR EACH ROW
        WHEN (NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
        EXECUTE FUNCTION agencies_invitation_confirmed();
    """,
    "DROP TRIGGER agencies_invitation_confirmed ON agencies_invitation; DROP FUNCTION agencies_invitation_confirmed;",
)


class Migration(migrations.Migration):
    """Two people."""

    dependencies = [("agencies", "0007_subjects")]
    operations = [
        migrations.AddField(
            model_name="invitation", name="platform", field=models.BooleanField(default=False, editable=False)
        ),
        migrations.AddField(
            model_name="invitation",
            name="confirmed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="state",
            field=models.CharField(choices=STATES, default="OPEN", editable=False, max_length=8),
        ),
        migrations.RunSQL(*TOLD),
        migrations.RemoveConstraint(model_name="invitation", name="agencies_invitation_open_once"),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=["agency", "email"],
                condition=Q(state__in=["PROPOSED", "OPEN"]),
                nulls_distinct=False,
                name="agencies_invitation_live_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=Q(platform=False, confirmed_by__isnull=True)
                | (Q(platform=True) & (~Q(state="OPEN") | Q(confirmed_by__isnull=False))),
                name="agencies_invitation_confirmed_before_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=~Q(confirmed_by=F("invited_by")), name="agencies_invitation_two_people"
            ),
        ),
        migrations.RunSQL(*WALL),
        migrations.RunSQL(*CONFIRMED),
    ]
