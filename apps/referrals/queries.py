"""Reading referrals: one's own agency's, and those on one's own agency's reports."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from apps.agencies.policy import Actor
from apps.core.errors import NotFound
from apps.core.states import Arrows
from apps.reference.queries import country_labels
from apps.referrals.models import Action, Referral
from apps.referrals.states import ANSWERED, ARROWS, INFORMATION_ARROWS, ReferralState
from apps.sharing.queries import part_from
from apps.sharing.routing import ask
from apps.sharing.sentences import render_ask, render_why


def referrals_for(*, actor: Actor) -> QuerySet[Referral]:
    """Every referral that the actor may see, without the long texts of its report."""
    rows = Referral.objects.visible_to(actor).select_related("agency", "originator", "report__label")
    return rows.defer("report__narrative", "report__label__search")


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
