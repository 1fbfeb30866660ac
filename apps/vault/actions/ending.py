"""The end of keys: what they sealed is then gone, wherever a copy of the sealed bytes may be."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from apps.core.rows import array, change
from apps.vault.models import ObjectKey

BRIEFLY = timedelta(days=2)  # what is sealed briefly lives one day
DESTROY = """
UPDATE vault_objectkey SET wrapped = NULL, data_key_id = NULL, destroyed_at = %(now)s
WHERE id = ANY (%(rows)s::uuid[]) AND destroyed_at IS NULL
"""
DESTROY_RETIRED = """
UPDATE vault_datakey k SET wrapped = NULL, destroyed_at = %(now)s
WHERE k.destroyed_at IS NULL AND k.retired_at < %(before)s
AND NOT EXISTS (SELECT FROM vault_objectkey o WHERE o.data_key_id = k.id)
"""


def destroy(*, rows: Collection[UUID], now: datetime) -> int:
    """Destroy the keys of these rows; how many there were. That they were destroyed, and when, stays."""
    return change(DESTROY, {"rows": array(rows), "now": now})


def forget(*, row: UUID) -> None:
    """Take a row's key away with the row itself, or with its secrecy."""
    ObjectKey.objects.filter(id=row).delete()


def destroy_retired(*, now: datetime) -> int:
    """Destroy the data keys that nothing needs any more, two days after they were retired; how many."""
    return change(DESTROY_RETIRED, {"now": now, "before": now - BRIEFLY})
