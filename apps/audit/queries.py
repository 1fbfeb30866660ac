"""Reading the trail, and proving that nobody has rewritten it.

Anybody can repeat the proof without us: ``payload_hash`` is the SHA-256 of the payload's UTF-8 text as it is stored,
``hash`` the SHA-256 of the previous entry's hash (32 zero bytes before the first) followed by that digest.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Max

from apps.audit.models import Entry, Head

START = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The payload's keys and the columns beside it that say the same: whoever changes a column alone is found too.
COLUMNS = {
    "seq": "seq",
    "at": "at",
    "verb": "verb",
    "agency": "agency_id",
    "user": "user_id",
    "kind": "object_kind",
    "object": "object_id",
    "owner": "owner_id",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` entries hold; ``broken`` is the first sequence number that does not, or None. ``link`` is the last hash."""

    count: int
    broken: int | None
    link: bytes = START


def verify(*, batch: int = 5000) -> Verdict:
    """Walk the chain from its start to its head, recomputing every hash. A missing tail breaks where it begins.

    Entries are appended while we walk: what is committed when we look at the head is what we answer for. A chain whose
    every hash has been made anew holds here; only a hash that was noted down elsewhere tells (``verify_audit --noted``).
    """
    last = Entry.objects.aggregate(last=Max("seq"))["last"] or 0
    head = Head.objects.filter(id=1).first()
    link, count = START, 0
    for entry in _entries(head.seq if head else last, batch):
        if entry["seq"] != count + 1 or not _holds(entry, link):
            return Verdict(count, count + 1, link)
        link, count = bytes(entry["hash"]), count + 1
    intact = head is not None and head.seq == count >= last and bytes(head.hash) == link
    return Verdict(count, None if intact else count + 1, link)


def hash_at(seq: int) -> bytes | None:
    """The hash of one entry, or None where there is none."""
    found = Entry.objects.filter(seq=seq).values_list("hash", flat=True).first()
    return None if found is None else bytes(found)


def _entries(last: int, batch: int) -> Iterator[dict[str, Any]]:
    fields = ("payload", "payload_hash", "previous", "hash", *COLUMNS.values())
    yield from Entry.objects.filter(seq__lte=last).order_by("seq").values(*fields).iterator(chunk_size=batch)


def _holds(entry: Mapping[str, Any], link: bytes) -> bool:
    digest = hashlib.sha256(entry["payload"].encode()).digest()
    chained = hashlib.sha256(link + digest).digest()
    stored = bytes(entry["payload_hash"]), bytes(entry["previous"]), bytes(entry["hash"])
    return stored == (digest, link, chained) and _agrees(entry)


def _agrees(entry: Mapping[str, Any]) -> bool:
    """Whether the columns say what the hashed text says."""
    told = json.loads(entry["payload"])
    return all(told[key] == _plain(entry[column]) for key, column in COLUMNS.items())


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(microseconds=1)
    return value if value is None or isinstance(value, int) else str(value)
