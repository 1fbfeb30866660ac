"""A chain to look at, break and mend, in a test's own transaction."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection

from apps.audit import heads
from apps.audit.actions import MACHINE, note, record
from apps.audit.models import Entry, Waiting
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


@pytest.fixture
def noted(db: None) -> type_write:
    """``noted(3)`` notes three reads and gives the numbers under which they wait."""

    def note_them(count: int) -> list[int]:
        last = Waiting.objects.order_by("-id").values_list("id", flat=True).first() or 0
        for step in range(count):
            at = NOW + timedelta(microseconds=step)
            note(actor=MACHINE, verb="try", kind="thing", object_id=uuid.uuid4(), facts={"step": step}, now=at)
        return list(Waiting.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True))

    return note_them


@pytest.fixture
def key(tmp_path: Path, settings: LazySettings) -> Path:
    """A key to sign with, in its file."""
    file = tmp_path / "keys" / "signing.pem"
    heads.make(file)
    settings.SIGNING_KEY_FILE = str(file)
    return file


def behind_the_guards(statement: str, *values: int, table: str = "audit_entry") -> int:
    """What the owner of the table can do once they have taken the guards away; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        touched = int(cursor.rowcount)
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
    return touched
