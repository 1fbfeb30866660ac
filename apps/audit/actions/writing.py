"""One line of the trail at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.db import connection

APPEND = "SELECT audit_append(%s, %s, %s, %s, %s, %s, %s, %s)"
NOTE = "SELECT audit_note(%s, %s, %s, %s, %s, %s, %s, %s)"
BATCH = 1000  # entries of one transaction: writes wait for the chain's head that long


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
    _write(APPEND, [now, verb, actor.agency_id, actor.user_id, kind, object_id, owner_id], facts)


def note(
    *,
    actor: Who,
    verb: str,
    kind: str,
    object_id: UUID | None,
    owner_id: UUID | None = None,
    facts: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Note that something was read: as ``record``, but nobody waits for anybody, and the worker chains it soon.

    A transaction that has written nothing before no longer waits for the disk when it commits: if the database's machine
    dies within the next second, the line is lost with it (docs/adr/0016-reads-wait-to-be-chained.md).
    """
    _write(NOTE, [now, verb, actor.agency_id, actor.user_id, kind, object_id, owner_id], facts)


def gather() -> int:
    """Take what was noted into the chain, in the order in which it was; returns how many entries there are more."""
    gathered = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT audit_gather(%s)", [BATCH])
            taken = int(cursor.fetchone()[0])
            gathered += taken
            if taken < BATCH:
                return gathered


def _write(statement: str, values: list[Any], facts: Mapping[str, object] | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, orjson.dumps(facts or {}).decode()])
