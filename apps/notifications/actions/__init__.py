"""Telling people, and sending what they are told. ``Notice`` stands here for those who tell."""

from apps.notifications.actions.notices import cancel, mark_read, notify, notify_many, retry
from apps.notifications.actions.sending import send_due, wake
from apps.notifications.queries import Notice

__all__ = ["Notice", "cancel", "mark_read", "notify", "notify_many", "retry", "send_due", "wake"]
