"""Notices in words, and where each leads."""

from collections.abc import Mapping

from django.urls import reverse

from apps.notifications.models import Notification
from apps.notifications.states import NoticeKind
from apps.web.shown.times import moment
from apps.web.shown.words import Shown

# What a notice opens; one about an agency without liaison officers opens nothing, it says what is to be done.
OPENS: Mapping[NoticeKind, str] = {
    NoticeKind.REFERRAL_OPENED: "web:referral",
    NoticeKind.REFERRAL_FOR_INFORMATION: "web:referral",
    NoticeKind.REFERRAL_ANSWERED: "web:report",
    NoticeKind.REPORT_WITHDRAWN: "web:report",
}


def notice(row: Notification) -> Shown:
    """One notice of the list. It holds no content: whoever follows it meets the policy there."""
    kind = NoticeKind(row.kind)
    return {
        "id": row.id,
        "label": kind.label,
        "reference": row.reference,
        "url": reverse(OPENS[kind], args=[row.object_id]) if kind in OPENS else "",
        "when": moment(row.created_at),
        "iso": row.created_at.isoformat(),
        "unread": row.read_at is None,
    }
