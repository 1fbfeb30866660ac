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
    """Send what is due, what a lost bell left behind and what waits for a mail server that is back (rung by beat).

    A second sweep at the same time does nothing.
    """
    with alone(SWEEP_LOCK) as got:
        if not got:
            return 0
        actions.wake()
        return actions.send_due()
