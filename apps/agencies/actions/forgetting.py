"""What is no longer needed of accounts, taken away by night."""

from datetime import datetime

from django.contrib.sessions.models import Session

from apps.agencies.idempotency import KEPT
from apps.agencies.models import IdempotencyKey


def forget(*, now: datetime) -> int:
    """Delete sessions that have ended and answers kept for longer than promised; returns how many rows."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    answers, _ = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()
    return sessions + answers
