"""Whom an agency's provider means by which of its subjects: each account's own row, and its administrators'."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.ids
from apps.core.rls import AGENCY, STAFF, USER, wall

OWN = f"user_id = {USER}"
# Those who manage the account end the bond; making it takes coming in.
MANAGED = f"{OWN} OR {STAFF} OR user_id IN (SELECT u.id FROM agencies_user u WHERE u.agency_id = {AGENCY})"  # noqa: S608 - constants
SUBJECTS = {"SELECT": MANAGED, "INSERT": OWN, "DELETE": MANAGED}
NOT_THE_WORKER = (
    "DROP POLICY worker ON agencies_providersubject; REVOKE ALL ON agencies_providersubject FROM counterpart_worker;",
    "CREATE POLICY worker ON agencies_providersubject TO counterpart_worker USING (true) WITH CHECK (true);",
)
# At the door nobody is anybody yet: whoever knows issuer and subject is told whose they are, and nothing else.
BOUND = (
    """
    CREATE FUNCTION agencies_bound_to(subject bytea) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
        SELECT s.user_id FROM agencies_providersubject s WHERE s.digest = subject
    $$;
    REVOKE ALL ON FUNCTION agencies_bound_to(bytea) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION agencies_bound_to(bytea) TO counterpart_web;
    """,
    "DROP FUNCTION agencies_bound_to(bytea);",
)


class Migration(migrations.Migration):
    """Subjects of providers."""

    dependencies = [("agencies", "0006_what_answers_name")]
    operations = [
        migrations.CreateModel(
            name="ProviderSubject",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("issuer", models.TextField()),
                (
                    "digest",
                    models.BinaryField(help_text="SHA-256 of issuer and subject.", max_length=32, unique=True),
                ),
                ("bound_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "issuer"), name="agencies_one_subject_an_issuer")
                ],
            },
        ),
        migrations.RunSQL(*wall("agencies_providersubject", SUBJECTS, "SELECT, INSERT, DELETE")),
        migrations.RunSQL(*NOT_THE_WORKER),
        migrations.RunSQL(*BOUND),
    ]
