"""Opening what is sealed. One statement each, whatever has been opened before: the database decides which keys there are."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core.rows import rows
from apps.vault import sealing
from apps.vault.errors import Destroyed, unreadable
from apps.vault.keys import Data, Object
from apps.vault.sealing import NOBODY

DATA = "k.id, k.owner, k.version, k.master, k.wrapped"
OF_OWNER = f"""
SELECT {DATA} FROM vault_datakey k
WHERE coalesce(k.owner, '00000000-0000-0000-0000-000000000000') = %(owner)s AND k.destroyed_at IS NULL
"""  # noqa: S608 - constants
CURRENT = f"{OF_OWNER} AND k.retired_at IS NULL ORDER BY k.version DESC LIMIT 1"
OF_VERSION = f"{OF_OWNER} AND k.version = %(version)s"
LIVING = f"SELECT {DATA} FROM vault_datakey k WHERE k.destroyed_at IS NULL ORDER BY k.id"  # noqa: S608 - constants
# A key that was destroyed still says when its master wrapped it; a master that wraps none that lives is out of use.
MASTERS = """
SELECT min(coalesce(wrapped_at, created_at)) FROM vault_datakey GROUP BY master HAVING bool_or(destroyed_at IS NULL)
"""
IN_USE = "SELECT created_at FROM vault_datakey WHERE retired_at IS NULL"
OF_OBJECT = f"""
SELECT o.destroyed_at, o.version, o.wrapped, {DATA}
FROM vault_objectkey o LEFT JOIN vault_datakey k ON k.id = o.data_key_id
WHERE o.id = %(row)s AND coalesce(o.owner, '00000000-0000-0000-0000-000000000000') = %(owner)s
"""  # noqa: S608 - constants


def unseal(*, owner: UUID | None, field: str, row: UUID, sealed: bytes) -> bytes:
    """The plain bytes of what was sealed for that owner, field and row; one statement.

    Raises Destroyed where its key was destroyed, and Unreadable, which says no more, where it does not open: moved,
    changed, under a key that this reader may not see, or without the master key.
    """
    head, found = sealed[: sealing.HEADER.size], _found(owner, row, sealed)
    try:
        if found is None:
            raise sealing.DoesNotFit
        return sealing.unlock(found.unwrapped(), sealed, sealing.place(owner=owner, row=row, field=field), head)
    except Exception as error:  # noqa: BLE001 - whatever a holder of masters raises, it means the same
        raise unreadable(
            field=field, row=row, why=type(error).__name__
        ) from None  # a traceback would lead through keys


def _found(owner: UUID | None, row: UUID, sealed: bytes) -> Data | Object | None:
    """The key that sealed it, where it may be seen and its version is that of the header."""
    form, version = sealing.read_header(sealed)
    found = data_key(owner, version) if form == sealing.BRIEF else object_key(owner, row) if form else None
    return found if found and found.version == version else None


def data_key(owner: UUID | None, version: int | None = None) -> Data | None:
    """The owner's data key of that version, or the one in use; None where there is none that may be seen."""
    statement = CURRENT if version is None else OF_VERSION
    found = rows(statement, {"owner": owner or NOBODY, "version": version})
    return data_of(found[0]) if found else None


def object_key(owner: UUID | None, row: UUID) -> Object | None:
    """The key of a row; None where there is none that may be seen. Raises Destroyed where it was destroyed."""
    found = rows(OF_OBJECT, {"owner": owner or NOBODY, "row": row})
    if not found:
        return None
    destroyed_at, version, wrapped, *data = found[0]
    if destroyed_at is not None:
        raise Destroyed(destroyed_at, version)
    if data[0] is None:  # the object's key may be seen, its owner's may not
        return None
    return Object(row, owner, version, bytes(wrapped), data_of(data))


def living_data_keys() -> Iterator[Data]:
    """Every data key that was not destroyed, in use or retired; for commands."""
    return map(data_of, rows(LIVING, {}))


def masters_since() -> list[datetime]:
    """Since when each master that still wraps a data key has done so; one statement."""
    return [at for (at,) in rows(MASTERS, {})]


def data_keys_since() -> list[datetime]:
    """Since when each data key that wraps what is new has been there; one statement."""
    return [at for (at,) in rows(IN_USE, {})]


def data_of(cells: Any) -> Data:
    """A data key from the columns ``DATA``."""
    id_, owner, version, master, wrapped = cells
    return Data(id_, owner, version, master, bytes(wrapped))
