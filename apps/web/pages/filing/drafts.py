"""A draft: its task list, its sections, its end. Every page about one is its own agency's alone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext

from apps.agencies.queries import agencies_by_code
from apps.core.errors import Conflict, Invalid, NotFound
from apps.reference.queries import country_labels
from apps.reports import actions
from apps.reports.actions.allowed import allow_kind
from apps.reports.actions.drafting import agencies_in, stored_data
from apps.reports.models import Report
from apps.reports.queries import lines_of, own_report_for
from apps.reports.states import ReportKind, ReportState
from apps.sharing.policy import DRAFT_OF
from apps.sharing.policy import ReportKind as Kind
from apps.web.forms.report import SECTIONS, order_of
from apps.web.pages.base import Page
from apps.web.pages.filing.form import FormPage
from apps.web.shown import handling
from apps.web.shown.draft import Tasks, check_cards
from apps.web.shown.reports import specimen, stop
from apps.web.shown.times import clock, day
from apps.web.shown.words import Shown, may_do


class OfDraft(Page):
    """A page about one draft of the reader's own agency. What has left the draft state has its own page."""

    section = "drafts"

    def draft(self, report_id: UUID) -> Report:
        """The draft; Conflict where it was sent meanwhile."""
        report = own_report_for(actor=self.actor, report_id=report_id)
        if report.state != ReportState.DRAFT:
            raise Conflict("not_a_draft", gettext("This report has been sent meanwhile."))
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id)
        return report

    def own_to_change(self, report_id: UUID) -> Report:
        """The draft, for those whose role it is to change it; their colleagues only read it."""
        report = self.draft(report_id)
        allow_kind(self.actor, report.kind)
        return report

    def tasks(self, report: Report) -> Tasks:
        """How far the draft has come."""
        data = stored_data(report)
        agencies = agencies_by_code(sorted(codes)) if (codes := agencies_in(data)) else {}
        return Tasks(report, data, self.labels(data), agencies, self.now)

    def answers(self, tasks: Tasks) -> Shown:
        """All that was entered, card by card."""
        language, lines = get_language() or "en", lines_of(tasks.report)
        return {
            "cards": check_cards(tasks),
            "specimens": [specimen(item, language) for item in lines.items],
            "stops": [stop(each, language) for each in lines.stops],
        }

    def look_again(self) -> str:
        return reverse("web:report", args=[self.kwargs["report_id"]])

    def labels(self, data: Shown) -> dict[str, str]:
        """The labels of every country that the draft speaks of."""
        codes = {stop["country"] for stop in data["route"]} | {data["place"]["country"]}
        return country_labels(codes=codes - {""}, language=get_language() or "en")


class Draft(OfDraft):
    """The task list of a draft; to a colleague who does not file, what stands in it."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = own_report_for(actor=self.actor, report_id=report_id)
        if report.state != ReportState.DRAFT:
            return redirect("web:report", report_id)
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id)
        tasks = self.tasks(report)
        changes = may_do(self.actor, DRAFT_OF[Kind(report.kind)])
        context: Shown = {
            "report": report,
            "kind": ReportKind(report.kind).label,
            "title": tasks.title,
            "changes": changes,
            "tasks": tasks.shown() if changes else [],
            **({} if changes else self.answers(tasks)),
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
        if self.by_itself:
            return self._kept(stored, self.judged(stored))
        data = self.judged(stored)
        if self.asked == "preview":
            return self.shown(self.preview(data))
        report = actions.change_draft(actor=self.actor, report_id=report_id, data=self.filing.entered(), now=self.now)
        return self.saved(report, self._following(name))

    def _kept(self, stored: Shown, data: Shown) -> HttpResponse:
        """The draft saved while it is being written; what the page says of it, and the stamp for the next time."""
        if data != stored:
            entered = self.filing.entered()
            actions.change_draft(actor=self.actor, report_id=self.report.id, data=entered, now=self.now)
            self.report = self.own_to_change(self.report.id)
        self.unseen()
        said = gettext("Draft saved at %(time)s") % {"time": saved_words(self.report, self.now)}
        return JsonResponse({"saved": said, "stamp": self.report.updated_at.isoformat()})

    def invalid(self, refused: Invalid) -> HttpResponse:
        if self.by_itself:
            return JsonResponse({}, status=422)
        self.seen("report", object_id=self.report.id, owner_id=self.report.label.originator_id)
        return super().invalid(refused)

    @property
    def by_itself(self) -> bool:
        """Whether the page saves what is being written, and nobody pressed a button."""
        return self.asked == "autosave"

    @property
    def stamp(self) -> str:
        """When the draft had been saved that this page was opened with."""
        now = self.report.updated_at.isoformat()
        return self.request.POST.get("stamp", now) if self.request.method == "POST" else now

    def _overtaken(self) -> HttpResponse:
        """A colleague has saved since: what they said (whom to leave out!) is not written over unseen."""
        if self.by_itself:
            self.unseen()
            return JsonResponse({}, status=Conflict.status)
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
        self.report = self.own_to_change(report_id)
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


class Delete(OfDraft):
    """Ask once more, then remove the draft."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = self.own_to_change(report_id)
        title = self.tasks(report).title
        return self.page(
            "web/delete.html", {"report": report, "title": title, "handling": handling.banner(report.label)}
        )

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        actions.delete_draft(actor=self.actor, report_id=report_id, now=self.now)
        messages.success(request, gettext("The draft is deleted."))
        return redirect("web:drafts")


def saved_words(report: Report, now: Any) -> str:
    """When the draft was last saved; the day too, where it was not today."""
    same = day(report.updated_at) == day(now)
    return clock(report.updated_at) if same else f"{clock(report.updated_at)}, {day(report.updated_at)}"
