"""States move along drawn arrows by compare-and-swap: an update that names the state it leaves, and its row count."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import QuerySet

from apps.core.errors import Conflict

Arrows = Mapping[Any, AbstractSet[Any]]


def may_move(arrows: Arrows, origin: str, target: str) -> bool:
    """Whether an arrow leads from one state to the other."""
    return target in arrows.get(origin, frozenset())


def origins_of(arrows: Arrows, target: str) -> list[str]:
    """The states from which an arrow leads to that one."""
    return [origin for origin in arrows if may_move(arrows, origin, target)]


def move(rows: QuerySet[Any], *, arrows: Arrows, target: str, field: str = "state", **changes: Any) -> None:
    """Move the one row of ``rows`` to ``target`` if an arrow leads there from where it is now, else raise Conflict."""
    moved = rows.filter(**{f"{field}__in": origins_of(arrows, target)}).update(**{field: target}, **changes)
    if moved != 1:
        raise Conflict
