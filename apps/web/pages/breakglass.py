"""Break-glass: platform administrators ask for one report, approve, end; and the one page on which it is read."""

from abc import ABC, abstractmethod
from typing import ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.core.errors import Invalid
from apps.reports.queries import lines_of, report_for, tombstone
from apps.sharing import actions
from apps.sharing.models import Opening
from apps.sharing.queries import glass_for, openings_for
from apps.web.forms.base import Form
from apps.web.forms.glass import OpeningForm
from apps.web.forms.told import tell
from apps.web.pages.base import Page
from apps.web.pages.reports import content
from apps.web.shown.glass import banner, opening
from apps.web.shown.words import Shown

SHOWN = 50


class Openings(Page):
    """What was asked for, by whomever, and the form to ask."""

    section = "glass"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.shown()

    def shown(self, entered: Form | None = None) -> HttpResponse:
        """The page; ``entered`` is a form that came back with messages."""
        rows = openings_for(actor=self.actor, limit=SHOWN)
        context = {
            "openings": [opening(row, self.actor, self.now) for row in rows],
            "form": entered or OpeningForm(),
            "problem_form": entered,
            "problems": entered is not None,
        }
        return self.page("web/glass.html", context, 422 if entered else 200)


class Ask(Openings):
    """The first person's word."""

    fresh = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("web:glass")

    def post(self, request: HttpRequest) -> HttpResponse:
        reference, reason = request.POST.get("reference"), request.POST.get("reason")
        actions.ask_to_open(actor=self.actor, reference=reference, reason=reason, now=self.now)
        messages.success(request, gettext("It is asked for. Another administrator has to approve it within 24 hours."))
        return redirect("web:glass")

    def invalid(self, refused: Invalid) -> HttpResponse:
        form = OpeningForm(self.request.POST)
        tell(form, refused)
        return self.shown(form)

    def look_again(self) -> str:
        return reverse("web:glass")


class Verb(Page, ABC):
    """One word about an opening, by POST; afterwards back to the list."""

    section = "glass"
    done: ClassVar[str | Promise] = ""

    def get(self, request: HttpRequest, opening_id: UUID) -> HttpResponse:
        return redirect("web:glass")

    def post(self, request: HttpRequest, opening_id: UUID) -> HttpResponse:
        self.do(opening_id)
        messages.success(request, str(self.done))
        return redirect("web:glass")

    @abstractmethod
    def do(self, opening_id: UUID) -> Opening:
        """The action behind it."""

    def look_again(self) -> str:
        return reverse("web:glass")


class Approve(Verb):
    """The second person's yes."""

    fresh = True
    done = _("Approved for 60 minutes. The agency that owns the report is told.")

    def do(self, opening_id: UUID) -> Opening:
        return actions.approve_opening(actor=self.actor, opening_id=opening_id, now=self.now)


class Refuse(Verb):
    """The second person's no, or the first one's thinking better of it."""

    done = _("Refused. Nothing was opened.")

    def do(self, opening_id: UUID) -> Opening:
        return actions.refuse_opening(actor=self.actor, opening_id=opening_id, now=self.now)


class End(Verb):
    """Over before its time."""

    done = _("Ended. The report is closed again.")

    def do(self, opening_id: UUID) -> Opening:
        return actions.end_opening(actor=self.actor, opening_id=opening_id, now=self.now)


class GlassReport(Page):
    """One report, read-only, for who asked, while it lasts. Each request stands in the owner's trail."""

    section = "glass"

    def get(self, request: HttpRequest, opening_id: UUID) -> HttpResponse:
        row, reader = glass_for(actor=self.actor, opening_id=opening_id)
        shown = _read(row, reader)
        actions.record_glass_read(actor=self.actor, opening=row, now=self.now)
        back = {"url": reverse("web:glass"), "label": gettext("Back to break-glass")}
        return self.page("web/glass_report.html", {**shown, "glass": banner(row), "back": back})


def _read(row: Opening, reader: Actor) -> Shown:
    """What a reader with the opening's one token sees of the one report, through both walls; a tombstone as a tombstone."""
    assert row.label_id is not None  # as the database has it of what is open
    with acting(reader):
        report = report_for(actor=reader, report_id=row.label_id)
        if tombstone(reader, report):
            return {"gone": True, "title": report.reference}
        return content(report, lines_of(report), get_language() or "en")
