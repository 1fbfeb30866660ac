"""Writing the log down for third parties."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from apps.audit.actions.writing import MACHINE, gather, record
from apps.audit.heads import told
from apps.audit.models import Entry, Head, Seal
from apps.audit.queries.verifying import entries

FORMAT = "counterpart-audit-1"
IDS = {"agency": "agency_id", "user": "user_id", "object": "object_id", "owner": "owner_id"}


def export(*, out: TextIO, payloads: bool, now: datetime) -> tuple[int, int]:
    """Write a line of JSON for the format, for each seal and for each entry; returns how many entries and seals.

    Entries hold ids and codes; their facts are written only where asked for, their digests always: either verifies. The
    export itself is in the trail, behind what it holds.
    """
    gather()
    last, seals = Head.objects.get(id=1).seq, list(Seal.objects.order_by("id"))
    seals = [seal for seal in seals if seal.size <= last]
    lines = _lines(last, seals, payloads=payloads)
    out.writelines(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    facts = {"entries": last, "seals": len(seals), "payloads": payloads}
    record(actor=MACHINE, verb="export_audit", kind="audit", object_id=None, facts=facts, now=now)
    return last, len(seals)


def _lines(last: int, seals: list[Seal], *, payloads: bool) -> Iterator[dict[str, Any]]:
    yield {"format": FORMAT, "entries": last, "seals": len(seals)}
    yield from (_seal(seal) for seal in seals)
    yield from (_entry(entry, payloads=payloads) for entry in entries(last=last))


def _seal(seal: Seal) -> dict[str, Any]:
    kept = {name: bytes(getattr(seal, name)).hex() for name in ("root", "head", "public", "signature")}
    return {"seal": {"at": told(seal.at), "size": seal.size, **kept}}


def _entry(entry: Entry, *, payloads: bool) -> dict[str, Any]:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    ids = {name: _plain(getattr(entry, column)) for name, column in IDS.items()}
    line = {"seq": entry.seq, "at": at, "verb": entry.verb, "kind": entry.object_kind, **ids}
    line |= {"digest": bytes(entry.payload_hash).hex(), "hash": bytes(entry.hash).hex()}
    if entry.payload is None or entry.salt is None:
        return line | {"erased": True}
    return line | ({"payload": entry.payload, "salt": bytes(entry.salt).hex()} if payloads else {})


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
