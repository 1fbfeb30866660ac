"""The page of a referral and its verbs: one colleague's answer is the agency's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import Actor
from apps.core.errors import Invalid
from apps.referrals import actions, queries
from apps.referrals.models import Referral
from apps.reports.queries import lines_of, tombstone
from apps.web.forms import Form
from apps.web.forms.told import tell
from apps.web.pages.base import Page
from apps.web.shown import handling
from apps.web.shown.referrals import FORMS, heading, history, standing, verbs
from apps.web.shown.reports import facts_line, specimen, stop
from apps.web.shown.times import moment, relative
from apps.web.shown.words import Shown, joined, labelled

DONE = {
    "acknowledge": _("%(reference)s is acknowledged. %(agency)s sees it."),
    "accept": _("%(reference)s is accepted. %(agency)s sees it."),
    "decline": _("%(reference)s is answered: not for you. %(agency)s sees it and your reason."),
    "reopen": _("%(reference)s waits for your answer again."),
    "actions": _("The action is recorded. %(agency)s sees it."),
    "close": _("%(reference)s is closed. %(agency)s sees what came of it."),
}


class ReferralPage(Page):
    """What is asked of one agency, why, and all that was answered. The agency and the report's originator see it."""

    def get(self, request: HttpRequest, referral_id: UUID) -> HttpResponse:
        return self.shown(referral_id)

    def shown(self, referral_id: UUID, entered: Form | None = None) -> HttpResponse:
        """The page; ``entered`` is a form that came back with messages."""
        referral = queries.referral_for(actor=self.actor, referral_id=referral_id)
        self.seen("report", object_id=referral.report_id, owner_id=referral.originator_id, referral=str(referral.id))
        context = {
            **self._report(referral),
            **referral_context(self.actor, referral, self.now, entered),
            "own": referral.agency_id == self.actor.agency_id,
            "problem_form": entered,
            "problems": entered is not None,
        }
        return self.page("web/referral.html", context, 422 if entered else 200)

    def _report(self, referral: Referral) -> Shown:
        """The little of the report that stands here; a tombstone has none."""
        report, language = referral.report, get_language() or "en"
        labels = queries.labels_of(referrals=[referral], language=language)
        shown: Shown = {
            "title": heading(self.actor, referral, labels),
            "report_url": reverse("web:report", args=[report.id]),
            "reference": report.reference,
            "originator": referral.originator.name,
            "agency": referral.agency.name,
            "gone": tombstone(self.actor, report),
        }
        if shown["gone"]:
            return shown
        lines = lines_of(report)
        return {
            **shown,
            "handling": handling.banner(report.label),
            "facts": facts_line(report, labelled(labels, report.place_country_id or "")),
            "specimens": [specimen(item, language) for item in lines.items],
            "stops": [stop(each, language) for each in lines.stops],
        }


class Answer(ReferralPage):
    """One verb of a referral, by POST; afterwards back to where it was given."""

    verb = ""

    def get(self, request: HttpRequest, referral_id: UUID) -> HttpResponse:
        return redirect("web:referral", referral_id)

    def post(self, request: HttpRequest, referral_id: UUID) -> HttpResponse:
        _do(self.verb, self.actor, referral_id, request.POST, self.now)
        referral = queries.referral_for(actor=self.actor, referral_id=referral_id)
        words = {"reference": referral.report.reference, "agency": referral.originator.name}
        messages.success(request, DONE[self.verb] % words)
        return redirect("web:inbox") if request.GET.get("from") == "inbox" else redirect("web:referral", referral_id)

    def invalid(self, refused: Invalid) -> HttpResponse:
        form = FORMS[self.verb](self.request.POST)
        tell(form, refused)
        return self.shown(self.kwargs["referral_id"], form)

    def look_again(self) -> str:
        return reverse("web:referral", args=[self.kwargs["referral_id"]])


def _do(verb: str, actor: Actor, referral_id: UUID, words: Mapping[str, Any], now: datetime) -> None:
    """The action behind each verb; what it needs of words stands in the form."""
    if verb == "decline":
        actions.decline(actor=actor, referral_id=referral_id, reason=words.get("reason"), now=now)
    elif verb == "close":
        actions.close(actor=actor, referral_id=referral_id, outcome=words.get("outcome"), now=now)
    elif verb == "actions":
        kind, text = words.get("kind"), words.get("text")
        actions.record_action(actor=actor, referral_id=referral_id, kind=kind, text=text, now=now)
    else:
        plain = {"acknowledge": actions.acknowledge, "accept": actions.accept, "reopen": actions.reopen}
        plain[verb](actor=actor, referral_id=referral_id, now=now)


def referral_context(actor: Actor, referral: Referral, now: datetime, entered: Form | None = None) -> Shown:
    """What a page shows of one referral: why, what is asked, how it stands, its verbs and its history."""
    labels = queries.labels_of(referrals=[referral], language=get_language() or "en")
    done = queries.actions_of(referrals=[referral])[referral.id]
    due = joined([moment(referral.due_at), relative(referral.due_at, now)]) if referral.due_at else ""
    return {
        "referral": {
            "url": reverse("web:referral", args=[referral.id]),
            "why": queries.why(referral, labels),
            "ask": queries.asked(referral),
            "due_at": due,
            **standing(referral, now),
        },
        "verbs": verbs(actor=actor, referral=referral, entered=entered),
        "events": history(referral, done),
    }
