"""Invitations, behind the wall; pauses; and who has a second factor, for those who manage accounts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import apps.core.ids
from apps.core.rls import AGENCY, STAFF, openly, wall

ROLES = [
    ("OFFICER", "Officer"),
    ("ANALYST", "Analyst"),
    ("LIAISON", "Liaison officer"),
    ("AGENCY_ADMIN", "Agency administrator"),
]
# An invitation holds an address and a name. Its agency sees it, platform administrators do, and whoever brings its link.
BROUGHT = "digest = decode(nullif(current_setting('app.invitation', true), ''), 'hex')"
MANAGED = f"({STAFF} OR agency_id = {AGENCY})"
INVITATIONS = {"SELECT": f"{MANAGED} OR {BROUGHT}", "INSERT": MANAGED, "UPDATE": f"{MANAGED} OR {BROUGHT}"}
# Whom it is for, and as what, never changes.
MOVED = "SELECT, INSERT, UPDATE (state, digest, times_sent, account_id, expires_at)"
# Factors are walled to their own account; this tells that there is one, and nothing else of it.
ENROLLED = (
    f"""
    CREATE FUNCTION agencies_enrolled() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT DISTINCT m.user_id FROM mfa_authenticator m JOIN agencies_user u ON u.id = m.user_id
        WHERE m.type <> 'recovery_codes' AND ({STAFF} OR u.agency_id = {AGENCY})
    $$;
    REVOKE ALL ON FUNCTION agencies_enrolled() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION agencies_enrolled() TO counterpart_web;
    """,  # noqa: S608 - constants
    "DROP FUNCTION agencies_enrolled();",
)


class Migration(migrations.Migration):
    """People."""

    dependencies = [("agencies", "0004_sealed_answers"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=120)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=ROLES, max_length=16), blank=True, default=list, size=None
                    ),
                ),
                ("language", models.CharField(default="en", max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Waiting for an answer"),
                            ("ACCEPTED", "Accepted"),
                            ("REVOKED", "Taken back"),
                        ],
                        default="OPEN",
                        editable=False,
                        max_length=8,
                    ),
                ),
                ("digest", models.BinaryField(editable=False, max_length=32, null=True, unique=True)),
                ("times_sent", models.PositiveSmallIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(editable=False)),
                ("expires_at", models.DateTimeField(editable=False)),
                (
                    "account",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitation",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="agencies.agency",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("state", "OPEN")),
                        fields=("agency", "email"),
                        name="agencies_invitation_open_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=Q(("email", django.db.models.functions.Lower("email"))),
                        name="agencies_invitation_email",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("agency__isnull", True), ("roles__len", 0)),
                            Q(("agency__isnull", False), ("roles__len__gt", 0)),
                            _connector="OR",
                        ),
                        name="agencies_invitation_staff_or_roles",
                    ),
                    models.CheckConstraint(
                        condition=Q(("roles__contained_by", ["OFFICER", "ANALYST", "LIAISON", "AGENCY_ADMIN"])),
                        name="agencies_invitation_roles",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("account__isnull", False), ("state", "ACCEPTED")),
                            Q(Q(("state", "ACCEPTED"), _negated=True), ("account__isnull", True)),
                            _connector="OR",
                        ),
                        name="agencies_invitation_accepted_has_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField(help_text="The account, or the agency.")),
                (
                    "kind",
                    models.CharField(
                        choices=[("SEARCH", "SEARCH"), ("MISS", "MISS"), ("PREVIEW", "PREVIEW")], max_length=16
                    ),
                ),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("subject", "kind"), name="agencies_pause_once")],
            },
        ),
        migrations.RunSQL(*wall("agencies_invitation", INVITATIONS, MOVED)),
        migrations.RunSQL(*openly("agencies_pause", "SELECT, INSERT, UPDATE")),
        migrations.RunSQL(*ENROLLED),
    ]
