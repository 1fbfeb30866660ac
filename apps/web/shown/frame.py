"""What stands around every page: who is signed in, the navigation, how many answers are waited for."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import Actor, Role
from apps.sharing.policy import Verb
from apps.web.shown.words import Shown, count, may_do, reads

# Address, label; what only some may open has a condition beside it.
INBOX: tuple[str, Promise] = ("inbox", _("Inbox"))
FILE: tuple[str, Promise] = ("file", _("File a report"))
LISTS: tuple[tuple[str, Promise], ...] = (
    ("drafts", _("Drafts")),
    ("sent", _("Sent")),
    ("received", _("Received")),
    ("notices", _("Notices")),
)
PEOPLE: tuple[str, Promise] = ("people", _("People"))
ACCOUNT: tuple[str, Promise] = ("account", _("Account"))
GLASS: tuple[str, Promise] = ("glass", _("Break-glass"))


def frame(actor: Actor, *, section: str, waiting: int) -> Shown:
    """The context of ``base.html``. ``section`` is the address' name of the entry that the page belongs to."""
    return {
        "actor": {
            "name": actor.name,
            "agency": actor.agency_name or gettext("platform administration"),
            "code": actor.agency_code,
        },
        "nav": [_entry(name, label, section, waiting) for name, label in _entries(actor)]
        + _administration(actor, section),
        "inbox_count": count(waiting) if waiting else "",
    }


def _entries(actor: Actor) -> list[tuple[str, Promise]]:
    people = [PEOPLE] if Role.AGENCY_ADMIN in actor.roles else []
    if not reads(actor):
        return [INBOX, LISTS[-1], *people, ACCOUNT]
    return [INBOX, *([FILE] if may_do(actor, Verb.SUBMIT) else []), *LISTS, *people, ACCOUNT]


def _entry(name: str, label: Promise, section: str, waiting: int) -> Shown:
    shown = count(waiting) if name == "inbox" and waiting else ""
    return {"label": label, "url": reverse(f"web:{name}"), "current": name == section, "count": shown}


def _administration(actor: Actor, section: str) -> list[Shown]:
    if not actor.staff:
        return []
    return [
        {"label": GLASS[1], "url": reverse("web:glass"), "current": section == GLASS[0]},
        {"label": _("Administration"), "url": reverse("admin:index")},
    ]
