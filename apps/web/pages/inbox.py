"""The inbox: what other agencies ask of the reader's, with what can be answered at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.referrals import queries
from apps.referrals.models import Referral
from apps.sharing.policy import Verb
from apps.web.pages.base import Page
from apps.web.shown import handling, referrals
from apps.web.shown.keyset import Keyset
from apps.web.shown.words import MOST_COUNTED, Shown, count, may_do, reads

PAGE = 15  # cards; more would be over 10 kB on a weak line


@dataclass(frozen=True, slots=True)
class Drawer:
    """One of the inbox' lists: its word in the address, its label, what lies in it."""

    name: str
    label: Promise
    holds: Callable[[datetime], Q]


DRAWERS = {
    drawer.name: drawer
    for drawer in (
        Drawer("open", _("Open"), lambda _now: queries.waiting()),
        Drawer("overdue", _("Overdue"), queries.overdue),
        Drawer("answered", _("Answered"), lambda _now: queries.answered()),
        Drawer("all", _("All"), lambda _now: Q()),
    )
}


class Inbox(Page):
    """The home of everybody who reads reports."""

    section = "inbox"

    def get(self, request: HttpRequest) -> HttpResponse:
        drawer = DRAWERS.get(request.GET.get("show", "open"), DRAWERS["open"])
        keyset = Keyset.asked(request.GET, field="opened_at")
        found, following = keyset.cut(self._rows(drawer, keyset), PAGE)
        self.seen("referral", count=len(found), verb="list", filters=[drawer.name])
        context = {
            "cards": self._cards(found),
            "filters": self._filters(drawer) if reads(self.actor) else [],
            "empty": self._empty(drawer),
            "handling": handling.of_many([row.report.label for row in found]),
            "answers": may_do(self.actor, Verb.ANSWER),
            **keyset.links(reverse("web:inbox"), {"show": drawer.name}, following),
        }
        return self.page("web/inbox.html", context)

    def _rows(self, drawer: Drawer, keyset: Keyset) -> list[Referral]:
        if not reads(self.actor):
            return []
        narrowed = drawer.holds(self.now)
        return queries.newest(actor=self.actor, narrowed=narrowed, before=keyset.before, limit=PAGE + 1)

    def _cards(self, found: list[Referral]) -> list[Shown]:
        labels = queries.labels_of(referrals=found, language=get_language() or "en")
        return [referrals.card(actor=self.actor, referral=row, labels=labels, now=self.now) for row in found]

    def _filters(self, current: Drawer) -> list[Shown]:
        rows = queries.received(actor=self.actor).order_by()
        return [
            {
                "label": drawer.label,
                "url": f"{reverse('web:inbox')}?show={drawer.name}",
                "current": drawer is current,
                "count": count(rows.filter(drawer.holds(self.now))[: MOST_COUNTED + 1].count()),
            }
            for drawer in DRAWERS.values()
        ]

    def _empty(self, drawer: Drawer) -> Shown:
        if not reads(self.actor):
            return _for_administrators(self.actor.staff)
        texts: dict[str, tuple[Any, Any]] = {
            "open": (
                gettext("Nothing waits for your agency"),
                gettext(
                    "When another agency's report names your country, or your agency, it comes here with what is asked of you."
                ),
            ),
            "overdue": (gettext("Nothing is overdue"), gettext("Every answer that was due has been given.")),
            "answered": (gettext("Nothing is answered yet"), gettext("What you or your colleagues answer moves here.")),
            "all": (gettext("Nothing has come in yet"), ""),
        }
        title, text = texts[drawer.name]
        return {"title": title, "text": text}


def _for_administrators(staff: bool) -> Shown:
    """Those who read no reports are told so, and where their own work is."""
    text = gettext("Your account manages other accounts; it opens no reports.")
    empty = {"title": gettext("There are no reports for you here"), "text": text}
    administration = {"action_url": reverse("admin:index"), "action_label": gettext("Go to the administration")}
    return {**empty, **administration} if staff else empty
