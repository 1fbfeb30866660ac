"""Who may still be told of a label. This room stands below the one that knows, so that one registers its judgement here.

The contract: ``check(looks, now)`` returns those of the looks that hold now, in a constant number of statements whatever
their number, as the worker role. It is asked before a notice is made and again before its message leaves, so access that
has ended cancels what waits. It fails closed: without a registered check nothing about any label is told or sent.
"""

from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Look:
    """One account and one label.

    ``opens``: the account itself must be able to open what the label labels. Where it is False (an administrator is told
    that something waits for an agency without a liaison officer), the label must merely not be withheld from the
    account's agency.
    """

    user_id: UUID
    label_id: UUID
    opens: bool = True


Check = Callable[[Collection[Look], datetime], AbstractSet[Look]]


class Unguarded(RuntimeError):
    """No check is registered, so nobody may be told anything about a label."""


_checks: list[Check] = []


def register(check: Check) -> None:
    """Have ``check`` decide; registering the same one again changes nothing, a second one must hold as well."""
    if check not in _checks:
        _checks.append(check)


def allowed(looks: Collection[Look], *, now: datetime) -> AbstractSet[Look]:
    """Those of the looks that every check lets pass. Raises Unguarded where there is something to check and no check."""
    holding = frozenset(looks)
    if holding and not _checks:
        raise Unguarded
    for check in _checks:
        if holding:
            holding &= check(holding, now)
    return holding
