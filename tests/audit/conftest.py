"""A chain to look at, break and mend, in a test's own transaction."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from apps.audit.actions import MACHINE, record
from apps.audit.models import Entry
from tests.cast import NOW

type_write = Callable[[int], list[int]]


@pytest.fixture
def written(db: None) -> type_write:
    """``written(3)`` appends three entries and gives their numbers."""

    def write(count: int) -> list[int]:
        before = Entry.objects.count()
        for step in range(count):
            at = NOW + timedelta(microseconds=step)
            record(actor=MACHINE, verb="try", kind="thing", object_id=uuid.uuid4(), facts={"step": step}, now=at)
        return list(Entry.objects.filter(seq__gt=before).order_by("seq").values_list("seq", flat=True))

    return write


def behind_the_guards(statement: str, *values: int) -> int:
    """What the owner of the table can do once they have taken the guards away; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        touched = int(cursor.rowcount)
        cursor.execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only")
        cursor.execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_no_truncate")
    return touched
