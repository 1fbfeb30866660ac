"""The doors: sessions with their account and their last use, budgets, the epoch that ends sessions, walled second factors."""

from django.db import migrations, models

from apps.core.rls import USER, openly, wall

# Secrets of second factors: nobody's request reads another account's, and the worker has no business there.
OWN = f"user_id = {USER}"
FACTORS = {"SELECT": OWN, "INSERT": OWN, "UPDATE": OWN, "DELETE": OWN}
NOT_THE_WORKER = (
    "DROP POLICY worker ON mfa_authenticator; REVOKE ALL ON mfa_authenticator FROM counterpart_worker;",
    "CREATE POLICY worker ON mfa_authenticator TO counterpart_worker USING (true) WITH CHECK (true);",
)


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_walls"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("account", models.UUIDField(db_index=True, null=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=32)),
                ("spent", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(*openly("agencies_session", "SELECT, INSERT, UPDATE, DELETE")),
        migrations.RunSQL(*openly("agencies_budget", "SELECT, INSERT, UPDATE")),
        migrations.RunSQL(*wall("mfa_authenticator", FACTORS, "SELECT, INSERT, UPDATE, DELETE")),
        migrations.RunSQL(*NOT_THE_WORKER),
    ]
