"""What a list of reports is narrowed to: read from a query string or a body, refused by field where it can't be meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from apps.core.words import N_, NOT_AN_OBJECT
from apps.reports.policy.dates import DAY
from apps.reports.policy.reader import Reader
from apps.reports.policy.reading import KINDS
from apps.sharing.routing import ROUTE_PARTS, Part

NAMES = ("q", "country", "part", "taxon", "kind", "originator", "state", "since", "until")
STATES = ("DRAFT", "SUBMITTED", "WITHDRAWN")
PARTS = tuple(part.value for part in (*ROUTE_PARTS, Part.DISCOVERY))
LONGEST_WORDS = 300  # characters
NOT_A_TIME = N_("Enter a day (2019-01-16) or a time with its zone (2019-01-16T09:00:00Z).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Empty where nothing is asked. ``since`` is the first moment that counts, ``until`` the first that doesn't.

    Both are about the submission, and in a draft about its making. ``part`` is about ``country`` where that is given.
    """

    q: str = ""
    country: str = ""
    part: str = ""
    taxon: str = ""
    kind: str = ""
    originator: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    side: str = (
        ""  # SENT or RECEIVED: what one's own agency has sent, or what others have; asked by pages, not by the API
    )

    @property
    def names(self) -> list[str]:
        """What is asked by, without what is asked for: the trail keeps no more."""
        return [name for name in (*NAMES, "side") if getattr(self, name)]

    @property
    def asks_for_content(self) -> bool:
        """Whether anything is asked that a tombstone doesn't tell. Its state and its place in the list it tells."""
        return self != Filters(state=self.state, since=self.since, until=self.until, side=self.side)

    @property
    def asks_for_rows(self) -> bool:
        """Whether anything is asked that words and position don't answer."""
        return self != Filters(q=self.q, since=self.since, until=self.until)


def read_filters(data: object, *, zone: tzinfo = UTC) -> tuple[Filters | None, dict[str, list[str]]]:
    """Return the filters and no errors, or None and what is wrong by field.

    A day is a day of ``zone``: UTC's for a program, the reader's own on a page, where each row is dated so.
    """
    errors: dict[str, list[str]] = {}
    if not isinstance(data, Mapping):
        return None, {"": [NOT_AN_OBJECT]}
    reader = Reader(data, errors)
    reader.only(NAMES)
    filters = Filters(
        q=reader.text("q", longest=LONGEST_WORDS),
        country=reader.text("country", longest=120),
        part=reader.choice("part", PARTS, ""),
        taxon=reader.text("taxon", longest=120),
        kind=reader.choice("kind", KINDS, ""),
        originator=reader.text("originator", longest=32),
        state=reader.choice("state", STATES, ""),
        since=_moment(reader, "since", zone, end=False),
        until=_moment(reader, "until", zone, end=True),
    )
    return (None, errors) if errors else (filters, errors)


def _moment(reader: Reader, name: str, zone: tzinfo, *, end: bool) -> datetime | None:
    """A moment: a day counts from its beginning and, as an end, to its end; a time counts itself, to the millisecond."""
    words = reader.text(name, longest=40)
    if not words:
        return None
    try:
        if DAY.fullmatch(words):
            return _edge(date.fromisoformat(words), zone, end=end)
        at = datetime.fromisoformat(words)
        if at.tzinfo is None:
            raise ValueError(words)
        return at.astimezone(UTC) + timedelta(milliseconds=end)
    except (ValueError, OverflowError):
        reader.fail(name, NOT_A_TIME)
        return None


def _edge(day: date, zone: tzinfo, *, end: bool) -> datetime | None:
    """Where the day begins, or where the one after it does; None where nothing lies beyond the calendar's own edges."""
    if end and day == date.max:
        return None
    start = datetime.combine(day + timedelta(days=end), time(), zone)
    return start.astimezone(UTC) if date.min < start.date() < date.max else start.replace(tzinfo=UTC)
