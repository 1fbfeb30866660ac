"""Celery's doors of the trail."""

from celery import shared_task

from apps.audit import actions
from apps.core.clock import now


@shared_task(name="apps.audit.tasks.gather")
def gather() -> int:
    """Chain what was read lately (rung by beat, every few seconds)."""
    return actions.gather()


@shared_task(name="apps.audit.tasks.seal")
def seal() -> bool:
    """Seal what was chained (rung by beat, every hour)."""
    return actions.seal(now=now()) is not None
