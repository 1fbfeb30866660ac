"""Who may still be told of a label, and what of a list of them. This room stands below the one that knows, so that one
registers its judgement here.

The contract: ``check(looks, now)`` returns those of the looks that hold now, in a constant number of statements whatever
their number, as the worker role. It is asked before a notice is made and again before its message leaves, so access that
has ended cancels what waits. ``sight(actor, labels)`` returns those of the labels that the actor sees, in one statement, as
whoever asks: a notice outlives access, and then must not say what it was about. Both fail closed: without a registered
one nothing about any label is told, sent or shown.
"""

from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.agencies.policy import Actor


@dataclass(frozen=True, slots=True)
class Look:
    """One account and one label.

    ``opens``: the account itself must be able to open what the label labels. Where it is False (an administrator is told
    that something waits for an agency without a liaison officer), the label must let the account's agency in: a liaison
    officer of it could open it.
    """

    user_id: UUID
    label_id: UUID
    opens: bool = True


Check = Callable[[Collection[Look], datetime], AbstractSet[Look]]
Sight = Callable[[Actor, Collection[UUID]], AbstractSet[UUID]]


class Unguarded(RuntimeError):
    """Nobody who knows is registered, so nobody may be told or shown anything about a label."""


_checks: list[Check] = []
_sights: list[Sight] = []


def register(check: Check) -> None:
    """Have ``check`` decide; registering the same one again changes nothing, a second one must hold as well."""
    if check not in _checks:
        _checks.append(check)


def register_sight(sight: Sight) -> None:
    """Have ``sight`` decide what stays open to whom; as with ``register``."""
    if sight not in _sights:
        _sights.append(sight)


def allowed(looks: Collection[Look], *, now: datetime) -> AbstractSet[Look]:
    """Those of the looks that every check lets pass. Raises Unguarded where there is something to check and no check."""
    holding = frozenset(looks)
    if holding and not _checks:
        raise Unguarded
    for check in _checks:
        if holding:
            holding &= check(holding, now)
    return holding


def open_to(actor: Actor, *, labels: Collection[UUID]) -> AbstractSet[UUID]:
    """Those of the labels that the actor sees now. Raises Unguarded where there is something to see and no sight."""
    seen = frozenset(labels)
    if seen and not _sights:
        raise Unguarded
    for sight in _sights:
        if seen:
            seen &= sight(actor, seen)
    return seen
