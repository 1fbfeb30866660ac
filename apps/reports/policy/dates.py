"""Dates that keep their precision: from the words to the first and last day that they allow."""

import calendar
import re
from datetime import date, timedelta

from apps.core.words import N_
from apps.reports.policy.content import Occurred

PRECISIONS = ("DAY", "WEEK", "MONTH", "YEAR", "RANGE")
SHAPES = {"MONTH": re.compile(r"(\d{4})-(\d{2})"), "YEAR": re.compile(r"(\d{4})")}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EARLIEST = date(1900, 1, 1)
NOT_A_DATE = N_("Enter a date that fits its precision, for example 2019-01-16, 2019-01 or 2019.")
FUTURE = N_("This is in the future.")
ORDER = N_("The last day can't come before the first.")
Answer = tuple[Occurred | None, str, str]


def occurred(words: str, until: str, precision: str, today: date) -> Answer:
    """Return the days, or the field that is wrong and the sentence that says why. Tomorrow in UTC is not yet the future."""
    try:
        first, last = _days(words, until, precision)
    except (ValueError, OverflowError):  # the last week of the year 9999 does not end within it
        return None, "until" if precision == "RANGE" and DAY.fullmatch(words) else "date", NOT_A_DATE
    if last < first:
        return None, "until", ORDER
    if first > today + timedelta(days=1) or first < EARLIEST:
        return None, "date", FUTURE if first > today else NOT_A_DATE
    if precision == "RANGE" and last > today + timedelta(days=1):
        return None, "until", FUTURE
    return Occurred(first, last, precision), "", ""


def written(when: Occurred) -> tuple[str, str | None]:
    """The words of a date and, of a range, its end: the reverse of ``occurred``."""
    length = {"MONTH": 7, "YEAR": 4}.get(when.precision, 10)
    return when.since.isoformat()[:length], when.until.isoformat() if when.precision == "RANGE" else None


def _days(words: str, until: str, precision: str) -> tuple[date, date]:
    if precision == "MONTH":
        return _month(words)
    if precision == "YEAR":
        return _year(words)
    first = _day(words)
    if precision == "WEEK":
        monday = first - timedelta(days=first.weekday())
        return monday, monday + timedelta(days=6)
    return first, _day(until) if precision == "RANGE" else first


def _day(words: str) -> date:
    if not DAY.fullmatch(words):
        raise ValueError(words)
    return date.fromisoformat(words)


def _month(words: str) -> tuple[date, date]:
    found = SHAPES["MONTH"].fullmatch(words)
    if not found:
        raise ValueError(words)
    year, month = int(found[1]), int(found[2])
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year(words: str) -> tuple[date, date]:
    found = SHAPES["YEAR"].fullmatch(words)
    if not found:
        raise ValueError(words)
    return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
