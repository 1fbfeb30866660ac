"""Celery's doors of the notices."""

from celery import shared_task

from apps.core.clock import now
from apps.notifications import actions
from apps.outbox.actions import alone

BEGUN = now()  # since when this process can have heard of beat
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
        actions.try_again()
        actions.catch_up()
        return actions.send_due()


@shared_task(name="apps.notifications.tasks.watch")
def watch() -> int:
    """Look at the figures, and tell administrators of what is wrong (rung by beat, every minute)."""
    actions.watch(now=now())
    return actions.tell_alarms(now=now())


@shared_task(name="apps.notifications.tasks.tell_alarms")
def tell_alarms() -> int:
    """Tell administrators of what was found wrong just now (rung on commit)."""
    return actions.tell_alarms(now=now())


@shared_task(name="apps.notifications.tasks.listen_for_beat")
def listen_for_beat() -> bool:
    """Whether beat was heard lately (called by each worker itself, every minute: config/listener.py)."""
    return actions.listen_for_beat(since=BEGUN, now=now())


@shared_task(name="apps.notifications.tasks.verify_trail", soft_time_limit=1700, time_limit=1800)
def verify_trail() -> bool:
    """Verify the whole audit trail (rung nightly)."""
    return actions.verify_trail(now=now())


@shared_task(name="apps.notifications.tasks.check_keys")
def check_keys() -> int:
    """Look at the age of keys and secrets (rung nightly)."""
    return actions.check_keys(now=now())
