"""Notices in words, and where each leads: to the page that its mail names."""

from django.urls import reverse
from django.utils.translation import gettext

from apps.agencies.policy import Actor, Role
from apps.notifications import queries
from apps.notifications.channels.email import page_of
from apps.notifications.states import NoticeKind
from apps.web.shown.times import moment
from apps.web.shown.words import Shown


def notice(row: queries.Shown, actor: Actor) -> Shown:
    """One notice of the list. It holds no content: whoever follows it meets the policy there."""
    return {
        "id": row.id,
        "label": row.kind.label,
        "reference": row.reference,
        "sentence": gettext(row.sentence) if row.sentence else "",
        "url": _account(row, actor) if row.kind == NoticeKind.ACCOUNT_CHANGED else page_of(row),
        "when": moment(row.created_at),
        "iso": row.created_at.isoformat(),
        "unread": row.read_at is None,
    }


def unreached(actor: Actor) -> Shown | None:
    """That the reader's address was refused, so that notices stand here alone; None where it was not."""
    since = queries.closed_addresses().get(actor.user_id)
    if since is None:
        return None
    text = gettext(
        "Nothing is mailed to %(email)s since %(since)s: the mail server says that there is no such mailbox. Your notices "
        "stand here. What you have not read is mailed when the address works: it is tried again every few days, and a platform "
        "administrator can have it tried at once."
    )
    return {"text": text % {"email": actor.email, "since": moment(since)}}


def _account(row: queries.Shown, actor: Actor) -> str:
    """The account's page, for those who manage it; others ask one of them which it is."""
    if actor.staff:
        return reverse("admin:agencies_user_change", args=[row.object_id])
    return reverse("web:person", args=[row.object_id]) if Role.AGENCY_ADMIN in actor.roles else ""
