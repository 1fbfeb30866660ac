"""Notices in words, and where each leads: to the page that its mail names."""

from apps.notifications.channels.email import page_of
from apps.notifications.models import Notification
from apps.notifications.states import NoticeKind
from apps.web.shown.times import moment
from apps.web.shown.words import Shown


def notice(row: Notification) -> Shown:
    """One notice of the list. It holds no content: whoever follows it meets the policy there."""
    kind = NoticeKind(row.kind)
    return {
        "id": row.id,
        "label": kind.label,
        "reference": row.reference,
        "url": page_of(kind, row.object_id),
        "when": moment(row.created_at),
        "iso": row.created_at.isoformat(),
        "unread": row.read_at is None,
    }
