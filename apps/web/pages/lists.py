"""Lists of reports: the agency's drafts, what it has sent, what it has received."""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import Asking
from apps.agencies.queries import agencies_by_code
from apps.core.cursors import of_position, position_of
from apps.core.errors import Invalid
from apps.reference.queries import country_labels
from apps.reports.policy import Filters, read_filters
from apps.reports.queries import page_of
from apps.reports.states import ReportState
from apps.sharing.policy import Verb
from apps.web.forms.filters import FilterForm, vocabulary_names
from apps.web.forms.report import Lists
from apps.web.forms.which import CHOOSE, Which, chosen
from apps.web.pages.base import Page
from apps.web.shown.handling import strictest
from apps.web.shown.keyset import pages
from apps.web.shown.rows import report_row
from apps.web.shown.words import Shown, may_do

PAGE = 25


class ReportList(Page, ABC):
    """A list, narrowed by what its form says, a page at a time."""

    heading: ClassVar[str | Promise]
    without: ClassVar[tuple[str, ...]] = ()  # filters that make no sense in this list
    side: ClassVar[str] = ""  # SENT or RECEIVED
    drafts: ClassVar[bool] = False
    form: FilterForm

    def asking(self) -> frozenset[Asking]:
        """A list that is asked for words is a search."""
        return frozenset({Asking.SEARCH}) if self.request.GET.get("q") else frozenset()

    def get(self, request: HttpRequest) -> HttpResponse:
        self.form = self._form()
        if not self.form.is_valid():
            return self._page([], "", 422)
        mark = request.GET.get("after", "")
        before = position_of(mark) if mark else None
        filters = self._filters()
        found = page_of(actor=self.actor, filters=filters, before=before, limit=PAGE)
        self.seen("report", count=len(found.rows), verb="list", filters=filters.names)
        return self._page(found.rows, of_position(found.before) if found.before else "")

    def _form(self) -> FilterForm:
        lists = Lists(actor=self.actor, language=get_language() or "en")
        self.lists = lists
        return FilterForm(self._asked, lists=lists, without=self.without)

    @property
    def _asked(self) -> QueryDict:
        """What is asked, with the answer to "which one?" in its box."""
        verb, _colon, answer = self.request.GET.get("do", "").partition(":")
        asked = chosen(self.request.GET, answer) if verb == CHOOSE else self.request.GET.copy()
        asked.pop("do", None)
        return asked

    def _filters(self) -> Filters:
        filters, errors = read_filters(self.form.asked(), zone=get_current_timezone())
        if filters is None:
            raise Invalid(errors=errors)
        return replace(filters, side=self.side, state=ReportState.DRAFT.value if self.drafts else filters.state)

    def invalid(self, refused: Invalid) -> HttpResponse:
        for path, sentences in refused.errors.items():
            for sentence in sentences:
                field, choices = path if path in self.form.fields else None, refused.candidates.get(path)
                self.form.add_error(
                    field, Which(gettext(sentence), choices) if choices and field else gettext(sentence)
                )
        return self._page([], "", 422)

    def _page(self, rows: list[Shown], following: str, status: int = 200) -> HttpResponse:
        address, query = reverse(f"web:{self.section}"), self._asked.dict()
        asked = {name: str(value) for name, value in query.items() if value and name != "after"}
        context = {
            "heading": self.heading,
            "cards": self._cards(rows),
            "form": self.form,
            "problems": bool(self.form.errors),
            "clear_url": address if asked else "",
            "empty": self.empty(narrowed=bool(asked)),
            "handling": strictest(row["tlp"] for row in rows),
            "lists": self.lists.shown(vocabulary_names(self.form)),
            "words": True,
            **pages(address, asked, following, first="after" not in query),
        }
        return self.page("web/reports.html", context, status)

    def _cards(self, rows: list[Shown]) -> list[Shown]:
        countries = {row["place"]["country"] for row in rows if row["place"]} - {""}
        labels = country_labels(codes=countries, language=get_language() or "en") if countries else {}
        names = {
            code: agency.name for code, agency in agencies_by_code({row["originator"] or "" for row in rows}).items()
        }
        return [report_row(row, labels, names) | {"verbs": self.verbs(row["id"])} for row in rows]

    def verbs(self, report_id: UUID) -> list[Shown]:
        """What may be done with a row."""
        return []

    def empty(self, *, narrowed: bool) -> Shown:
        """What the page says where the list is empty."""
        if narrowed:
            text = gettext("Widen the filter, or clear it.")
            return {"title": gettext("Nothing in this list fits the filter"), "text": text}
        return self.nothing()

    @abstractmethod
    def nothing(self) -> Shown:
        """What the page says where nothing was ever in it."""

    def _file(self) -> Shown:
        """The way to the form, for those who may file."""
        may = may_do(self.actor, Verb.SUBMIT)
        return {"action_url": reverse("web:file"), "action_label": gettext("File a report")} if may else {}


class Drafts(ReportList):
    """The drafts of the reader's agency, whoever began them."""

    section = "drafts"
    heading = _("Drafts")
    without = ("originator", "state")
    drafts = True

    def verbs(self, report_id: UUID) -> list[Shown]:
        return draft_verbs(report_id) if may_do(self.actor, Verb.SUBMIT) else []

    def nothing(self) -> Shown:
        text = gettext("A report that you save before sending it waits here for you and your colleagues.")
        return {"title": gettext("No drafts"), "text": text, **self._file()}


class Sent(ReportList):
    """What the reader's agency has sent."""

    section = "sent"
    heading = _("Sent")
    without = ("originator",)
    side = "SENT"

    def nothing(self) -> Shown:
        text = gettext("What your agency sends stands here, with the answers of the agencies that were asked.")
        return {"title": gettext("Nothing sent yet"), "text": text, **self._file()}


class Received(ReportList):
    """What other agencies let the reader's read, asked or not."""

    section = "received"
    heading = _("Received")
    side = "RECEIVED"

    def nothing(self) -> Shown:
        text = gettext("Every report that your agency may read stands here, also those that ask nothing of it.")
        return {"title": gettext("Nothing received yet"), "text": text}


def draft_verbs(report_id: UUID) -> list[Shown]:
    """Go on, copy, delete."""
    return [
        {"label": gettext("Continue"), "url": reverse("web:draft", args=[report_id]), "link": True, "style": "primary"},
        {"label": gettext("Copy"), "url": reverse("web:copy", args=[report_id])},
        {"label": gettext("Delete"), "url": reverse("web:delete", args=[report_id]), "link": True},
    ]
