"""People at their browsers: what the page tests share."""

import re
from html import unescape
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.audit.models import Entry
from apps.core.clock import now
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from apps.reports import actions
from tests.callers import ETIS
from tests.cast import Cast
from tests.doors import come_in

TAGS = re.compile(r"<(script|style|svg|datalist)\b.*?</\1>|<[^>]+>", re.DOTALL)

CHOSEN = re.compile(r'type="(radio|checkbox)"')


class Visitor:
    """Somebody signed in, at a browser without JavaScript that follows redirects."""

    def __init__(self, cast: Cast, word: str, code: str) -> None:
        self.client = Client()
        self.user = cast.user(word, code)
        come_in(self.client, self.user)

    def get(self, path: str, status: int = 200) -> "Shown":
        return Shown(self.client.get(path, follow=True), status)

    def post(self, path: str, words: dict[str, Any] | None = None, status: int = 200) -> "Shown":
        return Shown(self.client.post(path, words or {}, follow=True), status)


class Shown:
    """An answer: its text as a person reads it, and its HTML."""

    def __init__(self, response: Any, status: int) -> None:
        assert response.status_code == status, f"{response.status_code}\n{self._text(response)[:2000]}"
        self.response: HttpResponse = response
        self.path = response.redirect_chain[-1][0] if getattr(response, "redirect_chain", None) else ""
        self.html = response.content.decode()
        self.text = self._text(response)

    @staticmethod
    def _text(response: Any) -> str:
        return " ".join(unescape(TAGS.sub(" ", response.content.decode())).split())

    def __contains__(self, words: str) -> bool:
        return words in self.text

    @property
    def main(self) -> str:
        """The text of the page without what stands around every page."""
        body = self.html.partition('<main id="main"')[2].partition("</main>")[0]
        return " ".join(unescape(TAGS.sub(" ", body.partition(">")[2])).split())

    @property
    def boxes(self) -> dict[str, str]:
        """Name → value of the text boxes on the page."""
        found = [box for box in re.findall(r"<input[^>]*>", self.html) if not CHOSEN.search(box)]
        named = [(re.search(r'name="([^"]*)"', box), re.search(r'value="([^"]*)"', box)) for box in found]
        return {name[1]: unescape(value[1]) if value else "" for name, value in named if name}

    @property
    def chosen(self) -> set[tuple[str, str]]:
        """Name and value of the buttons and boxes that are ticked."""
        ticked = [box for box in re.findall(r"<input[^>]*>", self.html) if CHOSEN.search(box) and " checked" in box]
        named = [(re.search(r'name="([^"]*)"', box), re.search(r'value="([^"]*)"', box)) for box in ticked]
        return {(name[1], value[1] if value else "on") for name, value in named if name}


def drafted(actor: Actor, **changes: Any) -> UUID:
    """A draft of the ETIS example."""
    with acting(actor):
        return actions.draft_report(actor=actor, data={**ETIS, **changes}, now=now()).id


def sent(actor: Actor, **changes: Any) -> UUID:
    """The ETIS example, filed and carried to those whom it concerns."""
    report_id = drafted(actor, **changes)
    with acting(actor):
        actions.submit_report(actor=actor, report_id=report_id, now=now())
    relay()
    return report_id


def referral(report_id: UUID, code: str) -> Referral:
    """The referral of one report to one agency."""
    return Referral.objects.select_related("report").get(report_id=report_id, agency__code=code)


def refusals() -> list[tuple[str, UUID | None]]:
    """What the trail has of refusals: by which page, of which object."""
    return [(entry.object_kind, entry.object_id) for entry in Entry.objects.filter(verb="refused").order_by("seq")]


def flat(data: dict[str, Any]) -> dict[str, Any]:
    """The ETIS example, or another report, as the short form posts it."""
    year, month, day = data["occurred"]["date"].split("-")
    words: dict[str, Any] = {
        "date_day": day,
        "date_month": month,
        "date_year": year,
        "span": "",
        "place_country": data["place"]["country"],
        "place_name": data["place"]["name"],
        "case_number": "",
        "title": data["title"],
        "narrative": "",
        "tlp": "AMBER",
        "law_enforcement_only": "on",
        "handling_note": "",
        "do": "save",
    }
    items = [{**item, "qualifier": item.get("qualifier", "EXACT")} for item in data["items"]]
    words |= rows("items", items) | rows("route", [_stop(stop) for stop in data["route"]])
    return words | rows("named", []) | rows("withheld_from", [])


def rows(prefix: str, rows_: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows as a formset posts them."""
    posted: dict[str, Any] = {f"{prefix}-{name}_FORMS": number for name, number in _counts(len(rows_)).items()}
    for at, row in enumerate(rows_):
        posted |= {f"{prefix}-{at}-{name}": value for name, value in row.items()}
    return posted


def _counts(total: int) -> dict[str, int]:
    return {"TOTAL": total, "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": 1000}


def _stop(stop: dict[str, Any]) -> dict[str, Any]:
    custody = {True: "yes", False: "no", None: ""}[stop.get("seizure_opportunity")]
    share = f"{float(stop['share']) * 100:g}" if "share" in stop else ""
    return {"part": stop["part"], "country": stop["country"], "place": "", "share": share, "custody": custody}
