"""Sealing, destroying, rotating."""

from apps.vault.actions.ending import destroy, destroy_retired, forget
from apps.vault.actions.rotation import (
    Stuck,
    left_to_rewrap,
    new_version,
    older,
    retire,
    rewrap_data,
    rewrap_objects,
    under_other_masters,
)
from apps.vault.actions.sealing import seal, seal_briefly

__all__ = [
    "Stuck",
    "destroy",
    "destroy_retired",
    "forget",
    "left_to_rewrap",
    "new_version",
    "older",
    "retire",
    "rewrap_data",
    "rewrap_objects",
    "seal",
    "seal_briefly",
    "under_other_masters",
]
