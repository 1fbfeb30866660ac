"""Celery's doors of the notices."""

from celery import shared_task

from apps.notifications import actions
from apps.outbox.actions import alone

SWEEP_LOCK = 5209133  # one sweep at a time, however many beats ring


@shared_task(name="apps.notifications.tasks.send_due")
def send_due() -> int:
    """Send what is due (rung on commit)."""
    return actions.send_due()


@shared_task(name="apps.notifications.tasks.sweep")
def sweep() -> int:
    """Send what is due and what a lost bell left behind (rung by beat); a second sweep at the same time does nothing."""
    with alone(SWEEP_LOCK) as got:
        return actions.send_due() if got else 0
