"""A report for paper. That it was printed is in the trail, and who printed it on the paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext

from apps.core.errors import NotAllowed
from apps.reports.queries import lines_of, report_for, tombstone
from apps.reports.states import ReportState
from apps.sharing.policy import Verb
from apps.web.pages.base import Page
from apps.web.pages.reports import content
from apps.web.shown.times import moment
from apps.web.shown.words import may_do


class PrintReport(Page):
    """The content without anything that one clicks; the browser's own print command does the rest, without JavaScript."""

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        report = report_for(actor=self.actor, report_id=report_id)
        if report.state == ReportState.DRAFT or tombstone(self.actor, report):
            return redirect("web:report", report_id)
        if not may_do(self.actor, Verb.PRINT):
            raise NotAllowed
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id, verb="print")
        stamp = gettext(
            "Printed by %(person)s, %(agency)s, %(time)s. The agency that filed this report sees that it was."
        )
        words = {"person": self.actor.name, "agency": self.actor.agency_name, "time": moment(self.now)}
        shown = content(report, lines_of(report), get_language() or "en")
        return self.page("web/print.html", {**shown, "stamp": stamp % words})
