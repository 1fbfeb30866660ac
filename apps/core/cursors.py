"""Opaque marks of a place in a list: where the next page begins. They hold what the last row of the page told already."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from uuid import UUID

from apps.core.errors import Invalid
from apps.core.words import N_

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def of_position(position: UUID) -> str:
    """The mark of a row that is sorted by its position; 22 characters."""
    return _written(position.bytes)


def position_of(cursor: str) -> UUID:
    """The position behind a mark of ``of_position``; Invalid for anything else."""
    return UUID(bytes=_read(cursor, 16))


def of_moment(at: datetime, row_id: UUID) -> str:
    """The mark of a row that is sorted by a time and its id; 32 characters."""
    return _written(((at - EPOCH) // MICROSECOND).to_bytes(8) + row_id.bytes)


def moment_of(cursor: str) -> tuple[datetime, UUID]:
    """The time and the id behind a mark of ``of_moment``; Invalid for anything else."""
    content = _read(cursor, 24)
    try:
        return EPOCH + int.from_bytes(content[:8]) * MICROSECOND, UUID(bytes=content[8:])
    except OverflowError as error:
        raise _invalid() from error


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read(cursor: str, length: int) -> bytes:
    """The bytes of a mark that is spelt as we spell it and no other way."""
    try:
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error) as error:
        raise _invalid() from error
    if len(content) != length or _written(content) != cursor:
        raise _invalid()
    return content


def _invalid() -> Invalid:
    return Invalid(
        errors={"cursor": [N_("This is no place in this list: follow the address that a page gives as next.")]}
    )
