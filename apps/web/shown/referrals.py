"""A referral in words: its card, how it stands, what may be done, what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import Actor
from apps.core.states import may_move
from apps.referrals import queries
from apps.referrals.models import Action, Referral
from apps.referrals.states import ActionKind, ReferralState
from apps.reports.queries import tombstone
from apps.sharing.policy import Verb
from apps.sharing.routing import Part
from apps.web.forms import Form
from apps.web.forms.answers import ActionForm, CloseForm, DeclineForm
from apps.web.shown.reports import title_of
from apps.web.shown.times import day, moment, relative, short_day
from apps.web.shown.words import Shown, joined, labelled, may_do

S = ReferralState
TONES = {
    S.OPEN: "yellow",
    S.ACKNOWLEDGED: "blue",
    S.ACCEPTED: "blue",
    S.ACTED: "purple",
    S.CLOSED: "green",
    S.DECLINED: "orange",
    S.CANCELLED: "grey",
}
Labels = Mapping[str, str]
OFF_ROUTE = (Part.NAMED, Part.PASSED_ON)  # no country's: they have no place on the way of the goods
FORMS = {"decline": DeclineForm, "actions": ActionForm, "close": CloseForm}
ACTED_ON = (S.ACCEPTED, S.ACTED)  # where an action may be recorded


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb as it is offered: its address' last word, its label, the state it leads to, what ends its form."""

    name: str
    label: Promise
    target: S
    send: str | Promise = ""


OFFERS = (
    Offer("acknowledge", _("Acknowledge"), S.ACKNOWLEDGED),
    Offer("actions", _("Record an action"), S.ACTED, _("Record it")),
    Offer("accept", _("Accept"), S.ACCEPTED),
    Offer("close", _("Close"), S.CLOSED, _("Close the referral")),
    Offer("decline", _("Not for us"), S.DECLINED, _("Send this answer")),
    Offer("reopen", _("Take it up again"), S.OPEN),
)


def verbs(*, actor: Actor, referral: Referral, origin: str = "", entered: Form | None = None) -> list[Shown]:
    """What the actor may answer now, the likeliest first; nothing to those who may not. ``origin``: the page to go back to.

    ``entered`` is a form that came back with messages: it stands open in its verb's place.
    """
    theirs = referral.agency_id == actor.agency_id and not tombstone(actor, referral.report)
    if not theirs or not may_do(actor, Verb.ANSWER):
        return []
    offers = [offer for offer in OFFERS if _may_follow(referral, offer)]
    return [_verb(referral, offer, origin, entered, first=at == 0) for at, offer in enumerate(offers)]


def _may_follow(referral: Referral, offer: Offer) -> bool:
    if offer.name == "actions":
        return referral.state in ACTED_ON
    return may_move(queries.arrows_of(referral), referral.state, offer.target)


def _verb(referral: Referral, offer: Offer, origin: str, entered: Form | None, *, first: bool) -> Shown:
    shown: Shown = {
        "label": offer.label,
        "send": offer.send,
        "url": reverse(f"web:{offer.name}", args=[referral.id]) + (f"?from={origin}" if origin else ""),
        "style": "primary" if first and offer.name != "reopen" else "secondary",
        "about": referral.report.reference,
    }
    made = FORMS.get(offer.name)
    if made:
        fresh = made(auto_id=f"id_{referral.id.hex[:8]}_%s")
        shown["form"] = entered if isinstance(entered, made) else fresh
    return shown


def card(*, actor: Actor, referral: Referral, labels: Labels, now: datetime) -> Shown:
    """One referral of the inbox, or a tombstone. ``labels`` are those of all countries on the page."""
    gone = tombstone(actor, referral.report)
    return {
        "url": reverse("web:referral", args=[referral.id]),
        "title": heading(actor, referral, labels),
        "reference": referral.report.reference,
        "filed": gettext("sent %(day)s") % {"day": day(referral.opened_at)},
        **({} if gone else _told(referral, labels)),
        **standing(referral, now),
        "verbs": verbs(actor=actor, referral=referral, origin="inbox"),
    }


def _told(referral: Referral, labels: Labels) -> Shown:
    """What a tombstone does not tell."""
    return {
        "agency": referral.originator.name,
        "tlp": referral.report.label.tlp,
        "sentence": queries.why(referral, labels),
        "ask": "" if referral.for_information else queries.asked(referral),
    }


def heading(actor: Actor, referral: Referral, labels: Labels) -> str:
    """The report's title, or what is left of it where it was withdrawn."""
    report = referral.report
    if tombstone(actor, report):
        return gettext("Withdrawn report")
    return title_of(report, labelled(labels, report.place_country_id or ""))


def standing(referral: Referral, now: datetime) -> Shown:
    """The tags and the urgency of a referral: its due time while it waits, else its state."""
    if referral.state != S.OPEN:
        return {"state": state_tag(referral), "urgency": "done"}
    if referral.due_at is None:
        return {"state": {"label": gettext("For information"), "tone": "blue"}, "urgency": "info"}
    late = referral.due_at < now
    return {
        "due": {"label": due_words(referral.due_at, now), "tone": "red" if late else "yellow"},
        "urgency": "overdue" if late else "due",
    }


def due_words(due: datetime, now: datetime) -> str:
    """``Answer by 25 November · in 3 days``."""
    by = gettext("Answer by %(day)s") % {"day": short_day(due, now)}
    return joined([by, relative(due, now)])


def state_tag(referral: Referral) -> Shown:
    """The state on its colour."""
    state = S(referral.state)
    return {"label": state.label, "tone": TONES[state]}


def answer(referral: Referral, labels: Labels, actions: Iterable[Action], now: datetime) -> Shown:
    """How one agency answered, for the originator."""
    waits = referral.state == S.OPEN and referral.due_at is not None
    said = [f"{action_kind(action)}, {day(action.at)}: {action.text}" for action in actions]
    return {
        "agency": referral.agency.name,
        "url": reverse("web:referral", args=[referral.id]),
        "parts": parts(referral),
        "sentence": queries.why(referral, labels),
        "ask": queries.asked(referral),
        "state": state_tag(referral),
        "due": due_words(referral.due_at, now) if waits and referral.due_at else "",
        "when": moment(referral.moved_at) if referral.state != S.OPEN else "",
        "text": "\n".join(filter(None, [_refusal(referral), *said, referral.outcome])),
    }


def _refusal(referral: Referral) -> str:
    """Why it was not for the agency; of a refusal that was taken back, that it no longer stands."""
    if referral.state == S.DECLINED or not referral.reason:
        return referral.reason
    return gettext("Refused at first, and taken up again: %(reason)s") % {"reason": referral.reason}


def parts(referral: Referral) -> list[str]:
    """The parts of the route, each once, in order."""
    return list(dict.fromkeys(part["part"] for part in referral.parts if part["part"] not in OFF_ROUTE))


def history(referral: Referral, actions: Iterable[Action]) -> list[Shown]:
    """What happened, oldest first, as far as the rows tell."""
    events = [event(referral.opened_at, gettext("Arrived"), referral.agency.name)]
    events += [event(each.at, action_kind(each), each.by.name, each.text) for each in actions]
    if referral.reason and referral.state != S.DECLINED:
        events.insert(
            1, event(referral.opened_at, gettext("Refused at first, and taken up again"), text=referral.reason)
        )
    if referral.state not in {S.OPEN, S.ACTED}:
        who = referral.moved_by.name if referral.moved_by else ""
        text = referral.reason if referral.state == S.DECLINED else referral.outcome
        events.append(event(referral.moved_at, str(S(referral.state).label), who, text))
    return events


def event(when: datetime, what: str, who: str = "", text: str = "") -> Shown:
    """One line of a history."""
    return {"when": moment(when), "iso": when.isoformat(), "what": what, "who": who, "text": text}


def action_kind(action: Action) -> str:
    """The kind of an action in words; a kind that we have no word for stands for itself."""
    return str(dict(ActionKind.choices).get(action.kind, action.kind))
