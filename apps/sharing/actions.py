"""The only writers of audiences and grants."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from apps.agencies.policy import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.ids import position
from apps.core.words import N_
from apps.sharing.models import Grant, Label
from apps.sharing.policy import Facts, Judgement, Member, judge, visible
from apps.sharing.queries import counterpart_row


def label_draft(
    *, actor: Actor, label_id: UUID, facts: Facts, note: str, members: Mapping[int, Member], now: datetime
) -> Label:
    """Write the label of a new draft: its agency's, or under RED its author's and the cleared."""
    judgement = judge(facts=facts, members=members)
    label = Label(
        id=label_id,
        originator_id=own_agency(actor),
        author_id=actor.user_id,
        audience=sorted(judgement.audience),
        position=position(now),
        **_columns(facts, note),
    )
    Label.objects.bulk_create([label])
    return label


def relabel_draft(*, actor: Actor, label: Label, facts: Facts, note: str, members: Mapping[int, Member]) -> None:
    """Write a draft's changed facts; refused where the one who changes them could no longer read it."""
    judgement = judge(facts=facts, members=members)
    if not visible(audience=judgement.audience, withheld=frozenset(), tokens=actor.tokens):
        raise Invalid(
            errors={"tlp": [N_("You could not read this draft yourself: its author or a liaison officer may do this.")]}
        )
    _write(label, audience=sorted(judgement.audience), **_columns(facts, note))


def relabel(
    *,
    label: Label,
    facts: Facts,
    members: Mapping[int, Member],
    search: str | None = None,
    moved: UUID | None = None,
    now: datetime,
) -> Judgement:
    """Turn a shared label's facts into its audience and the grants that explain it; what no longer holds is revoked.

    ``search`` is the text that readers may find it by; ``moved`` is its new position, at submission.
    """
    judgement = judge(facts=facts, members=members)
    changes: dict[str, Any] = _columns(facts, label.handling_note)
    changes["counterparts"] = [counterpart_row(each) for each in facts.counterparts]
    if search is not None:
        changes["search"] = SearchVector(Value(search), config="simple")
    if moved is not None:
        changes["position"] = moved
    _write(label, audience=sorted(judgement.audience), **changes)
    _grant(label, judgement, moved or label.position, now)
    return judgement


def _grant(label: Label, judgement: Judgement, at: UUID, now: datetime) -> None:
    """Three statements whatever the number: what stands, what ends, what begins."""
    standing = {
        (row.token, row.basis): row.id for row in Grant.objects.filter(label_id=label.id, revoked_at__isnull=True)
    }
    wanted = {(ground.token, ground.basis.value): ground for ground in judgement.grounds}
    ended = [id_ for key, id_ in standing.items() if key not in wanted]
    if ended and Grant.objects.filter(id__in=ended, revoked_at__isnull=True).update(revoked_at=now) != len(ended):
        raise Conflict
    fresh = [ground for key, ground in wanted.items() if key not in standing]
    Grant.objects.bulk_create(
        Grant(
            label_id=label.id,
            originator_id=label.originator_id,
            token=ground.token,
            agency_id=ground.agency,
            basis=ground.basis.value,
            position=at,
            since=now,
        )
        for ground in fresh
    )


def own_agency(actor: Actor) -> UUID:
    """The actor's agency; platform staff have none and file nothing."""
    if actor.agency_id is None:
        raise NotAllowed
    return actor.agency_id


def _columns(facts: Facts, note: str) -> dict[str, Any]:
    return {
        "stage": facts.stage.value,
        "tlp": facts.tlp.value,
        "law_enforcement_only": facts.law_enforcement_only,
        "handling": sorted(code.value for code in facts.handling),
        "handling_note": note,
        "named": sorted(facts.named),
        "withheld": sorted(facts.withheld),
        "passed_on": sorted(facts.passed_on),
        "operation": facts.operation,
    }


def _write(label: Label, **changes: Any) -> None:
    """Update the label's row and check that it was there to update: a foreign row is silently not."""
    if Label.objects.filter(id=label.id).update(**changes) != 1:
        raise Conflict
