"""Celery's doors of the reports."""

from celery import shared_task

from apps.core.clock import now
from apps.outbox.actions import alone
from apps.reports.actions.shredding import shred as shred_what_is_over

LOCK = 5209147  # one at a time, however many beats ring


@shared_task(name="apps.reports.tasks.shred")
def shred() -> int:
    """Destroy the sealed texts whose retention is over (rung nightly); how many."""
    with alone(LOCK) as got:
        return sum(len(batch) for batch in shred_what_is_over(now=now())) if got else 0
