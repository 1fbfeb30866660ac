"""Celery's doors of the accounts."""

from celery import shared_task

from apps.agencies.actions.forgetting import forget as forget_what_is_over
from apps.core.clock import now


@shared_task(name="apps.agencies.tasks.forget")
def forget() -> int:
    """Delete ended sessions and old answers (rung nightly)."""
    return forget_what_is_over(now=now())
