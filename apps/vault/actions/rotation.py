"""Rotation, in steps that may be cut off anywhere and run again while others write.

An agency's: a new version, then the keys of its rows in batches, then the old version is retired. What is sealed is not
touched: it stays under its row's key. A master's: each data key is wrapped anew, one by one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from apps.core.ids import new_id
from apps.core.rows import array, change
from apps.vault import sealing
from apps.vault.actions.sealing import FIRST, write
from apps.vault.keys import Data, Object, wrap_data, wrap_object
from apps.vault.masters import masters
from apps.vault.models import DataKey, ObjectKey
from apps.vault.queries import DATA, data_key, data_of, living_data_keys

BATCH = 200
# A row that somebody is changing is waited for: skipped ones would have to be looked for again.
OUTDATED = f"""
SELECT o.id, o.version, o.wrapped, {DATA} FROM vault_objectkey o JOIN vault_datakey k ON k.id = o.data_key_id
WHERE coalesce(k.owner, '00000000-0000-0000-0000-000000000000') = %s AND k.id <> %s
ORDER BY o.id LIMIT {BATCH} FOR UPDATE OF o
"""  # noqa: S608 - constants
REWRAP = """
UPDATE vault_objectkey o SET wrapped = fresh.wrapped, data_key_id = %s
FROM unnest(%s::uuid[], %s::bytea[]) AS fresh (id, wrapped) WHERE o.id = fresh.id
"""
RETIRE = """
UPDATE vault_datakey k SET retired_at = %(now)s
WHERE k.id = ANY (%(ids)s::uuid[]) AND k.retired_at IS NULL
AND NOT EXISTS (SELECT FROM vault_objectkey o WHERE o.data_key_id = k.id)
"""
REWRAP_DATA = """
UPDATE vault_datakey SET wrapped = %(wrapped)s, master = %(master)s, wrapped_at = now()
WHERE id = %(id)s AND wrapped = %(old)s
"""


class Stuck(Exception):
    """A key that does not open: rotation stops before it, and all that was rotated stays so."""


def new_version(*, owner: UUID | None) -> tuple[Data, bool]:
    """The version that shall take over, and whether it is new: the newest goes on where a rotation was cut off."""
    found = data_key(owner)
    if found and (older(data=found) or left_to_rewrap(data=found)):
        return found, False
    made = wrap_data(new_id(), owner, found.version + 1 if found else FIRST, sealing.new_key())
    if write(made):
        return made, True
    return new_version(owner=owner)  # somebody else has just made it


def rewrap_objects(*, data: Data) -> int:
    """Wrap a batch of the keys that older versions of the owner's wrap by this one; how many, 0 when all are done."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OUTDATED, [data.owner or sealing.NOBODY, data.id])
        fresh = [_rewrapped(row, data) for row in cursor.fetchall()]
        if fresh:
            cursor.execute(REWRAP, [data.id, [each.id for each in fresh], [each.wrapped for each in fresh]])
        return len(fresh)


def _rewrapped(row: tuple[Any, ...], data: Data) -> Object:
    id_, version, wrapped, *cells = row
    old = Object(id_, data.owner, version, bytes(wrapped), data_of(cells))
    try:
        plain = old.plain()
    except sealing.DoesNotFit as error:
        raise Stuck(f"The key of the row {id_} does not open: it was changed, or put there from elsewhere.") from error
    return wrap_object(old.id, old.version, plain, data)


def retire(*, data: Data, now: datetime) -> int:
    """Retire the owner's older versions that wrap nothing any more; how many."""
    return change(RETIRE, {"ids": array(older(data=data)), "now": now})


def older(*, data: Data) -> list[UUID]:
    """The owner's older versions that are not retired yet."""
    rows = DataKey.objects.filter(owner=data.owner, version__lt=data.version, retired_at__isnull=True)
    return list(rows.values_list("id", flat=True))


def left_to_rewrap(*, data: Data) -> int:
    """How many keys of the owner's rows this version does not wrap yet; destroyed ones have none to wrap."""
    living = ObjectKey.objects.filter(owner=data.owner, destroyed_at__isnull=True)
    return living.exclude(data_key_id=data.id).count()


def under_other_masters() -> Iterable[Data]:
    """The data keys that the current master did not wrap."""
    current = masters().current
    return (data for data in living_data_keys() if data.master != current)


def rewrap_data(*, data: Data) -> bool:
    """Wrap a data key by the current master; False where somebody else just did."""
    try:
        plain = data.plain()
    except sealing.DoesNotFit as error:
        raise Stuck(f"The data key {data.id} does not open: it was changed, or put there from elsewhere.") from error
    fresh = wrap_data(data.id, data.owner, data.version, plain)
    values = {"id": data.id, "wrapped": fresh.wrapped, "master": fresh.master, "old": data.wrapped}
    return change(REWRAP_DATA, values) == 1
