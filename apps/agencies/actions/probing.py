"""Asking that could serve to find out what there is: searches, look-ups that find nothing, previews (RELIABILITY C7).

Each kind has a budget an hour, of the account and of its agency, so that five accounts together learn little more than
one. Until a budget is spent an answer is the same whether there was something to find or not; from then on everything of
the kind is refused, what would be found too. The last of a budget is taken and the pause that follows begun in one
transaction of its own, exact whoever asks at once. Call these outside ``acting``, all but ``must_be_counted``: a verb
that shows something of a kind asks it, so that no door shows it for nothing.

Reading costs nothing more: what is paused comes with the actor, in the statement that every request asks anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.agencies.acting import anonymous
from apps.agencies.actions.budgets import Taken, take
from apps.agencies.events import BudgetSpent
from apps.agencies.models import Pause
from apps.agencies.policy import Actor, Asking
from apps.audit.actions import record
from apps.core.errors import Refused
from apps.core.ids import new_id
from apps.core.words import N_
from apps.outbox.actions import publish

WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Most:
    """How much of one kind in an hour. Ten times what a busy officer does; an agency three times that."""

    account: int
    agency: int


MOST: Mapping[Asking, Most] = {
    Asking.SEARCH: Most(600, 1800),
    Asking.MISS: Most(300, 900),
    Asking.PREVIEW: Most(600, 1800),
}


class AskedTooMuch(Refused):
    """A budget is spent; what is asked for may be there or not."""

    status = 429
    code = "asked_too_much"
    sentence = N_("Your account, or your agency, has asked for too much in an hour. Wait a while, then go on.")


class NotCounted(Exception):
    """Something of this kind is about to be shown, and the request has taken nothing of the budget for it."""

    def __init__(self, kind: Asking) -> None:
        self.kind = kind
        super().__init__(kind.value)


def must_be_counted(*, actor: Actor, kind: Asking) -> None:
    """Raise NotCounted where the actor's request has not been counted as of this kind."""
    if kind not in actor.counted:
        raise NotCounted(kind)


def ask(*, actor: Actor, kind: Asking, now: datetime) -> None:
    """Take one of the actor's budget and of their agency's; AskedTooMuch where either is spent."""
    refuse_paused(actor=actor, kinds=frozenset({kind}), now=now)
    if not _spent(actor, kind, now):
        raise _too_much(actor, kind, now)


def refuse_paused(*, actor: Actor, kinds: frozenset[Asking], now: datetime) -> None:
    """Raise AskedTooMuch where the actor has to wait with one of these kinds."""
    for kind in sorted(kinds & actor.paused):
        raise _too_much(actor, kind, now)


def _spent(actor: Actor, kind: Asking, now: datetime) -> bool:
    """Take from both budgets; whether there was something left of both."""
    budgets = _budgets(actor, kind)
    with anonymous(durable=True):
        taken = take(kind=kind.lower(), most=budgets, within=WITHIN, now=now)
        if len(taken) < len(budgets):
            transaction.set_rollback(True)  # what is refused is taken from neither
            return False
        for subject, part in taken.items():
            if part.left == 0:
                _pause(actor, UUID(subject), kind, part, now)
    return True


def _budgets(actor: Actor, kind: Asking) -> dict[str, int]:
    """Whose, and how much; the account's first."""
    most, agency = MOST[kind], actor.agency_id
    return {str(actor.user_id): most.account, **({str(agency): most.agency} if agency else {})}


def _pause(actor: Actor, subject: UUID, kind: Asking, taken: Taken, now: datetime) -> None:
    """From now on everything of the kind is refused to the account, or the agency; administrators are told."""
    pause = Pause(subject=subject, kind=kind, until=taken.ends_at)
    Pause.objects.bulk_create(
        [pause], update_conflicts=True, unique_fields=["subject", "kind"], update_fields=["until"]
    )
    whole = subject == actor.agency_id
    told = BudgetSpent(user_id=actor.user_id, kind=kind.value, asked=taken.spent, whole=whole, alarm_id=new_id())
    publish(told, now=now)
    facts = {"kind": kind.value, "asked": taken.spent, "whole_agency": whole}
    ident, agency = actor.user_id, actor.agency_id
    record(actor=actor, verb="budget_spent", kind="account", object_id=ident, owner_id=agency, facts=facts, now=now)


def _too_much(actor: Actor, kind: Asking, now: datetime) -> AskedTooMuch:
    """The refusal, with the seconds to wait."""
    subjects = [actor.user_id, *([actor.agency_id] if actor.agency_id else [])]
    ends = Pause.objects.filter(subject__in=subjects, kind=kind, until__gt=now).order_by("-until")
    until = ends.values_list("until", flat=True).first()
    refused = AskedTooMuch()
    refused.retry_after = max(1, int((until - now).total_seconds())) if until else int(WITHIN.total_seconds())
    return refused
