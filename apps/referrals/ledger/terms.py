"""The words of the ledger: what is counted, what a check is, what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Area(StrEnum):
    """The rows of the ledger's table."""

    KEYS = "keys"
    REPORTS = "reports"
    REFERRALS = "referrals"
    NOTICES = "notices"
    MESSAGES = "messages"
    EVENTS = "events"
    TRAIL = "trail entries"
    LABELS = "labels"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must never be. ``sql`` selects one text column: the ids of the rows that are wrong.

    It may use the tables of ``ground`` and the parameters ``now``, ``kept`` (how far back events are kept) and
    ``coordinator`` (the code of the platform's coordinating body).
    """

    area: Area
    code: str
    sentence: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that did not hold: how many rows, and the ids of the first of them; or (not ``judged``) that was cut off,
    of which nobody knows whether it holds.
    """

    area: Area
    code: str
    sentence: str
    count: int
    first: tuple[str, ...]
    judged: bool = True

    def __str__(self) -> str:
        if not self.judged:
            return f"{self.code}: not judged, the database ended it ({', '.join(self.first)})"
        return f"{self.code}: {self.sentence} ({self.count}): {', '.join(self.first)}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the worker has still to do: rows by area, and the age of the oldest (None where there is none)."""

    count: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Notes:
    """What a person may want to know and what is no error.

    ``not_judged``: recipients whose account or agency has changed since; ``dead_events`` and ``dead_messages`` wait for
    an administrator; ``taken_twice``: messages that the mail server took more than once.
    """

    not_judged: int
    dead_events: int
    dead_messages: int
    taken_twice: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What the ledger says, of one snapshot of the database."""

    counted: Mapping[Area, int]
    waiting: Mapping[Area, Waiting]
    findings: tuple[Finding, ...]
    notes: Notes

    @property
    def pending(self) -> int:
        """How many rows wait for the worker."""
        return sum(each.count for each in self.waiting.values())

    def wrong(self, area: Area) -> int:
        """How many rows of an area are wrong."""
        return sum(finding.count for finding in self.findings if finding.area == area)
