"""Who has opened what one owns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from apps.audit.models import Entry

Mark = tuple[
    datetime, UUID
]  # of an entry: its time and the first half of its hash; its number would tell how busy all are


@dataclass(frozen=True, slots=True)
class Access:
    """One access to something owned. ``facts`` is empty where they have been erased."""

    mark: Mark
    verb: str
    kind: str
    agency_id: UUID | None
    user_id: UUID | None
    facts: dict[str, Any]

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.mark[0]


def trail_of(
    *, owner_id: UUID, objects: Sequence[UUID], verbs: Collection[str], before: Mark | None, limit: int
) -> list[Access]:
    """What was done (``verbs``) with these objects of the owner, newest first, below the entry of that mark.

    Call it as somebody of the owner's agency: the database shows nobody else a line of it. What was only just read is in it
    once it is chained (``actions.gather``).
    """
    rows = Entry.objects.filter(owner_id=owner_id, object_id__in=objects, verb__in=verbs)
    if before is not None:
        at, half = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, hash__lt=half.bytes))
    return [_access(row) for row in rows.order_by("-at", "-hash")[:limit]]


def _access(row: Entry) -> Access:
    facts = orjson.loads(row.payload) if row.payload else {}
    mark = row.at, UUID(bytes=bytes(row.hash)[:16])
    return Access(mark, row.verb, row.object_kind, row.agency_id, row.user_id, facts)
