"""A report's content as plain values: what was entered, understood, with codes not yet looked up."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Occurred:
    """When: the first and last day that the words allow, and how precise they were."""

    since: date
    until: date
    precision: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One line of specimens; empty words are still missing."""

    taxon: str = ""
    term: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    qualifier: str = "EXACT"


@dataclass(frozen=True, slots=True)
class StopLine:
    """One stop of the route."""

    country: str
    part: str
    place: str = ""
    share: Decimal | None = None
    seizure_opportunity: bool | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that a person enters of a report. Agencies are codes."""

    kind: str
    title: str = ""
    narrative: str = ""
    narrative_destroyed_at: datetime | None = None  # of what is stored, never entered
    case_number: str = ""
    tlp: str = "AMBER"
    law_enforcement_only: bool = True
    handling: tuple[str, ...] = ()
    handling_note: str = ""
    named: tuple[str, ...] = ()
    withheld_from: tuple[str, ...] = ()
    occurred: Occurred | None = None
    place_name: str = ""
    place_country: str = ""
    items: tuple[ItemLine, ...] = field(default_factory=tuple)
    route: tuple[StopLine, ...] = field(default_factory=tuple)
