"""Telling people, and sending what they are told. ``Notice`` stands here for those who tell."""

from apps.notifications.actions.alarms import (
    alarm,
    all_clear,
    listen_for_beat,
    note,
    see_to,
    tell_alarms,
    verify_trail,
    watch,
)
from apps.notifications.actions.closing import catch_up, try_again
from apps.notifications.actions.keys import check_keys
from apps.notifications.actions.notices import cancel, mark_read, notify, notify_many, retry
from apps.notifications.actions.sending import send_due, wake
from apps.notifications.queries import Notice

__all__ = [
    "Notice",
    "alarm",
    "all_clear",
    "cancel",
    "catch_up",
    "check_keys",
    "listen_for_beat",
    "mark_read",
    "note",
    "notify",
    "notify_many",
    "retry",
    "see_to",
    "send_due",
    "tell_alarms",
    "try_again",
    "verify_trail",
    "wake",
    "watch",
]
