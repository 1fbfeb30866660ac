"""The words of the policy: the facts it judges and the shape of what it says. No judgement stands here."""

from dataclasses import dataclass
from enum import StrEnum

from apps.sharing.routing import Counterpart


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0, the narrowest first; house rules on top of FIRST's labels (docs/policy.md)."""

    RED = "RED"
    AMBER_STRICT = "AMBER_STRICT"
    AMBER = "AMBER"
    GREEN = "GREEN"
    CLEAR = "CLEAR"

    def opens(self, level: "Tlp") -> bool:
        """Whether this label is as open as ``level`` or more open."""
        order = tuple(Tlp)
        return order.index(self) >= order.index(level)


class Handling(StrEnum):
    """H1: no evidence without consent. H2: no onward release without consent. H3: a restriction in free text."""

    H1 = "H1"
    H2 = "H2"
    H3 = "H3"


class Stage(StrEnum):
    """Where a labelled thing stands. WITHDRAWN keeps its audience: they see that it was withdrawn, and no more."""

    DRAFT = "DRAFT"
    SHARED = "SHARED"
    WITHDRAWN = "WITHDRAWN"


class ReportKind(StrEnum):
    """What a report may be; the kind decides the defaults of its label and who may file it."""

    SEIZURE = "SEIZURE"
    OPERATIONAL_INTELLIGENCE = "OPERATIONAL_INTELLIGENCE"
    ANALYSIS = "ANALYSIS"


class Basis(StrEnum):
    """Why somebody is let in."""

    ORIGINATOR = "ORIGINATOR"
    AUTHOR = "AUTHOR"
    NAMED = "NAMED"
    COUNTERPART = "COUNTERPART"
    COORDINATING_BODY = "COORDINATING_BODY"
    OPERATION = "OPERATION"
    PASSED_ON = "PASSED_ON"
    BREAK_GLASS = "BREAK_GLASS"
    LAW_ENFORCEMENT_MEMBERS = "LAW_ENFORCEMENT_MEMBERS"
    ALL_MEMBERS = "ALL_MEMBERS"


class Reason(StrEnum):
    """Why an agency that the facts speak of is left out; where several hold, the first of these is told."""

    WITHHELD = "WITHHELD"
    INACTIVE = "INACTIVE"
    NOT_NAMED = "NOT_NAMED"
    LAW_ENFORCEMENT_ONLY = "LAW_ENFORCEMENT_ONLY"
    NOT_PASSED_ON = "NOT_PASSED_ON"


@dataclass(frozen=True, slots=True)
class Member:
    """A member agency as the policy needs it. ``country`` is ISO 3166-1 alpha-2, empty for international bodies."""

    token: int
    code: str
    country: str
    law_enforcement: bool
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the policy knows of a label. Agencies, operation and author are tokens.

    ``counterparts`` are those resolved at submission (empty in a draft); ``passed_on`` are the agencies to which the
    originator let a recipient pass it on; ``opened`` are the tokens of its openings by break-glass that are not over.
    """

    originator: int
    author: int
    tlp: Tlp
    law_enforcement_only: bool
    stage: Stage
    handling: frozenset[Handling] = frozenset()
    named: frozenset[int] = frozenset()
    withheld: frozenset[int] = frozenset()
    counterparts: tuple[Counterpart, ...] = ()
    operation: int | None = None
    passed_on: frozenset[int] = frozenset()
    opened: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Ground:
    """Whoever holds ``token`` is let in, because of ``basis``. ``agency`` is None where the token is a group's."""

    token: int
    agency: int | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Omission:
    """An agency that is told nothing, and why. Only the originator may learn of it."""

    agency: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who is let in and who is left out, both in the order of the rules and then of the tokens."""

    grounds: tuple[Ground, ...]
    left_out: tuple[Omission, ...]

    @property
    def audience(self) -> frozenset[int]:
        """The tokens that open the label."""
        return frozenset(ground.token for ground in self.grounds)

    @property
    def withheld(self) -> frozenset[int]:
        """The tokens that keep it shut whatever else their holder holds."""
        return frozenset(omission.agency for omission in self.left_out if omission.reason is Reason.WITHHELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What the label of a new report says until its author says otherwise."""

    tlp: Tlp = Tlp.AMBER
    law_enforcement_only: bool = True
    handling: frozenset[Handling] = frozenset()


DEFAULTS = Defaults()


def defaults_for(kind: ReportKind) -> Defaults:
    """Return the label that a new report of this kind starts with: intelligence is not passed on without consent."""
    if kind is ReportKind.OPERATIONAL_INTELLIGENCE:
        return Defaults(handling=frozenset({Handling.H2}))
    return DEFAULTS


class ContradictoryFacts(ValueError):
    """Facts that cannot all be meant; ``agencies`` are the tokens they speak of. Nothing was judged."""

    def __init__(self, agencies: frozenset[int]) -> None:
        self.agencies = agencies
        super().__init__(f"named, or the originator, and withheld: {sorted(agencies)}")


def named_and_withheld(*, named: frozenset[int], withheld: frozenset[int]) -> frozenset[int]:
    """Return the agencies that are both, which is an error of input and never a question of which wins."""
    return named & withheld
