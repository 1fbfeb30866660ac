"""What recipients ask to pass on: seen by who asked and by the originator while they see the report; the worker answers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.ids
from apps.core.rls import AGENCY, USER, wall
from apps.sharing.rls import of_label, of_one_label

# Asked in one's own name, of somebody else's report that one reads.
OURS = f"l.originator_id = referrals_passing.originator_id AND l.originator_id <> {AGENCY}"
PASSING = {
    "SELECT": f"(asked_by_id = {AGENCY} OR originator_id = {AGENCY}) AND {of_one_label('report_id')}",
    "INSERT": f"asked_by_id = {AGENCY} AND person_id = {USER} AND state = 'ASKED' AND {of_label('report_id', OURS)}",
}


class Migration(migrations.Migration):
    """A table and its walls."""

    dependencies = [
        ("agencies", "0004_sealed_answers"),
        ("referrals", "0003_label_by_label"),
        ("reports", "0004_sealed_narratives"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Passing",
            fields=[
                (
                    "id",
                    models.UUIDField(default=apps.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("reason", models.CharField(max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[("ASKED", "Waits for an answer"), ("GRANTED", "Passed on"), ("REFUSED", "Refused")],
                        default="ASKED",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "originator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "asked_by", "agency"), name="referrals_passing_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ASKED", "GRANTED", "REFUSED"])),
                        name="referrals_passing_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "ASKED")),
                            models.Q(models.Q(("state", "ASKED"), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="referrals_passing_answered_has_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(*wall("referrals_passing", PASSING, "SELECT, INSERT")),
    ]
