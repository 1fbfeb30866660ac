"""The page of a report, and what its originator does with it: withdraw it, copy it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext

from apps.reference.queries import label_in
from apps.referrals import queries as referrals
from apps.referrals.states import ANSWERED
from apps.reports import actions
from apps.reports.models import Report
from apps.reports.queries import Lines, is_originator, lines_of, narrative_of, own_report_for, report_for, tombstone
from apps.reports.queries.audience import Audience, audience_of
from apps.reports.states import ReportState
from apps.sharing.policy import Verb
from apps.web.pages.base import Page
from apps.web.pages.referrals import referral_context
from apps.web.shown import handling
from apps.web.shown.audience import panel, why_reader
from apps.web.shown.passings import passing
from apps.web.shown.referrals import answer
from apps.web.shown.reports import fact_card, specimen, state_tag, stop, title_of
from apps.web.shown.times import moment
from apps.web.shown.words import Shown, may_do


class ReportPage(Page):
    """A report as this reader may see it. A draft is its agency's task list; a withdrawn one is a tombstone to others."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_for(actor=self.actor, report_id=report_id)
        if report.state == ReportState.DRAFT:
            return redirect("web:draft", report_id)
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id)
        if tombstone(self.actor, report):
            return self.page("web/tombstone.html", _tombstone(report))
        return self._shown(report)

    def _shown(self, report: Report) -> HttpResponse:
        language = get_language() or "en"
        audience = audience_of(actor=self.actor, report=report, language=language)
        own = is_originator(self.actor, report)
        sides = self._for_originator(report, audience) if own else self._for_reader(report, audience)
        shown = content(report, lines_of(report), language)
        may = {"own": own, "may_print": may_do(self.actor, Verb.PRINT)}
        return self.page("web/report.html", {**shown, **may, **sides, **self._passings(report)})

    def _passings(self, report: Report) -> Shown:
        """What was asked to be passed on, as this reader may know it, and whether there is anything to ask for."""
        rows = referrals.passings_for(actor=self.actor, report_id=report.id)
        may_ask = referrals.may_ask_to_pass_on(actor=self.actor, report=report)
        offered = may_ask and referrals.receivers_for(actor=self.actor, report=report)
        return {"passings": [passing(row) for row in rows], "may_pass_on": bool(offered)}

    def _for_originator(self, report: Report, audience: Audience) -> Shown:
        rows = list(referrals.on_own_reports(actor=self.actor).filter(report_id=report.id))
        done = referrals.actions_of(referrals=rows)
        labels = referrals.labels_of(referrals=rows, language=get_language() or "en")
        submitted = report.state == ReportState.SUBMITTED
        return {
            **panel(audience, self.actor, sent=True),
            "state": state_tag(report),
            "answered": sum(row.state in ANSWERED for row in rows),
            "answers": [answer(row, labels, done[row.id], self.now) for row in rows],
            "being_told": bool(audience.told and not rows and submitted),
            "may_copy": may_do(self.actor, Verb.SUBMIT),
            "may_withdraw": submitted and may_do(self.actor, Verb.WITHDRAW),
        }

    def _for_reader(self, report: Report, audience: Audience) -> Shown:
        found = referrals.received(actor=self.actor).filter(report_id=report.id).select_related("moved_by").first()
        if found is None:
            return {"why": why_reader(audience)}
        return referral_context(self.actor, found, self.now)


def _tombstone(report: Report) -> Shown:
    return {
        "reference": report.reference,
        "sent": moment(report.submitted_at) if report.submitted_at else "",
        "withdrawn": moment(report.withdrawn_at) if report.withdrawn_at else "",
    }


def content(report: Report, lines: Lines, language: str) -> Shown:
    """What was reported, without who may read it."""
    place = label_in(report.place_country, language) if report.place_country else ""
    return {
        "report": report,
        "narrative": narrative_of(report),
        "title": title_of(report, place),
        "handling": handling.banner(report.label),
        "card": fact_card(report, place),
        "marking": handling.words(report.label),
        "specimens": [specimen(item, language) for item in lines.items],
        "stops": [stop(each, language) for each in lines.stops],
    }


class Withdraw(Page):
    """Ask once more, then leave a tombstone."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = own_report_for(actor=self.actor, report_id=report_id)
        if report.state != ReportState.SUBMITTED:
            return redirect("web:report", report_id)
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id)
        place = label_in(report.place_country, get_language() or "en") if report.place_country else ""
        back = {"url": reverse("web:report", args=[report_id]), "label": gettext("Back to the report")}
        context = {
            "report": report,
            "title": title_of(report, place),
            "handling": handling.banner(report.label),
            "back": back,
        }
        return self.page("web/withdraw.html", context)

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = actions.withdraw_report(actor=self.actor, report_id=report_id, now=self.now)
        done = gettext("%(reference)s is withdrawn. Its readers learn that it was, and see no more of it.")
        messages.success(request, done % {"reference": report.reference})
        return redirect("web:report", report_id)

    def look_again(self) -> str:
        return reverse("web:report", args=[self.kwargs["report_id"]])


class Copy(Page):
    """A new draft with the same content, but without the case number."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return redirect("web:report", report_id)

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        draft = actions.copy_report(actor=self.actor, report_id=report_id, now=self.now)
        messages.success(request, gettext("This is a copy. Nothing is sent until you check and send it."))
        return redirect("web:draft", draft.id)
