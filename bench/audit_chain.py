"""How fast a million entries are verified, against a loop that does nothing but SHA-256 over the same bytes."""

import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import connection

from apps.audit.actions import gather
from apps.audit.merkle import LEAF, NODE
from apps.audit.models import Head
from apps.audit.queries import verify
from apps.audit.spelling import FACTS, LINK, PAYLOAD, SALTED, START, raw
from bench.goals import Line

ENTRIES = 1_000_000
ROUNDS = 5  # in turn; the best of each counts (of 3, a machine that others use too was seen to miss it by a hundredth)
# Reads as the product notes them: five agencies' officers, each with the roles and the object.
FILLED = """
INSERT INTO audit_waiting (at, verb, agency_id, user_id, object_kind, object_id, owner_id, payload, salt)
SELECT now(), 'read', gen_random_uuid(), gen_random_uuid(), 'report', gen_random_uuid(), gen_random_uuid(),
       '{"roles": ["LIAISON"]}', uuid_send(gen_random_uuid())
FROM generate_series(1, %s)
"""


def run(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of verification, and of gathering on the way there."""
    return [line.data() for line in _measured(int(told.get("entries", ENTRIES)))]


def _measured(entries: int) -> Iterator[Line]:
    with connection.cursor() as cursor:
        cursor.execute(FILLED, [entries])
        begun = time.perf_counter()
        gather()
        yield Line("chaining what was read: seconds for 1,000", (time.perf_counter() - begun) / entries * 1000)
        cursor.execute("VACUUM ANALYZE audit_entry")
    rounds = [(*_bare(), *_verified()) for _ in range(ROUNDS)]
    bare, once, cpu, wall = (min(column) for column in zip(*rounds, strict=True))
    note = f"{cpu:.2f} s for {entries:,} entries ({wall:.1f} s by the clock), against {bare:.2f} s"
    yield Line("verifying the trail, against bare SHA-256 over the same bytes: CPU", cpu / bare, 2, note)
    yield Line("verifying the trail, against SHA-256 of each entry once: CPU", cpu / once, note=f"against {once:.2f} s")


def _verified() -> tuple[float, float]:
    """Seconds of a verification, on the processor and by the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    verdict = verify()
    if verdict.broken is not None:
        raise RuntimeError(f"the chain is broken at entry {verdict.broken}")
    return time.process_time() - cpu, time.perf_counter() - wall


def _bare() -> tuple[float, float]:
    """Seconds of hashing what a verification hashes (payloads, links, leaves, nodes), and of one hash of each entry."""
    bare, once, link = 0.0, 0.0, START
    for block in raw(after=0, last=Head.objects.get(id=1).seq):
        cuts = [FACTS + SALTED + int.from_bytes(row[FACTS : FACTS + 4]) for row in block]
        messages = [PAYLOAD + row[FACTS:cut] for row, cut in zip(block, cuts, strict=True)]
        messages += [LINK + link + row[cut:] for row, cut in zip(block, cuts, strict=True)]
        messages += [LEAF + row[cut:] for row, cut in zip(block, cuts, strict=True)]
        messages += [NODE + link + link] * len(block)
        bare += _hashed(messages)
        once += _hashed(block)
    return bare, once


def _hashed(messages: list[bytes]) -> float:
    begun = time.process_time()
    for message in messages:
        sha256(message).digest()
    return time.process_time() - begun
