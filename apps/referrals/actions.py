"""What is done with referrals: opened by the worker, answered by the agency, cancelled with their report or their access.

And what recipients ask to pass on: asked by the agency, judged by the worker (ADR 0018).
"""

import json
import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from apps.agencies.policy import Actor
from apps.agencies.queries import agency_ids
from apps.audit.actions import MACHINE, Who, record
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.ids import new_id
from apps.core.states import move
from apps.core.words import N_
from apps.outbox.actions import publish
from apps.referrals.events import PassingAsked, ReferralAnswered
from apps.referrals.models import Action, Passing, Referral
from apps.referrals.queries import arrows_of, passing_to, receivers_for, referral_for
from apps.referrals.states import ACTION_KIND, ARROWS, PASSING_ARROWS, PassingState, ReferralState
from apps.reports.actions.allowed import allow
from apps.reports.models import Report
from apps.reports.policy.reader import Reader
from apps.reports.queries import is_originator, report_for, tombstone
from apps.sharing.actions import own_agency
from apps.sharing.policy import Stage, Verb
from apps.sharing.queries import part_row
from apps.sharing.routing import Counterpart

ANSWER_WITHIN = timedelta(days=3)  # the one place that says when an answer is due
LONGEST_TEXT = 10_000
LONGEST_PASSING_REASON = 500
MOST_ACTIONS = 200  # of one referral: whoever asked reads them all, and nobody takes one back
ASKED_ALREADY = N_("Your agency has asked this already.")
TOO_MANY_ACTIONS = N_("So many actions are recorded here that no more can be. Close it with its outcome.")
OPEN = """
INSERT INTO referrals_referral
    (id, report_id, agency_id, originator_id, parts, for_information, state, opened_at, due_at, moved_at, reason, outcome)
SELECT asked.id, %(report)s, agency.id, %(originator)s, asked.parts, asked.for_information, 'OPEN', %(now)s,
    CASE WHEN asked.for_information THEN NULL ELSE %(due)s END, %(now)s, '', ''
FROM jsonb_to_recordset(%(asked)s::jsonb) AS asked (id uuid, token int, parts jsonb, for_information boolean)
JOIN agencies_agency agency ON agency.token = asked.token
ON CONFLICT (report_id, agency_id) DO NOTHING
"""


def open_referrals(*, report: Report, counterparts: Iterable[Counterpart], now: datetime) -> None:
    """Open one referral for each counterpart, in one statement; those that are there already stay as they are."""
    asked = [
        {
            "id": str(new_id()),
            "token": counterpart.agency,
            "parts": [part_row(part) for part in counterpart.parts],
            "for_information": counterpart.for_information,
        }
        for counterpart in counterparts
    ]
    values: dict[str, Any] = {"report": report.id, "originator": report.label.originator_id, "asked": json.dumps(asked)}
    with connection.cursor() as cursor:
        cursor.execute(OPEN, {**values, "now": now, "due": now + ANSWER_WITHIN})


def acknowledge(*, actor: Actor, referral_id: UUID, now: datetime) -> Referral:
    """Say for the agency that it was received and is being looked at."""
    return _answer(actor, referral_id, ReferralState.ACKNOWLEDGED, now)


def accept(*, actor: Actor, referral_id: UUID, now: datetime) -> Referral:
    """Say for the agency that it takes the ask on."""
    return _answer(actor, referral_id, ReferralState.ACCEPTED, now)


def decline(*, actor: Actor, referral_id: UUID, reason: object, now: datetime) -> Referral:
    """Say for the agency that it is not for it, and why."""
    return _answer(actor, referral_id, ReferralState.DECLINED, now, reason=_text(reason, "reason"))


def reopen(*, actor: Actor, referral_id: UUID, now: datetime) -> Referral:
    """Take a mistaken refusal back: the time to answer begins anew, and why it was refused stays on record."""
    return _answer(actor, referral_id, ReferralState.OPEN, now, due_at=now + ANSWER_WITHIN)


def record_action(*, actor: Actor, referral_id: UUID, kind: object, text: object, now: datetime) -> Action:
    """Note what the agency did; the first action moves an accepted referral to ACTED. So many, and then it is closed."""
    referral = _own(actor, referral_id)
    words, code = _text(text, "text"), _kind(kind)
    if referral.state == ReferralState.ACCEPTED:
        _move(actor, referral, ReferralState.ACTED, now)
    else:
        _hold(referral, ReferralState.ACTED)
    if Action.objects.filter(referral_id=referral_id).count() >= MOST_ACTIONS:
        raise Conflict("too_many_actions", TOO_MANY_ACTIONS)
    action = Action(referral_id=referral_id, kind=code, text=words, at=now, by_id=actor.user_id)
    Action.objects.bulk_create([action])
    _tell(actor, referral, "record_action", now)
    return action


def close(*, actor: Actor, referral_id: UUID, outcome: object, now: datetime) -> Referral:
    """End it, with its outcome."""
    return _answer(actor, referral_id, ReferralState.CLOSED, now, outcome=_text(outcome, "outcome"))


def cancel_of_report(*, report_id: UUID, agencies: Collection[UUID] | None = None, now: datetime) -> int:
    """Cancel what is not yet closed or declined, when the report is withdrawn; or of those agencies, whose access ended.

    Returns how many.
    """
    ends = [state for state, targets in ARROWS.items() if ReferralState.CANCELLED in targets]
    asked = Referral.objects.filter(report_id=report_id, state__in=ends)
    if agencies is not None:
        asked = asked.filter(agency_id__in=agencies)
    cancelled = asked.update(state=ReferralState.CANCELLED, moved_at=now, moved_by=None)
    facts = {"cancelled": cancelled}
    record(actor=MACHINE, verb="cancel_referrals", kind="report", object_id=report_id, facts=facts, now=now)
    return cancelled


def ask_to_pass_on(*, actor: Actor, report_id: UUID, agency: object, reason: object, now: datetime) -> Passing:
    """Ask that one more law-enforcement agency of the actor's own country reads a report that the actor's agency got.

    Whatever can be told without knowing who else reads is refused here; all else the worker judges, and each refusal of
    his reads the same. Asked once for each agency.
    """
    report = report_for(actor=actor, report_id=report_id)
    allow(actor, Verb.PASS_ON)
    if is_originator(actor, report):
        raise NotAllowed(sentence=N_("This report is your own agency's."))
    if tombstone(actor, report):
        raise Conflict
    words, token = _passing_words(actor, report, agency, reason)
    to = agency_ids([token])[token]
    if passing_to(actor=actor, report_id=report_id, agency_id=to) is not None:
        raise Conflict("asked_already", ASKED_ALREADY)
    passing = Passing(
        report_id=report_id,
        originator_id=report.label.originator_id,
        asked_by_id=own_agency(actor),
        person_id=actor.user_id,
        agency_id=to,
        reason=words,
        asked_at=now,
    )
    if not _written(passing):
        raise Conflict("asked_already", ASKED_ALREADY)
    _record_passing(actor, passing, "ask_to_pass_on", now)
    publish(PassingAsked(passing.id), now=now)
    return passing


def _written(passing: Passing) -> bool:
    """Write it; False where a colleague's same wish was written at this very moment."""
    try:
        with transaction.atomic():
            passing.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _passing_words(actor: Actor, report: Report, agency: object, reason: object) -> tuple[str, int]:
    """The reason and the agency's token. What may be chosen is what everybody knows: who is law enforcement where."""
    errors: dict[str, list[str]] = {}
    read = Reader({"agency": agency, "reason": reason}, errors)
    code, words = read.text("agency", longest=32), read.text("reason", longest=LONGEST_PASSING_REASON)
    tokens = {card.code: card.token for card in receivers_for(actor=actor, report=report)}
    if not errors and code not in tokens:
        errors["agency"] = [N_("Choose a law-enforcement agency of your own country.")]
    if not errors and not words:
        errors["reason"] = [N_("Say why that agency needs to know it.")]
    if errors:
        raise Invalid(errors=errors)
    return words, tokens[code]


def answer_passing(*, passing: Passing, granted: bool, now: datetime) -> None:
    """The worker's answer, once; Conflict where there is one."""
    target = PassingState.GRANTED if granted else PassingState.REFUSED
    move(Passing.objects.filter(id=passing.id), arrows=PASSING_ARROWS, target=target, answered_at=now)
    _record_passing(MACHINE, passing, "pass_on" if granted else "refuse_to_pass_on", now)


def _record_passing(who: Who, passing: Passing, verb: str, now: datetime) -> None:
    facts = {"report": str(passing.report_id), "agency": str(passing.agency_id)}
    owner = passing.originator_id
    record(actor=who, verb=verb, kind="passing", object_id=passing.id, owner_id=owner, facts=facts, now=now)


def _answer(actor: Actor, referral_id: UUID, target: ReferralState, now: datetime, **changes: Any) -> Referral:
    referral = _own(actor, referral_id)
    _move(actor, referral, target, now, **changes)
    _tell(actor, referral, target.lower(), now)
    for name, value in {"state": target, **changes}.items():
        setattr(referral, name, value)
    return referral


def _own(actor: Actor, referral_id: UUID) -> Referral:
    """The actor's own agency's referral. Another's, on one's own report, may be read and not answered."""
    referral = referral_for(actor=actor, referral_id=referral_id)
    allow(actor, Verb.ANSWER)
    if referral.agency_id != actor.agency_id:
        raise NotAllowed(sentence=N_("Only the agency that is asked answers."))
    if referral.report.label.stage != Stage.SHARED:
        raise Conflict  # withdrawn: the worker may not have cancelled it yet, and what was declined it leaves as it is
    return referral


def _hold(referral: Referral, state: ReferralState) -> None:
    """Keep the referral in the state that it is in until this transaction ends; Conflict where it has moved on."""
    rows = Referral.objects.select_for_update(no_key=True).filter(id=referral.id, state=state)
    if not rows.values_list("id", flat=True):
        raise Conflict


def _move(actor: Actor, referral: Referral, target: ReferralState, now: datetime, **changes: Any) -> None:
    answered = None if target == ReferralState.OPEN else referral.answered_at or now
    moved = {"moved_at": now, "moved_by_id": actor.user_id, "answered_at": answered, **changes}
    rows = Referral.objects.filter(id=referral.id)
    move(rows, arrows=arrows_of(referral), target=target, **moved)
    referral.answered_at, referral.moved_at = answered, now


def _tell(actor: Actor, referral: Referral, verb: str, now: datetime) -> None:
    """The trail's line, then a second look at the report, then the event.

    The line has waited for whatever was recorded before it, a withdrawal too, and that has committed: what is read now is
    what stood at this place of the trail. So no answer follows its report's end, in whatever instant both were sent.
    """
    facts = {"report": str(referral.report_id)}
    owner = referral.originator_id
    record(actor=actor, verb=verb, kind="referral", object_id=referral.id, owner_id=owner, facts=facts, now=now)
    _own(actor, referral.id)
    publish(ReferralAnswered(referral.id, new_id()), now=now)


def _text(value: object, field: str) -> str:
    errors: dict[str, list[str]] = {}
    text = Reader({field: value}, errors).text(field, longest=LONGEST_TEXT, lines=True)
    if not text and not errors:
        errors = {field: [N_("Say it in a few words.")]}
    if errors:
        raise Invalid(errors=errors)
    return text


def _kind(value: object) -> str:
    errors: dict[str, list[str]] = {}
    code = Reader({"kind": value}, errors).text("kind", longest=40)
    if not re.fullmatch(ACTION_KIND, code):
        raise Invalid(errors=errors or {"kind": [N_("Say what kind of action this was.")]})
    return code
