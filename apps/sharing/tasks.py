"""Celery's doors of sharing."""

from celery import shared_task
from django.db import transaction

from apps.core.clock import now
from apps.sharing import actions


@shared_task(name="apps.sharing.tasks.end_openings")
def end_openings() -> int:
    """End what was open by break-glass and is over (rung by beat, every minute)."""
    with transaction.atomic():
        return actions.end_what_is_over(now=now())


@shared_task(name="apps.sharing.tasks.check_grants")
def check_grants() -> int:
    """Compare every label with the policy, and alarm on any difference (rung nightly)."""
    return actions.report_agreement(now=now())
