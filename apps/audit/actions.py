"""Writing the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.db import connection


class Who(Protocol):
    """Whoever acts: a person, or the machine (both ids None)."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def agency_id(self) -> UUID | None: ...


class Machine:
    """The worker acting for nobody in particular."""

    user_id: UUID | None = None
    agency_id: UUID | None = None


MACHINE = Machine()


def record(
    *,
    actor: Who,
    verb: str,
    kind: str,
    object_id: UUID | None,
    owner_id: UUID | None = None,
    facts: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Append one entry. ``facts`` holds ids, codes and counts, never content. Call it last: it locks the chain's head."""
    values: list[Any] = [
        now,
        verb,
        actor.agency_id,
        actor.user_id,
        kind,
        object_id,
        owner_id,
        orjson.dumps(facts or {}).decode(),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_append(%s, %s, %s, %s, %s, %s, %s, %s)", values)
