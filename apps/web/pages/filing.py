"""Filing a report: the short form, the draft with its sections, checking, sending, deleting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.queries import agencies_by_code
from apps.core.errors import Conflict, Invalid, NotFound
from apps.reference.queries import country_labels, suggest_taxa, taxon_option
from apps.reports import actions
from apps.reports.actions.allowed import allow_kind
from apps.reports.actions.drafting import stored_data, understood
from apps.reports.models import Report
from apps.reports.queries import lines_of, own_report_for
from apps.reports.states import ReportKind, ReportState
from apps.sharing.policy import DRAFT_OF
from apps.sharing.policy import ReportKind as Kind
from apps.web.forms.report import SECTIONS, Filing, Lists, order_of
from apps.web.pages.base import Page
from apps.web.shown import handling
from apps.web.shown.audience import panel
from apps.web.shown.draft import Tasks, check_cards
from apps.web.shown.reports import specimen, stop
from apps.web.shown.times import clock, day
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


class FormPage(Page):
    """A page with sections of the report form. Nothing typed is lost: what is refused is shown again as it was typed."""

    section = "file"
    filing: Filing

    def filed(self, names: tuple[str, ...], kind: str, stored: Shown) -> Filing:
        """The sections, from what is stored, or from what was posted with the row verb done."""
        lists = Lists(actor=self.actor, language=get_language() or "en")
        posted = self.request.POST if self.request.method == "POST" else None
        self.filing = Filing(names=names, kind=kind, lists=lists, stored=stored, posted=posted, verb=self.asked)
        return self.filing

    @property
    def asked(self) -> str:
        """Which button was pressed: save, later, preview, or a row's verb."""
        return self.request.POST.get("do", "save")

    @property
    def only_rows(self) -> bool:
        """Whether the button only adds, removes or moves a row."""
        return ":" in self.asked

    def judged(self, stored: Shown) -> Shown:
        """What was typed, as JSON, over what is stored; Invalid with all that the forms and the verbs find wrong."""
        sound = self.filing.is_valid()
        data = {**stored, **self.filing.entered()}
        if not sound:
            understood(
                actor=self.actor, data=data, now=self.now
            )  # finds what else is wrong, so that all is said at once
            raise Invalid(errors={"": []})
        return data

    def preview(self, data: Shown) -> Shown:
        """Who would be told, for the panel."""
        language = get_language() or "en"
        audience = actions.preview_content(actor=self.actor, data=data, language=language, now=self.now)
        return {"panel": {**panel(audience, self.actor, sent=False), "focus": True}}

    def invalid(self, refused: Invalid) -> HttpResponse:
        self.filing.tell(refused)
        return self.shown({"problems": True}, 422)

    def shown(self, context: Shown, status: int = 200) -> HttpResponse:
        """The form's page."""
        filing = self.filing
        common = {"filing": filing, "lists": filing.vocabularies, "words": True}
        return self.page("web/filing_form.html", {**common, **self.around_form(), **context}, status)

    def around_form(self) -> Shown:
        """Heading and the like."""
        raise NotImplementedError

    def saved(self, report: Report, following: str) -> HttpResponse:
        """After saving: on, or back to the task list."""
        if self.asked == "later":
            messages.success(self.request, gettext("The draft is saved. You find it under Drafts."))
            return redirect("web:draft", report.id)
        return redirect(following)


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


class OfDraft(Page):
    """A page about one draft of the reader's own agency. What has left the draft state has its own page."""

    section = "drafts"

    def draft(self, report_id: UUID) -> Report:
        """The draft; Conflict where it was sent meanwhile."""
        report = own_report_for(actor=self.actor, report_id=report_id)
        if report.state != ReportState.DRAFT:
            raise Conflict("not_a_draft", gettext("This report has been sent meanwhile."))
        return report

    def look_again(self) -> str:
        return reverse("web:report", args=[self.kwargs["report_id"]])

    def labels(self, data: Shown) -> dict[str, str]:
        """The labels of every country that the draft speaks of."""
        codes = {stop["country"] for stop in data["route"]} | {data["place"]["country"]}
        return country_labels(codes=codes - {""}, language=get_language() or "en")


class Draft(OfDraft):
    """The task list of a draft."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = own_report_for(actor=self.actor, report_id=report_id)
        if report.state != ReportState.DRAFT:
            return redirect("web:report", report_id)
        data = stored_data(report)
        tasks = Tasks(report, data, self.labels(data), self.now)
        context = {
            "report": report,
            "kind": ReportKind(report.kind).label,
            "title": tasks.title,
            "tasks": tasks.shown(),
            "done": tasks.done,
            "all": len(tasks.states),
            "saved_at": saved_words(report, self.now),
            "handling": handling.banner(report.label),
        }
        return self.page("web/draft.html", context)


class SectionPage(FormPage, OfDraft):
    """One section of a draft, saved by itself."""

    section = "drafts"
    report: Report

    def get(self, request: HttpRequest, report_id: UUID, name: str) -> HttpResponse:
        self._filed(report_id, name)
        return self.shown({})

    def post(self, request: HttpRequest, report_id: UUID, name: str) -> HttpResponse:
        stored = self._filed(report_id, name)
        if self.only_rows:
            return self.shown({})
        if self.stamp != self.report.updated_at.isoformat():
            return self._overtaken()
        data = self.judged(stored)
        if self.asked == "preview":
            return self.shown(self.preview(data))
        report = actions.change_draft(actor=self.actor, report_id=report_id, data=self.filing.entered(), now=self.now)
        return self.saved(report, self._following(name))

    @property
    def stamp(self) -> str:
        """When the draft had been saved that this page was opened with."""
        now = self.report.updated_at.isoformat()
        return self.request.POST.get("stamp", now) if self.request.method == "POST" else now

    def _overtaken(self) -> HttpResponse:
        """A colleague has saved since: what they said (whom to leave out!) is not written over unseen."""
        said = gettext(
            "A colleague saved this draft at %(time)s, after you opened this page. What you typed is still here."
        )
        advice = gettext(
            "Look at the draft in another tab; if you save again, this page replaces what they entered in it."
        )
        self.filing.loose += [said % {"time": clock(self.report.updated_at)}, advice]
        return self.shown({"problems": True, "stamp": self.report.updated_at.isoformat()}, 409)

    def _filed(self, report_id: UUID, name: str) -> Shown:
        if name not in SECTIONS:
            raise NotFound
        self.report = self.draft(report_id)
        stored = stored_data(self.report)
        self.filed((name,), self.report.kind, stored)
        return stored

    def _following(self, name: str) -> str:
        """The next section, or the check behind the last."""
        order = order_of(self.report.kind)
        at = order.index(name) + 1
        if at < len(order):
            return reverse("web:section", args=[self.report.id, order[at]])
        return reverse("web:check", args=[self.report.id])

    def around_form(self) -> Shown:
        return {
            "heading": self.filing.sections[0].title,
            "caption": ReportKind(self.report.kind).label,
            "one": True,
            "back": {"url": reverse("web:draft", args=[self.report.id]), "label": gettext("Back to the list of tasks")},
            "saved_at": saved_words(self.report, self.now),
            "stamp": self.stamp,
            "handling": handling.banner(self.report.label),
        }


def saved_words(report: Report, now: Any) -> str:
    """When the draft was last saved; the day too, where it was not today."""
    same = day(report.updated_at) == day(now)
    return clock(report.updated_at) if same else f"{clock(report.updated_at)}, {day(report.updated_at)}"


class Check(OfDraft):
    """Everything once more, who will be told and who not and why; then it is sent."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return self._shown(self.draft(report_id))

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = actions.submit_report(actor=self.actor, report_id=report_id, now=self.now)
        sent = gettext("Sent. Its reference is %(reference)s.") % {"reference": report.reference}
        messages.success(request, sent)
        return redirect("web:report", report_id)

    def invalid(self, refused: Invalid) -> HttpResponse:
        return self._shown(self.draft(self.kwargs["report_id"]), 422)

    def _shown(self, report: Report, status: int = 200) -> HttpResponse:
        language, data = get_language() or "en", stored_data(report)
        tasks = Tasks(report, data, self.labels(data), self.now)
        audience = actions.preview_draft(actor=self.actor, report_id=report.id, language=language, now=self.now)
        named = agencies_by_code([*data["named"], *data["withheld_from"]])
        lines = lines_of(report)
        context = {
            "report": report,
            "kind": ReportKind(report.kind).label,
            "cards": check_cards(tasks, {code: agency.name for code, agency in named.items()}),
            "specimens": [specimen(item, language) for item in lines.items],
            "stops": [stop(each, language) for each in lines.stops],
            "lacking": tasks.lacking(),
            "problems": status >= 400,
            "handling": handling.banner(report.label),
            "back": {"url": reverse("web:draft", args=[report.id]), "label": gettext("Back to the list of tasks")},
            **panel(audience, self.actor, sent=False),
        }
        return self.page("web/check.html", context, status)


class Delete(OfDraft):
    """Ask once more, then remove the draft."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = self.draft(report_id)
        data = stored_data(report)
        tasks = Tasks(report, data, self.labels(data), self.now)
        return self.page(
            "web/delete.html", {"report": report, "title": tasks.title, "handling": handling.banner(report.label)}
        )

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        actions.delete_draft(actor=self.actor, report_id=report_id, now=self.now)
        messages.success(request, gettext("The draft is deleted."))
        return redirect("web:drafts")
