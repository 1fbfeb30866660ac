"""Reading referrals: one's own agency's, and those on one's own agency's reports."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from apps.agencies.policy import Actor, Card
from apps.agencies.queries import law_enforcement_in
from apps.core.errors import NotFound
from apps.core.states import Arrows
from apps.reference.queries import country_labels
from apps.referrals.models import Action, Passing, Referral
from apps.referrals.states import ANSWERED, ARROWS, INFORMATION_ARROWS, PassingState, ReferralState
from apps.reports.models import Report
from apps.reports.queries import is_originator, tombstone
from apps.sharing.policy import Handling, Stage, Tlp, Verb, may
from apps.sharing.queries import part_from
from apps.sharing.routing import ask
from apps.sharing.sentences import NO_CONSENT, render_ask, render_why

Mark = tuple[datetime, UUID]


def referrals_for(*, actor: Actor) -> QuerySet[Referral]:
    """Every referral that the actor may see, without the long texts of its report."""
    rows = Referral.objects.visible_to(actor).select_related("agency", "originator", "report__label")
    return rows.defer("report__narrative", "report__narrative_sealed", "report__label__search")


def referral_for(*, actor: Actor, referral_id: UUID) -> Referral:
    """The referral, if the actor may see it; else NotFound."""
    referral = referrals_for(actor=actor).filter(id=referral_id).first()
    if referral is None:
        raise NotFound
    return referral


def received(*, actor: Actor) -> QuerySet[Referral]:
    """The actor's agency's own referrals, newest first."""
    return referrals_for(actor=actor).filter(agency=actor.agency_id).order_by("-opened_at", "-id")


def on_own_reports(*, actor: Actor) -> QuerySet[Referral]:
    """The referrals on the actor's agency's reports, newest first."""
    return referrals_for(actor=actor).filter(originator=actor.agency_id).order_by("-opened_at", "-id")


def newest(*, actor: Actor, narrowed: Q, before: Mark | None, limit: int, mine: bool = False) -> list[Referral]:
    """At most so many of the actor's agency's referrals (``mine``: of those on its reports), newest first, behind a mark.

    Which ones is decided on their own table, in the order of its index. With labels and reports joined, each behind the
    second wall, the planner takes a long list for a short one and reads all of it (measured: 10 times slower).
    """
    side = Q(originator=actor.agency_id) if mine else Q(agency=actor.agency_id)
    rows = Referral.objects.filter(side, narrowed)
    if before:
        rows = rows.filter(Q(opened_at__lt=before[0]) | Q(opened_at=before[0], id__lt=before[1]))
    ids = rows.order_by("-opened_at", "-id").values("id")[:limit]
    return list(referrals_for(actor=actor).filter(id__in=ids).order_by("-opened_at", "-id"))


def actions_of(*, referrals: Collection[Referral]) -> dict[UUID, list[Action]]:
    """Referral → what its agency did, oldest first, in one statement; ``referrals`` come from the queries above."""
    found: dict[UUID, list[Action]] = {referral.id: [] for referral in referrals}
    for action in Action.objects.filter(referral_id__in=found).select_related("by").order_by("at", "id"):
        found[action.referral_id].append(action)
    return found


def waiting() -> Q:
    """Open: nobody of the agency has answered yet."""
    return Q(state=ReferralState.OPEN)


def overdue(now: datetime) -> Q:
    """Open beyond its due time; what is for information is never overdue."""
    return Q(state=ReferralState.OPEN, due_at__lt=now)


def passings_for(*, actor: Actor, report_id: UUID) -> list[Passing]:
    """What was asked to be passed on of one report: all to its originator, one's own agency's to any other reader."""
    rows = Passing.objects.visible_to(actor).filter(report_id=report_id)
    return list(rows.select_related("agency", "asked_by").order_by("asked_at", "id"))


def passing_to(*, actor: Actor, report_id: UUID, agency_id: UUID) -> Passing | None:
    """What the actor's own agency has asked for this receiver."""
    rows = Passing.objects.visible_to(actor).filter(asked_by_id=actor.agency_id, report_id=report_id)
    return rows.filter(agency_id=agency_id).select_related("agency", "asked_by").first()


def receivers_for(*, actor: Actor, report: Report) -> list[Card]:
    """To whom the actor's agency may ask to pass a report on: what everybody knows, and nothing of who reads it already."""
    known = {actor.agency_token, report.label.originator.token}
    return [card for card in law_enforcement_in(actor.country) if card.token not in known]


def may_ask_to_pass_on(*, actor: Actor, report: Report) -> bool:
    """Whether the report's marking, which every reader sees, leaves anything to ask; for showing the button."""
    label = report.label
    marked = label.tlp == Tlp.AMBER and Handling.H2 not in label.handling and label.stage == Stage.SHARED
    verb = may(verb=Verb.PASS_ON, roles=actor.roles, kind=actor.kind, law_enforcement=actor.law_enforcement)
    return marked and verb and not is_originator(actor, report)


def passing_shown(passing: Passing) -> dict[str, Any]:
    """As JSON values; every refusal has the same words, whatever its cause."""
    refused = passing.state == PassingState.REFUSED
    return {
        "id": passing.id,
        "report": passing.report_id,
        "agency": passing.agency.code,
        "asked_by": passing.asked_by.code,
        "reason": passing.reason,
        "state": passing.state,
        "sentence": gettext(NO_CONSENT) if refused else "",
        "asked_at": passing.asked_at,
        "answered_at": passing.answered_at,
    }


def answered() -> Q:
    """Answered in whatever way."""
    return Q(state__in=ANSWERED)


def arrows_of(referral: Referral) -> Arrows:
    """The arrows that this referral may follow."""
    return INFORMATION_ARROWS if referral.for_information else ARROWS


def labels_of(*, referrals: list[Referral], language: str) -> dict[str, str]:
    """The labels of all countries of these referrals' parts and of their reports' places, in one statement."""
    named = {part["country"] for referral in referrals for part in referral.parts}
    codes = (named | {referral.report.place_country_id or "" for referral in referrals}) - {""}
    return country_labels(codes=codes, language=language) if codes else {}


def why(referral: Referral, labels: Mapping[str, str]) -> str:
    """Why the agency got it: "Kenya is named as the country of origin (80 %); …"."""
    parts = [part_from(row) for row in referral.parts]
    sentence = render_why(parts=parts, country=lambda code: labels.get(code, code), translate=gettext)
    return sentence[:1].upper() + sentence[1:]


def asked(referral: Referral) -> str:
    """What the agency is asked, in one sentence."""
    parts = [part_from(row) for row in referral.parts]
    return render_ask(asks=ask(parts=parts, for_information=referral.for_information), translate=gettext)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list of referrals is narrowed to: of one's own reports instead of one's own agency, state, due time."""

    mine: bool = False
    state: str = ""
    overdue: bool | None = None


def page_of(*, actor: Actor, wanted: Asked, before: Mark | None, limit: int, now: datetime) -> list[Referral]:
    """At most so many referrals, newest first, behind the one that was opened ``before`` with that id."""
    narrowed = Q(state=wanted.state) if wanted.state else Q()
    if wanted.overdue is not None:
        narrowed &= overdue(now) if wanted.overdue else ~overdue(now)
    return newest(actor=actor, narrowed=narrowed, before=before, limit=limit, mine=wanted.mine)


def shown(*, actor: Actor, referrals: list[Referral], language: str, now: datetime) -> list[dict[str, Any]]:
    """Referrals as JSON values, in two statements whatever their number.

    Of a report that was withdrawn an agency keeps what it answered; what the route told it is gone with the report.
    """
    labels = labels_of(referrals=referrals, language=language)
    done = actions_of(referrals=referrals)
    return [_shown(actor, referral, labels, done[referral.id], now) for referral in referrals]


def _shown(
    actor: Actor, referral: Referral, labels: Mapping[str, str], done: list[Action], now: datetime
) -> dict[str, Any]:
    gone = tombstone(actor, referral.report)
    late = referral.state == ReferralState.OPEN and referral.due_at is not None and referral.due_at < now
    return {
        "id": referral.id,
        "report": referral.report_id,
        "reference": referral.report.reference,
        "agency": referral.agency.code,
        "originator": None if gone else referral.originator.code,
        "parts": [] if gone else list(dict.fromkeys(part["part"] for part in referral.parts)),
        "ask": "" if gone else asked(referral),
        "sentence": "" if gone else why(referral, labels),
        "for_information": referral.for_information,
        "state": referral.state,
        "overdue": late,
        "opened_at": referral.opened_at,
        "due_at": referral.due_at,
        "answered_at": referral.answered_at,
        "reason": referral.reason,
        "outcome": referral.outcome,
        "actions": [{"kind": action.kind, "text": action.text, "at": action.at} for action in done],
    }
