"""What is no longer needed of accounts and keys, taken away by night."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from apps.agencies.actions.budgets import forget_budgets
from apps.agencies.idempotency import KEPT
from apps.agencies.models import IdempotencyKey, Pause, Session
from apps.vault.actions import destroy_retired


def forget(*, now: datetime) -> int:
    """Delete ended sessions, budgets and pauses that are over, answers kept for longer than promised; returns how many rows."""
    ended = Q(expire_date__lt=now) | Q(seen_at__lt=now - settings.SESSION_IDLE)
    sessions, _ = Session.objects.filter(ended).delete()
    answers, _ = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()
    pauses, _ = Pause.objects.filter(until__lte=now).delete()
    return sessions + answers + pauses + forget_budgets(now=now) + destroy_retired(now=now)
