"""The only writers of audiences and grants."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.agencies.policy import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.ids import new_id, position
from apps.core.rows import array, change
from apps.core.words import N_
from apps.sharing.models import Grant, Label
from apps.sharing.policy import Facts, Ground, Judgement, Member, Stage, judge, visible
from apps.sharing.queries import counterpart_row, part_row
from apps.sharing.routing import Routing

GRANT = """
INSERT INTO sharing_grant (id, label_id, originator_id, position, since, token, agency_token, basis)
SELECT fresh.id, %s, %s, %s, %s, fresh.token, fresh.agency, fresh.basis
FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::text[]) AS fresh (id, token, agency, basis)
"""
# What is null in the last four stays as it is.
RELABEL = """
UPDATE sharing_label SET audience = %(audience)s::int[], stage = %(stage)s, tlp = %(tlp)s,
    law_enforcement_only = %(law_enforcement_only)s, handling = %(handling)s::text[], handling_note = %(handling_note)s,
    named = %(named)s::int[], withheld = %(withheld)s::int[], passed_on = %(passed_on)s::int[], operation = %(operation)s,
    counterparts = coalesce(%(counterparts)s::jsonb, counterparts),
    unanswered = coalesce(%(unanswered)s::jsonb, unanswered), position = coalesce(%(position)s::uuid, position),
    search = coalesce(search_vector(%(search)s::text), search)
WHERE id = %(id)s
"""


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
    _write(
        label, judgement, _columns(facts, note) | dict.fromkeys(("counterparts", "unanswered", "search", "position"))
    )


def rewrite_draft(*, label: Label, facts: Facts, members: Mapping[int, Member]) -> None:
    """Write a draft's audience anew; its facts are as they were."""
    kept = dict.fromkeys(("counterparts", "unanswered", "search", "position"))
    _write(label, judge(facts=facts, members=members), _columns(facts, label.handling_note) | kept)


def relabel(
    *,
    label: Label,
    facts: Facts,
    members: Mapping[int, Member],
    routing: Routing | None = None,
    search: str | None = None,
    moved: UUID | None = None,
    now: datetime,
) -> Judgement:
    """Turn a shared label's facts into its audience and the grants that explain it; what no longer holds is revoked.

    ``routing`` is what its route resolved to, at submission: what nobody else answers for is kept for its originator.
    ``search`` is the text that readers may find it by; ``moved`` is its new position, at submission.
    """
    judgement = judge(facts=facts, members=members)
    counterparts = json.dumps([counterpart_row(each) for each in facts.counterparts])
    changes = {"counterparts": counterparts, "unanswered": _unanswered(routing), "search": search, "position": moved}
    _write(label, judgement, _columns(facts, label.handling_note) | changes)
    _grant(label, judgement, moved or label.position, now)
    return judgement


def _grant(label: Label, judgement: Judgement, at: UUID, now: datetime) -> None:
    """Three statements whatever the number: what stands, what ends, what begins. A draft has no grants yet: one."""
    standing = {} if label.stage == Stage.DRAFT else _standing(label)
    wanted = {(ground.token, ground.basis.value): ground for ground in judgement.grounds}
    ended = [id_ for key, id_ in standing.items() if key not in wanted]
    if ended and Grant.objects.filter(id__in=ended, revoked_at__isnull=True).update(revoked_at=now) != len(ended):
        raise Conflict
    fresh = [ground for key, ground in wanted.items() if key not in standing]
    if fresh:
        _write_grants(label, fresh, at, now)


def _standing(label: Label) -> dict[tuple[int, str], UUID]:
    rows = Grant.objects.filter(label_id=label.id, revoked_at__isnull=True)
    return {(token, basis): id_ for id_, token, basis in rows.values_list("id", "token", "basis")}


def _write_grants(label: Label, grounds: list[Ground], at: UUID, now: datetime) -> None:
    """As arrays and not as rows: a model instance for each of sixty grants took a third of a submission's time."""
    columns = (
        array(new_id() for _ in grounds),
        array(ground.token for ground in grounds),
        array(ground.agency for ground in grounds),
        array(ground.basis.value for ground in grounds),
    )
    with connection.cursor() as cursor:
        cursor.execute(GRANT, [label.id, label.originator_id, at, now, *columns])


def _unanswered(routing: Routing | None) -> str | None:
    if routing is None:
        return None
    parts = {"own": routing.own, "unreached": routing.unreached}
    return json.dumps({name: [part_row(part) for part in of] for name, of in parts.items()})


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


def _write(label: Label, judgement: Judgement, changes: Mapping[str, Any]) -> None:
    """Update the label's row and check that it was there to update: a foreign row is silently not."""
    tokens = {name: array(changes[name]) for name in ("named", "withheld", "passed_on")}
    values = {**changes, **tokens, "id": label.id, "audience": array(sorted(judgement.audience))}
    if change(RELABEL, values) != 1:
        raise Conflict
