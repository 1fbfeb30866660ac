"""Wrapped keys.

Of what is an agency's, the web role sees a row's key where the room that keeps the row says so (as visible as its label:
reports 0004), and data keys once it acts for somebody who may read at all, or for that agency: what is sealed for one is
read by others, and a wrapped data key opens nothing without the row, the row's key and the master (docs/adr/0015).
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.db import migrations, models

import apps.core.ids
from apps.core.rls import AGENCY, TOKENS, wall

OWN = f"(owner IS NULL OR owner = {AGENCY})"
DATA = {"SELECT": f"{OWN} OR cardinality({TOKENS}) > 0", "INSERT": OWN}
PLATFORM = "owner IS NULL"
OBJECT = {"SELECT": PLATFORM, "INSERT": PLATFORM, "DELETE": PLATFORM}
NOBODY = uuid.UUID(int=0)


class Migration(migrations.Migration):
    """Keys and their walls."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("owner", models.UUIDField(help_text="The agency; none for the platform.", null=True)),
                ("version", models.PositiveIntegerField()),
                (
                    "master",
                    models.CharField(help_text="The name of the master key that wrapped it.", max_length=64),
                ),
                ("wrapped", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("retired_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Coalesce(
                            "owner", models.Value(NOBODY, output_field=models.UUIDField())
                        ),
                        "version",
                        name="vault_datakey_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("destroyed_at__isnull", False), ("retired_at__isnull", False), ("wrapped__isnull", True)
                        )
                        | models.Q(("destroyed_at__isnull", True), ("wrapped__isnull", False)),
                        name="vault_datakey_destroyed_has_no_key",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ObjectKey",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("owner", models.UUIDField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "data_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.datakey",
                    ),
                ),
                ("wrapped", models.BinaryField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("data_key__isnull", True), ("destroyed_at__isnull", False), ("wrapped__isnull", True)
                        )
                        | models.Q(
                            ("data_key__isnull", False), ("destroyed_at__isnull", True), ("wrapped__isnull", False)
                        ),
                        name="vault_objectkey_destroyed_has_no_key",
                    ),
                ],
            },
        ),
        migrations.RunSQL(*wall("vault_datakey", DATA, "SELECT, INSERT")),
        migrations.RunSQL(*wall("vault_objectkey", OBJECT, "SELECT, INSERT, DELETE")),
    ]
