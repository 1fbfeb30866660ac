"""Beginning a report: which kind, and the short form that suffices to tell counterparts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.reference.queries import suggest_taxa, taxon_option
from apps.reports import actions
from apps.reports.actions.allowed import allow_kind
from apps.reports.states import ReportKind
from apps.sharing.policy import DRAFT_OF
from apps.sharing.policy import ReportKind as Kind
from apps.web.forms.report import order_of
from apps.web.pages.base import Page
from apps.web.pages.filing.form import FormPage
from apps.web.shown.words import Shown, may_do

HINTS = {
    ReportKind.SEIZURE: _("Goods were seized: when and where, what, and the route they took."),
    ReportKind.OPERATIONAL_INTELLIGENCE: _("Something is known that another agency can act on."),
    ReportKind.ANALYSIS: _("Patterns, routes, markets, methods: for agencies to learn from."),
}
HEADINGS = {
    ReportKind.SEIZURE: _("Report a seizure"),
    ReportKind.OPERATIONAL_INTELLIGENCE: _("Share operational intelligence"),
    ReportKind.ANALYSIS: _("Share an analysis"),
}
PATHS = {
    "seizure": ReportKind.SEIZURE,
    "intelligence": ReportKind.OPERATIONAL_INTELLIGENCE,
    "analysis": ReportKind.ANALYSIS,
}


class Start(Page):
    """Which kind of report, of those that the reader's agency files."""

    section = "file"

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = [
            {"url": reverse(f"web:new-{path}"), "label": HEADINGS[kind], "hint": HINTS[kind]}
            for path, kind in PATHS.items()
            if may_do(self.actor, DRAFT_OF[Kind(kind.value)])
        ]
        empty = {
            "title": gettext("Your account files no reports"),
            "text": gettext("Officers and liaison officers of agencies that file reports do."),
        }
        return self.page("web/file.html", {"kinds": kinds, "empty": empty, "drafts_url": reverse("web:drafts")})


class Taxa(Page):
    """Taxa that the words may mean, by any of their names: for the box over the list of taxa, which has few of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        language = get_language() or "en"
        found = suggest_taxa(request.GET.get("q", ""))
        return JsonResponse({"results": [{"label": taxon_option(row, language), "code": row.name} for row in found]})


class New(FormPage):
    """The short form: everything that suffices to tell counterparts, on one page."""

    kind = ReportKind.SEIZURE

    def get(self, request: HttpRequest) -> HttpResponse:
        allow_kind(self.actor, self.kind)
        self.filed(order_of(self.kind), self.kind, self._start())
        return self.shown({})

    def post(self, request: HttpRequest) -> HttpResponse:
        allow_kind(self.actor, self.kind)
        self.filed(order_of(self.kind), self.kind, self._start())
        if self.only_rows:
            return self.shown({})
        data = self.judged({"kind": self.kind.value})
        if self.asked == "preview":
            return self.shown(self.preview(data))
        report = actions.draft_report(actor=self.actor, data=data, now=self.now)
        return self.saved(report, reverse("web:check", args=[report.id]))

    def _start(self) -> Shown:
        """A seizure is most often found at home."""
        home = {"place": {"name": "", "country": self.actor.country}}
        return home if self.kind == ReportKind.SEIZURE else {}

    def around_form(self) -> Shown:
        back = {"url": reverse("web:file"), "label": gettext("Back")}
        return {"heading": HEADINGS[self.kind], "back": back}
