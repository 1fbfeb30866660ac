"""What is kept of a route that nobody else answers for; openings by break-glass, and the tokens that open by them."""

import datetime as dt

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import apps.core.ids
from apps.agencies.policy import FIRST_OPENING

LAST = 2**31 - 1
MADE = f"CREATE SEQUENCE sharing_opening_token AS integer MINVALUE {FIRST_OPENING} MAXVALUE {LAST};"
USED = "GRANT USAGE ON SEQUENCE sharing_opening_token TO counterpart_web, counterpart_worker;"
TOKENS = (f"{MADE} {USED}", "DROP SEQUENCE sharing_opening_token;")


class Migration(migrations.Migration):
    """Columns and a table."""

    dependencies = [
        ("agencies", "0004_sealed_answers"),
        ("sharing", "0007_newest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(*TOKENS),
        migrations.AddField(
            model_name="label",
            name="opened",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(),
                db_default=models.Value(
                    [],
                    output_field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="label",
            name="unanswered",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text="Parts of the route that no other agency answers for: {own, unreached}.",
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="basis",
            field=models.CharField(
                choices=[
                    ("ORIGINATOR", "ORIGINATOR"),
                    ("AUTHOR", "AUTHOR"),
                    ("NAMED", "NAMED"),
                    ("COUNTERPART", "COUNTERPART"),
                    ("COORDINATING_BODY", "COORDINATING_BODY"),
                    ("OPERATION", "OPERATION"),
                    ("PASSED_ON", "PASSED_ON"),
                    ("BREAK_GLASS", "BREAK_GLASS"),
                    ("LAW_ENFORCEMENT_MEMBERS", "LAW_ENFORCEMENT_MEMBERS"),
                    ("ALL_MEMBERS", "ALL_MEMBERS"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "token",
                    models.IntegerField(
                        db_default=models.Func(models.Value("sharing_opening_token"), function="nextval"),
                        editable=False,
                        unique=True,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        help_text="As it was asked for; whether there is one, the worker finds.", max_length=20
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ASKED", "Waits for a second administrator"),
                            ("APPROVED", "Approved, being opened"),
                            ("OPEN", "Open"),
                            ("ENDED", "Over"),
                            ("REFUSED", "Refused"),
                        ],
                        default="ASKED",
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(help_text="By the database's clock, as is the end.", null=True)),
                ("until", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "label",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sharing.label"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("token__gte", 2000000000)), name="sharing_opening_own_token"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ASKED", "APPROVED", "OPEN", "ENDED", "REFUSED"])),
                        name="sharing_opening_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("asked_by")), _negated=True),
                        name="sharing_opening_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("approved_by__isnull", True),
                                ("state__in", ["ASKED", "REFUSED"]),
                                ("until__isnull", True),
                            ),
                            models.Q(
                                ("approved_by__isnull", False),
                                ("state__in", ["APPROVED", "OPEN", "ENDED"]),
                                ("until__isnull", False),
                                (
                                    "until__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("approved_at"), "+", models.Value(dt.timedelta(seconds=3600))
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="sharing_opening_sixty_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "OPEN"), _negated=True),
                            models.Q(("label__isnull", False), ("owner__isnull", False)),
                            _connector="OR",
                        ),
                        name="sharing_opening_opens_something",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["ASKED", "APPROVED", "OPEN"])),
                        fields=("asked_by", "reference"),
                        name="sharing_opening_once",
                    ),
                ],
            },
        ),
    ]
