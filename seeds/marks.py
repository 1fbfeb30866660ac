"""What has been seeded already, from which files: a mark in the audit trail, found by its id."""

import hashlib
import uuid
from datetime import datetime
from functools import cache
from pathlib import Path

from apps.audit.actions import MACHINE, record
from apps.audit.models import Entry

HERE = Path(__file__).parent
VERB = "seed"


@cache
def _digest() -> str:
    """Of everything a seed is made from: its files and its code."""
    files = [path for kind in ("*.csv", "*.json", "*.py") for path in HERE.rglob(kind)]
    texts = [path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() for path in sorted(files)]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def _mark(part: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"counterpart:seed:{part}:{_digest()}")


def is_done(part: str) -> bool:
    """Whether that part has been seeded from these very files."""
    return Entry.objects.filter(object_id=_mark(part), verb=VERB).exists()


def set_done(part: str, *, now: datetime) -> None:
    """Remember that it has."""
    record(actor=MACHINE, verb=VERB, kind="seed", object_id=_mark(part), facts={"part": part}, now=now)
