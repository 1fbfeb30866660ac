"""Sealing. The first key of an owner, and of a row, is made when it is needed."""

from uuid import UUID

from apps.core.ids import new_id
from apps.core.rows import change
from apps.vault import sealing
from apps.vault.errors import Destroyed, unreadable
from apps.vault.keys import Data, Object, wrap_data, wrap_object
from apps.vault.queries import data_key, object_key

FIRST = 1
# Both may be made twice at the same moment: the second waits for the first, and then uses it.
NEW_DATA = """
INSERT INTO vault_datakey (id, owner, version, master, wrapped, wrapped_at)
VALUES (%(id)s, %(owner)s::uuid, %(version)s, %(master)s, %(wrapped)s, now()) ON CONFLICT DO NOTHING
"""
NEW_OBJECT = """
INSERT INTO vault_objectkey (id, owner, version, data_key_id, wrapped)
VALUES (%(id)s, %(owner)s::uuid, %(version)s, %(data)s, %(wrapped)s) ON CONFLICT DO NOTHING
"""
GONE = "DELETE FROM vault_objectkey WHERE id = %(id)s AND destroyed_at IS NOT NULL"


def seal(*, owner: UUID | None, field: str, row: UUID, plain: bytes) -> bytes:
    """Seal a field of a row (``table.column``) of an agency, or of the platform (None), under the row's own key.

    One statement, and two more for a row's first time. It opens again with the same three, until the key is destroyed.
    """
    key = _object_key(owner, row)
    head = sealing.header(sealing.OBJECT, key.version)
    return sealing.lock(key.unwrapped(), plain, sealing.place(owner=owner, row=row, field=field), head)


def seal_briefly(*, owner: UUID | None, field: str, row: UUID, plain: bytes) -> bytes:
    """Seal what lives a day at most under the owner's data key itself; one statement. A retired key goes after two days."""
    key = _data_key(owner)
    head = sealing.header(sealing.BRIEF, key.version)
    return sealing.lock(key.unwrapped(), plain, sealing.place(owner=owner, row=row, field=field), head)


def _object_key(owner: UUID | None, row: UUID) -> Object:
    try:
        found = object_key(owner, row)
    except Destroyed as destroyed:
        change(GONE, {"id": row})
        return _new_object_key(owner, row, destroyed.version + 1)
    return found or _new_object_key(owner, row, FIRST)


def _new_object_key(owner: UUID | None, row: UUID, version: int) -> Object:
    made = wrap_object(row, version, sealing.new_key(), _data_key(owner))
    values = {"id": row, "owner": owner, "version": version, "data": made.data.id, "wrapped": made.wrapped}
    found = made if change(NEW_OBJECT, values) else object_key(owner, row)
    if found is None:
        raise unreadable(field="vault_objectkey.wrapped", row=row, why="AnotherOwners")
    return found


def _data_key(owner: UUID | None) -> Data:
    return data_key(owner) or _first_data_key(owner)


def _first_data_key(owner: UUID | None) -> Data:
    write(wrap_data(new_id(), owner, FIRST, sealing.new_key()))
    found = data_key(owner)
    if found is None:  # this role may not make a key for that owner
        raise unreadable(field="vault_datakey.wrapped", row=owner or sealing.NOBODY, why="NotSeen")
    return found


def write(data: Data) -> bool:
    """Insert a new data key; False where that version is there already."""
    values = {
        "id": data.id,
        "owner": data.owner,
        "version": data.version,
        "master": data.master,
        "wrapped": data.wrapped,
    }
    return change(NEW_DATA, values) == 1
