"""What is made of others' things (a summary, a bundle, a figure): at least as restricted as each of its parts.

Whoever reads the whole could have read every part; only the originators of the parts relax (DESIGN section 5).
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce

from apps.sharing.policy.terms import ContradictoryFacts, Facts, Handling, Stage, Tlp
from apps.sharing.routing import Counterpart


def narrowest(tlps: Iterable[Tlp]) -> Tlp:
    """Return the narrowest of these labels; ValueError where there is none."""
    return min(tlps, key=tuple(Tlp).index)


def strictest(*, parts: Sequence[Facts], originator: int, author: int) -> Facts:
    """Return the facts of a thing that the agency ``originator`` (its person ``author``) makes of these parts.

    The narrowest TLP, every handling code, law-enforcement-only if one part is, withheld from everybody that one part is
    withheld from, and open to no agency but those that each part is open to by itself. No opening by break-glass goes
    along. Its maker has to be a reader of every part: ContradictoryFacts where one is withheld from it; ValueError
    without parts.
    """
    if not parts:
        raise ValueError("a thing made of nothing has no facts")
    withheld = _all(part.withheld for part in parts)
    if originator in withheld:
        raise ContradictoryFacts(frozenset({originator}))
    common = _common(parts) - withheld - {originator}
    chosen = _chosen(parts, common)
    handed = frozenset(agency for agency in common if any(agency in part.passed_on for part in parts)) - chosen
    return Facts(
        originator=originator,
        author=author,
        tlp=narrowest(_tlp(part) for part in parts),
        law_enforcement_only=any(part.law_enforcement_only for part in parts),
        stage=Stage.SHARED,
        handling=_handling(parts),
        named=chosen,
        withheld=withheld,
        counterparts=_counterparts(parts, common - chosen - handed),
        operation=_operation(parts),
        passed_on=handed,
    )


def _all(sets: Iterable[AbstractSet[int]]) -> frozenset[int]:
    return frozenset().union(*sets)


def _tlp(part: Facts) -> Tlp:
    """What a draft or a withdrawn thing would say if it were shared opens it to nobody yet, or no more."""
    return part.tlp if part.stage is Stage.SHARED else narrowest((part.tlp, Tlp.AMBER_STRICT))


def _handling(parts: Sequence[Facts]) -> frozenset[Handling]:
    return frozenset().union(*(part.handling for part in parts))


def _common(parts: Sequence[Facts]) -> frozenset[int]:
    """The agencies that every part speaks of as readers; one open to all members asks for none."""
    spoken = [_spoken_of(part) for part in parts if not _everybodys(part)]
    return reduce(frozenset.intersection, spoken) if spoken else frozenset()


def _everybodys(part: Facts) -> bool:
    return part.stage is Stage.SHARED and part.tlp.opens(Tlp.GREEN)


def _spoken_of(part: Facts) -> frozenset[int]:
    """A draft and what was withdrawn are their originator's alone."""
    if part.stage is not Stage.SHARED:
        return frozenset({part.originator})
    return frozenset({part.originator}) | part.named | part.passed_on | frozenset(_on_route(part))


def _chosen(parts: Sequence[Facts], common: AbstractSet[int]) -> frozenset[int]:
    """Those that each part was meant for by name, or is of: naming lets in what is not law enforcement.

    What every member agency reads, law enforcement or not, is meant for each of them.
    """
    narrow = (part for part in parts if part.law_enforcement_only or not _everybodys(part))
    meant = [{part.originator} | part.named for part in narrow]
    return frozenset(agency for agency in common if all(agency in of for of in meant))


def _on_route(part: Facts) -> Mapping[int, Counterpart]:
    return {each.agency: each for each in part.counterparts if each.on_route}


def _counterparts(parts: Sequence[Facts], agencies: AbstractSet[int]) -> tuple[Counterpart, ...]:
    """The first part's row of each of these agencies that a route brought to one of the parts, in their order."""
    rows: dict[int, Counterpart] = {}
    for part in parts:
        for agency, row in _on_route(part).items():
            if agency in agencies:
                rows.setdefault(agency, row)
    return tuple(rows.values())


def _operation(parts: Sequence[Facts]) -> int | None:
    """The one operation that every part belongs to which not everybody reads."""
    of = {part.operation if part.stage is Stage.SHARED else None for part in parts if not _everybodys(part)}
    return of.pop() if len(of) == 1 else None
