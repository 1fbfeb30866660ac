"""Everything once more, and who will be told; then it is sent."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext

from apps.agencies.policy import Asking
from apps.core.errors import Conflict, Invalid
from apps.reports import actions
from apps.reports.models import Report
from apps.reports.states import ReportKind
from apps.web.pages.filing.drafts import OfDraft
from apps.web.shown import handling
from apps.web.shown.audience import panel


class Check(OfDraft):
    """Everything once more, who will be told and who not and why; then it is sent."""

    def asking(self) -> frozenset[Asking]:
        """Whom it would tell is shown before it is sent; after a POST only where it is not (``Asks.counting``)."""
        return super().asking() | ({Asking.PREVIEW} if self.request.method == "GET" else frozenset())

    def get(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        return self._shown(self.draft(report_id))

    def post(self, request: HttpRequest, report_id: UUID) -> HttpResponse:
        draft = self.draft(report_id)
        if request.POST.get("stamp", _stamp(draft)) != _stamp(draft):
            return self._shown(draft, 409)
        report = actions.submit_report(actor=self.actor, report_id=report_id, now=self.now)
        sent = gettext("Sent. Its reference is %(reference)s.") % {"reference": report.reference}
        messages.success(request, sent)
        return redirect("web:report", report_id)

    def invalid(self, refused: Invalid) -> HttpResponse:
        return self._shown(self.draft(self.kwargs["report_id"]), 422)

    def _shown(self, report: Report, status: int = 200) -> HttpResponse:
        language, tasks = get_language() or "en", self.tasks(report)
        audience = actions.preview_draft(actor=self.actor, report_id=report.id, language=language, now=self.now)
        context = {
            "report": report,
            "stamp": _stamp(report),
            "overtaken": status == Conflict.status,
            "kind": ReportKind(report.kind).label,
            **self.answers(tasks),
            "lacking": tasks.lacking(),
            "problems": status >= 400,
            "handling": handling.banner(report.label),
            "back": {"url": reverse("web:draft", args=[report.id]), "label": gettext("Back to the list of tasks")},
            **panel(audience, self.actor, sent=False),
        }
        return self.page("web/check.html", context, status)


def _stamp(report: Report) -> str:
    """When the draft was last saved: what is sent must be what was seen."""
    return report.updated_at.isoformat()
