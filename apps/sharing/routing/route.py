"""The words of a route: what a country did with the goods, and which agency is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


class Part(StrEnum):
    """What a country, or a named agency, has to do with the goods."""

    ORIGIN = "ORIGIN"
    EXPORT = "EXPORT"
    TRANSIT = "TRANSIT"
    DESTINATION = "DESTINATION"
    DISCOVERY = "DISCOVERY"
    CONCERNED = "CONCERNED"
    NAMED = "NAMED"
    PASSED_ON = "PASSED_ON"


class Occasion(StrEnum):
    """On what a route is told, by the kind of the report: goods that were seized, goods to come, or what was learnt."""

    SEIZURE = "SEIZURE"
    INTELLIGENCE = "OPERATIONAL_INTELLIGENCE"
    ANALYSIS = "ANALYSIS"


# DISCOVERY comes from the place of a seizure, CONCERNED from that of any other report; NAMED from its recipients and PASSED_ON
# from those: nobody types them.
ROUTE_PARTS = frozenset({Part.ORIGIN, Part.EXPORT, Part.TRANSIT, Part.DESTINATION})

# Country (ISO 3166-1 alpha-2 or a pseudo-country) and part -> token of the agency that answers.
Contacts = Mapping[tuple[str, Part], int]

# Country or pseudo-country -> token of the body that coordinates it.
Coordinators = Mapping[str, int]


class Party(Protocol):
    """An agency as routing needs it (``policy.Member`` is one)."""

    @property
    def token(self) -> int:
        """The agency's token."""

    @property
    def country(self) -> str:
        """ISO 3166-1 alpha-2; empty for an international body."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the report is set: a country (empty: not said), and on what occasion it is told."""

    country: str
    occasion: Occasion = Occasion.SEIZURE

    @property
    def part(self) -> Part:
        """What its country has to do with the goods."""
        return Part.DISCOVERY if self.occasion is Occasion.SEIZURE else Part.CONCERNED


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of a route as the originator typed it.

    ``share`` is the fraction 0-1 of the goods that came from an origin, None where unknown.
    ``seizure_opportunity`` says of a transit whether the goods were in that country's custody.
    Raises ValueError for a part that is derived and never typed.
    """

    country: str
    part: Part
    share: Decimal | None = None
    seizure_opportunity: bool | None = None

    def __post_init__(self) -> None:
        """Refuse DISCOVERY, CONCERNED, NAMED and PASSED_ON: accepting them would let a route invent an ask."""
        if self.part not in ROUTE_PARTS:
            message = f"{self.part} is derived, it is not a stop of a route"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class RoutePart:
    """One part one country played, merged over its stops; ``country`` is empty for NAMED and PASSED_ON.

    ``coordinated`` is True where the agency has it only because the country has no contact.
    """

    part: Part
    country: str
    share: Decimal | None = None
    seizure_opportunity: bool | None = None
    coordinated: bool = False
    occasion: Occasion = Occasion.SEIZURE

    @property
    def for_information(self) -> bool:
        """Nothing is asked: a coordinated country, a transit without a known opportunity, an analysis, what was passed on.

        A transit whose opportunity was left out counts as one without: an agency is not asked
        why it missed goods that nobody says it held.
        """
        missed_nothing = self.part is Part.TRANSIT and self.seizure_opportunity is not True
        to_learn_from = self.occasion is Occasion.ANALYSIS and self.part is not Part.NAMED
        return self.coordinated or missed_nothing or to_learn_from or self.part is Part.PASSED_ON


@dataclass(frozen=True, slots=True)
class Counterpart:
    """One agency with all its parts: what becomes one referral, if the policy lets it read.

    ``for_information`` is True only where no part asks anything. ``coordinating`` is True where it
    stands in for countries without a contact and has no part of the route of its own.
    """

    agency: int
    parts: tuple[RoutePart, ...]
    for_information: bool
    coordinating: bool

    @property
    def on_route(self) -> bool:
        """True where a country's part brought it here, not only that it was named or that it was passed on to it."""
        return any(part.part not in (Part.NAMED, Part.PASSED_ON) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Routing:
    """What a route resolves to. Nobody is dropped in silence: each part stands in one of the three.

    ``own``: parts whose contact is the originator itself. ``unreached``: parts with neither contact
    nor coordinating body. Both are told to the originator in the preview.
    """

    counterparts: tuple[Counterpart, ...]
    own: tuple[RoutePart, ...]
    unreached: tuple[RoutePart, ...]
