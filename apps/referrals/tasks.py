"""Celery's doors of the referrals, and of the ledger over them."""

from celery import shared_task

from apps.core.clock import now
from apps.outbox.actions import alone
from apps.referrals import ledger

LOCK = 5209151  # one proof at a time, however many beats ring and however long it takes


@shared_task(name="apps.referrals.tasks.prove", soft_time_limit=1700, time_limit=1800)
def prove() -> int:
    """Prove that nothing is lost, doubled or without a cause, and alarm on any difference (rung nightly)."""
    with alone(LOCK) as got:
        return ledger.report(now=now()) if got else 0
