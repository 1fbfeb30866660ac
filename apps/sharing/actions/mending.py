"""Judging labels again, since what is known of agencies has changed or since somebody wants to be sure.

Everything here may be interrupted anywhere and done again: what agrees is left as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.agencies.queries import every_agency
from apps.core.ids import new_id
from apps.notifications.actions import alarm, all_clear, note
from apps.notifications.policy import Beat
from apps.outbox.actions import publish
from apps.sharing.actions.labels import relabel, rewrite_draft
from apps.sharing.events import AccessEnded, LabelsStale
from apps.sharing.models import Label
from apps.sharing.policy import Member, Stage, judge
from apps.sharing.queries import agreement, facts_of, is_exactly, locked_labels, member, next_labels, opening_tokens

BATCH = 200  # labels a transaction


def judge_again(*, agency: int, after: UUID, now: datetime) -> int:
    """Judge the next labels that speak of this agency; where there may be more, an event asks for them. How many changed.

    In the transaction of the event that asked: effects, the next event and the done-mark are committed together.
    """
    ids = next_labels(agency=agency, after=after, limit=BATCH)
    changed = _mend(ids, now)
    if len(ids) == BATCH:
        publish(LabelsStale(agency=agency, after=ids[-1]), now=now)
    return changed


def mend(*, ids: Sequence[UUID], now: datetime) -> int:
    """Judge these labels again, a transaction for so many of them; returns how many changed."""
    changed = 0
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            changed += _mend(ids[start : start + BATCH], now)
    return changed


def _mend(ids: Sequence[UUID], now: datetime) -> int:
    known = {token: member(agency) for token, agency in every_agency().items()}
    return sum(_judge(label, known, now) for label in locked_labels(ids))


def _judge(label: Label, known: Mapping[int, Member], now: datetime) -> bool:
    """Make the label what the policy says now, openings that are over forgotten; whether it was something else."""
    was = set(label.audience)
    _forget_openings(label)
    facts = facts_of(label)
    judgement = judge(facts=facts, members=known)
    if is_exactly(label, judgement):
        return False
    if label.stage == Stage.DRAFT:
        rewrite_draft(label=label, facts=facts, members=known)
    else:
        relabel(label=label, facts=facts, members=known, now=now)
    if was - judgement.audience:
        publish(AccessEnded(label.id, new_id()), now=now)
    return True


def _forget_openings(label: Label) -> None:
    live = sorted(opening_tokens(label_id=label.id))
    if live != label.opened:
        label.opened = live
        Label.objects.filter(id=label.id).update(opened=live)


def report_agreement(*, now: datetime) -> int:
    """Compare every label with the policy; an alarm where one differs, the end of that alarm where none does."""
    wrong = sum(not agrees for _, agrees in agreement())
    if wrong:
        alarm(code="grants", facts={"labels": wrong}, now=now)
    else:
        note(beat=Beat.GRANTS, now=now)
        all_clear(code="grants", now=now)
    return wrong
