"""Identifiers, made in Python and never by the database: RETURNING would need the new row to be visible."""

import secrets
import uuid
from datetime import datetime

FIRST, LAST = uuid.UUID(int=0), uuid.UUID(int=(1 << 128) - 1)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> uuid.UUID:
    """A random UUIDv4."""
    return uuid.uuid4()


def position(now: datetime) -> uuid.UUID:
    """A UUIDv7 of ``now``: sorts by time, random within the millisecond (RFC 9562 section 5.7; Python 3.11 has none)."""
    millis = int(now.timestamp() * 1000)
    value = (millis & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def first_position(at: datetime) -> uuid.UUID:
    """The least UUID that a position of this millisecond, or of a later one, can be; before 1970 it is the least of all."""
    return uuid.UUID(int=max(0, int(at.timestamp() * 1000)) << 80)


def reference(prefix: str, year: int) -> str:
    """``SR-2026-`` and 8 random Crockford base-32 characters; a counter would tell strangers how much they don't see."""
    return f"{prefix}-{year}-" + "".join(secrets.choice(CROCKFORD) for _ in range(8))
