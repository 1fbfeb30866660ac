"""Celery's doors of sharing."""

from celery import shared_task
from django.db import transaction

from apps.core.clock import now
from apps.outbox.actions import alone
from apps.sharing import actions

LOCK = 5209161  # one comparison at a time, however many beats ring and however long it takes


@shared_task(name="apps.sharing.tasks.end_openings")
def end_openings() -> int:
    """End what was open by break-glass and is over (rung by beat, every minute)."""
    with transaction.atomic():
        return actions.end_what_is_over(now=now())


@shared_task(name="apps.sharing.tasks.check_grants", soft_time_limit=1700, time_limit=1800)
def check_grants() -> int:
    """Compare every label with the policy, and alarm on any difference (rung nightly).

    A million labels take some ten minutes; the broker hands out again what takes longer than its patience.
    """
    with alone(LOCK) as got:
        return actions.report_agreement(now=now()) if got else 0
