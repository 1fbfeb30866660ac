"""A recipient asks to pass a report on to one more agency of its country."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext

from apps.core.errors import Invalid
from apps.reference.queries import label_in
from apps.referrals import actions
from apps.referrals.queries import may_ask_to_pass_on, receivers_for
from apps.reports.queries import report_for, tombstone
from apps.web.forms.passing import PassingForm
from apps.web.forms.told import tell
from apps.web.pages.base import Page
from apps.web.shown import handling
from apps.web.shown.reports import title_of


class PassOn(Page):
    """To whom, and why. What is offered is what everybody knows; who reads it already changes nothing on this page."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return self.shown(report_id)

    def shown(self, report_id: UUID, entered: PassingForm | None = None) -> HttpResponse:
        """The page; ``entered`` is a form that came back with messages."""
        report = report_for(actor=self.actor, report_id=report_id)
        if tombstone(self.actor, report) or not may_ask_to_pass_on(actor=self.actor, report=report):
            return redirect("web:report", report_id)
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id, page="pass_on")
        place = label_in(report.place_country, get_language() or "en") if report.place_country else ""
        context = {
            "report": report,
            "title": title_of(report, place),
            "handling": handling.banner(report.label),
            "back": {"url": reverse("web:report", args=[report_id]), "label": gettext("Back to the report")},
            "form": entered or PassingForm(receivers=receivers_for(actor=self.actor, report=report)),
            "problem_form": entered,
            "problems": entered is not None,
        }
        return self.page("web/pass_on.html", context, 422 if entered else 200)

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        agency, reason = request.POST.get("agency"), request.POST.get("reason")
        actions.ask_to_pass_on(actor=self.actor, report_id=report_id, agency=agency, reason=reason, now=self.now)
        messages.success(request, gettext("It is asked for. The answer will stand on the page of the report."))
        return redirect("web:report", report_id)

    def invalid(self, refused: Invalid) -> HttpResponse:
        report = report_for(actor=self.actor, report_id=self.kwargs["report_id"])
        form = PassingForm(self.request.POST, receivers=receivers_for(actor=self.actor, report=report))
        tell(form, refused)
        return self.shown(report.id, form)

    def look_again(self) -> str:
        return reverse("web:report", args=[self.kwargs["report_id"]])
