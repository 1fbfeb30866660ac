"""Break-glass: one platform administrator asks, another approves, and for 60 minutes the first reads one report.

The web role writes what the two people say and nothing else. The worker finds the report, lets the asker's opening in
and tells the owner, in one transaction: nothing is opened of which the owner is not told (ADR 0017).
"""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.agencies.people import have_touched
from apps.agencies.policy import STRANGERS_FOR, Actor
from apps.agencies.queries import actor_of, administrators_of, liaisons_of
from apps.audit.actions import MACHINE, record
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.states import move
from apps.core.words import N_
from apps.notifications.actions import alarm, notify
from apps.notifications.states import NoticeKind
from apps.outbox.actions import publish
from apps.sharing.actions.labels import relabel
from apps.sharing.events import OpeningApproved, OpeningEnded
from apps.sharing.models import OPEN_FOR, Label, Opening
from apps.sharing.policy import Stage
from apps.sharing.queries import (
    facts_of,
    locked_labels,
    members,
    opening_for,
    opening_tokens,
    require_staff,
    tokens_in,
)
from apps.sharing.states import ARROWS, LIVE, OpeningState

REFERENCE = re.compile(r"SR-\d{4}-[0-9A-HJKMNP-TV-Z]{8}")
SHORTEST_REASON, LONGEST_REASON = 20, 500
WAITS = timedelta(hours=24)  # an approval that nobody gave in a day is no longer wanted
NO_REFERENCE = N_("Enter the reference of a report, as it stands on it: SR-2026-1A2B3C4D.")
NO_REASON = N_("Say why in 20 to 500 characters: the agency that owns the report is told that it was opened.")
TWO_PEOPLE = N_("A second administrator approves: nobody approves what they asked for themselves.")
NOT_STRANGERS = N_(
    "One of you has made or changed the other's account in the last 24 hours. Somebody else must approve."
)


def ask_to_open(*, actor: Actor, reference: object, reason: object, now: datetime) -> Opening:
    """Ask that a report be opened. Whether there is one of that reference is not told before a second person agrees."""
    require_staff(actor)
    name, why = _reference(reference), _reason(reason)
    live = Opening.objects.filter(asked_by_id=actor.user_id, reference=name, state__in=LIVE)
    live.filter(state=OpeningState.ASKED, asked_at__lte=Now() - WAITS).update(state=OpeningState.REFUSED, ended_at=now)
    opening = Opening(reference=name, reason=why, asked_by_id=actor.user_id, asked_at=now)
    if live.exists() or not _written(opening):
        raise Conflict("asked_already", N_("You have asked for this report already."))
    _record(actor, "ask_break_glass", opening, now)
    alarm(code="break_glass", facts={"opening": str(opening.id), "state": "asked"}, now=now)
    return opening


def _written(opening: Opening) -> bool:
    """Write it; False where the same person's same wish was written at this very moment."""
    try:
        with transaction.atomic():
            opening.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def approve_opening(*, actor: Actor, opening_id: UUID, now: datetime) -> Opening:
    """The second person's yes: 60 minutes begin, by the database's clock. Conflict where somebody was quicker."""
    opening = opening_for(actor=actor, opening_id=opening_id)
    _require_second(actor, opening, now)
    waiting = Opening.objects.filter(id=opening_id, asked_at__gt=Now() - WAITS).exclude(asked_by_id=actor.user_id)
    times: dict[str, Any] = {"approved_at": Now(), "until": Now() + OPEN_FOR}
    move(waiting, arrows=ARROWS, target=OpeningState.APPROVED, approved_by_id=actor.user_id, **times)
    _record(actor, "approve_break_glass", opening, now)
    publish(OpeningApproved(opening_id), now=now)
    return opening_for(actor=actor, opening_id=opening_id)


def refuse_opening(*, actor: Actor, opening_id: UUID, now: datetime) -> Opening:
    """The second person's no, or the first one's thinking better of it."""
    opening = opening_for(actor=actor, opening_id=opening_id)
    asked = Opening.objects.filter(id=opening_id)
    move(asked, arrows=ARROWS, target=OpeningState.REFUSED, ended_at=now, ended_by_id=actor.user_id)
    _record(actor, "refuse_break_glass", opening, now)
    return opening


def end_opening(*, actor: Actor, opening_id: UUID, now: datetime) -> Opening:
    """Either of the two ends it early; the page is shut from this moment, the worker takes the grant back."""
    opening = opening_for(actor=actor, opening_id=opening_id)
    if actor.user_id not in (opening.asked_by_id, opening.approved_by_id):
        raise NotAllowed
    open_ = Opening.objects.filter(id=opening_id)
    move(open_, arrows=ARROWS, target=OpeningState.ENDED, ended_at=now, ended_by_id=actor.user_id)
    # Looked at again: the worker may have opened it meanwhile, and found whose it is.
    opening = opening_for(actor=actor, opening_id=opening_id)
    _record(actor, "end_break_glass", opening, now)
    publish(OpeningEnded(opening_id), now=now)
    return opening


def record_glass_read(*, actor: Actor, opening: Opening, now: datetime) -> None:
    """One request within it, in the owner's trail."""
    facts = {"opening": str(opening.id), "reference": opening.reference}
    record(
        actor=actor,
        verb="break_glass_read",
        kind="report",
        object_id=opening.label_id,
        owner_id=opening.owner_id,
        facts=facts,
        now=now,
    )


def grant_opening(*, opening_id: UUID, label_id: UUID | None, now: datetime) -> bool:
    """By the worker: let the opening in to what its reference names and tell the owner; whether anything was opened.

    Nothing is, and it is over, where there is no such report, where it is withdrawn, where its time has passed, where
    one of the two is no longer an administrator, or where nobody of the owner's is there to be told.
    """
    approved = Opening.objects.select_for_update(of=("self",)).filter(id=opening_id, state=OpeningState.APPROVED)
    opening = approved.select_related("asked_by", "approved_by").first()
    if opening is None:
        return False
    label = next(iter(locked_labels([label_id])), None) if label_id else None
    owners = _owners(label) if label else []
    if label is None or not owners or label.stage != Stage.SHARED or not _still_holds(opening, now):
        move(Opening.objects.filter(id=opening_id), arrows=ARROWS, target=OpeningState.ENDED, ended_at=now)
        record(actor=MACHINE, verb="void_break_glass", kind="opening", object_id=opening_id, now=now)
        return False
    _let_in(opening, label, owners, now)
    return True


def _owners(label: Label) -> list[UUID]:
    """Who is told: the owner's liaison officers and its administrators."""
    agency = [label.originator_id]
    people = (liaisons_of(agency) | administrators_of(agency)).order_by("email").values_list("id", flat=True)
    return list(dict.fromkeys(people))


def _let_in(opening: Opening, label: Label, owners: list[UUID], now: datetime) -> None:
    opened: dict[str, Any] = {"label_id": label.id, "owner_id": label.originator_id}
    move(Opening.objects.filter(id=opening.id), arrows=ARROWS, target=OpeningState.OPEN, **opened)
    _set_opened(label, now)
    _tell(opening, label, owners, now)
    facts = {
        "opening": str(opening.id),
        "asked_by": str(opening.asked_by_id),
        "approved_by": str(opening.approved_by_id),
    }
    owner = label.originator_id
    record(actor=MACHINE, verb="break_glass", kind="report", object_id=label.id, owner_id=owner, facts=facts, now=now)
    alarm(code="break_glass", facts={"opening": str(opening.id), "state": "open"}, now=now)


def _tell(opening: Opening, label: Label, owners: list[UUID], now: datetime) -> None:
    """A reference and no content, as every notice."""
    notify(
        kind=NoticeKind.BREAK_GLASS,
        cause=opening.id,
        object_id=label.id,
        label_id=label.id,
        reference=opening.reference,
        users=owners,
        now=now,
    )


def close_opening(*, opening_id: UUID, now: datetime) -> None:
    """By the worker: take back the grant of what was ended early; a second time changes nothing."""
    opening = Opening.objects.filter(id=opening_id, label__isnull=False).first()
    if opening is not None and opening.label_id is not None:
        for label in locked_labels([opening.label_id]):
            _set_opened(label, now)


def end_what_is_over(*, now: datetime) -> int:
    """By the clock: end the openings whose time has passed, and take their grants back; returns how many.

    Nobody waits for this: a token whose time has passed is not handed out.
    """
    over = Opening.objects.filter(state__in=[OpeningState.OPEN, OpeningState.APPROVED], until__lte=Now())
    ended = list(over.select_for_update(skip_locked=True).order_by("until"))
    for opening in ended:
        move(Opening.objects.filter(id=opening.id), arrows=ARROWS, target=OpeningState.ENDED, ended_at=opening.until)
        close_opening(opening_id=opening.id, now=now)
        verb, owner = "break_glass_over", opening.owner_id
        record(actor=MACHINE, verb=verb, kind="report", object_id=opening.label_id, owner_id=owner, now=now)
    return len(ended)


def _set_opened(label: Label, now: datetime) -> None:
    """What is open on a locked label, as its openings say, in facts, arrays and grants."""
    label.opened = sorted(opening_tokens(label_id=label.id))
    Label.objects.filter(id=label.id).update(opened=label.opened)
    facts = facts_of(label)
    relabel(label=label, facts=facts, members=members(tokens_in(facts)), now=now)


def _still_holds(opening: Opening, now: datetime) -> bool:
    people = [actor_of(user_id=id_, now=now) for id_ in (opening.asked_by_id, opening.approved_by_id) if id_]
    in_time = Opening.objects.filter(id=opening.id, until__gt=Now()).exists()
    return in_time and len(people) == 2 and all(person is not None and person.staff for person in people)


def _require_second(actor: Actor, opening: Opening, now: datetime) -> None:
    if opening.asked_by_id == actor.user_id:
        raise NotAllowed("two_people", TWO_PEOPLE)
    asker = actor_of(user_id=opening.asked_by_id, now=now)
    if asker is None or not asker.staff:
        raise Conflict
    if have_touched(one=actor.user_id, other=opening.asked_by_id, since=now - STRANGERS_FOR):
        raise NotAllowed("not_strangers", NOT_STRANGERS)


def _reference(value: object) -> str:
    name = value.strip().upper() if isinstance(value, str) else ""
    if not REFERENCE.fullmatch(name):
        raise Invalid(errors={"reference": [NO_REFERENCE]})
    return name


def _reason(value: object) -> str:
    """One line of text that can be shown safely."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON or not text.isprintable():
        raise Invalid(errors={"reason": [NO_REASON]})
    return text


def _record(actor: Actor, verb: str, opening: Opening, now: datetime) -> None:
    facts = {"reference": opening.reference}
    owner = opening.owner_id
    record(actor=actor, verb=verb, kind="opening", object_id=opening.id, owner_id=owner, facts=facts, now=now)
