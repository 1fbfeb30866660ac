"""Celery's doors of the outbox."""

from celery import current_app, shared_task

from apps.core.clock import now
from apps.outbox import actions, bell

SWEEP_LOCK = 5209132  # one sweep at a time, however many beats ring


@shared_task(name="apps.outbox.tasks.relay")
def relay() -> int:
    """Carry what is due (rung on commit), and then do what that rang for, in this process: another hop through the broker
    takes longer than what it would ask for. If this process dies in between, the sweeps follow.
    """
    with bell.answered() as rung:
        tried = actions.relay()
    for name in rung - {actions.RELAY}:
        current_app.tasks[name]()
    return tried


@shared_task(name="apps.outbox.tasks.sweep")
def sweep() -> int:
    """Carry what is due and what a lost bell left behind (rung by beat); a second sweep at the same time does nothing."""
    with actions.alone(SWEEP_LOCK) as got:
        return actions.relay() if got else 0


@shared_task(name="apps.outbox.tasks.forget")
def forget() -> int:
    """Delete what was carried long ago (rung nightly)."""
    return actions.forget(now=now())
