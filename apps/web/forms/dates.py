"""A date as people know it: a day, or only a month, or only a year. Typed into three boxes, the month also as a word."""

from datetime import date
from typing import Any, ClassVar, NamedTuple, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dates, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PartialDate(TypedDict):
    """``date`` is ``2019``, ``2019-01`` or ``2019-01-16``; ``precision`` says the same as ``YEAR``, ``MONTH``, ``DAY``."""

    date: str
    precision: str


class Part(NamedTuple):
    """One box: the name that error codes use, its label, its width in characters."""

    name: str
    label: Promise
    width: int


class DateParts(forms.MultiWidget):
    """Three text boxes; a text box and not a number, so that a month may be a word and nothing typed is lost."""

    parts: ClassVar[tuple[Part, ...]] = (
        Part("day", _("Day"), 2),
        Part("month", _("Month"), 5),
        Part("year", _("Year"), 4),
    )

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        digits = {"inputmode": "numeric", "autocomplete": "off"}
        boxes = (forms.TextInput(digits), forms.TextInput({"autocomplete": "off"}), forms.TextInput(digits))
        super().__init__({part.name: box for part, box in zip(self.parts, boxes, strict=True)}, attrs)

    def decompress(self, value: Any) -> list[str | None]:
        """Day, month, year of a ``PartialDate``; empty boxes for what it does not know."""
        known = str((value or {}).get("date", "")).split("-") if value else []
        year, month, day = [*known, "", "", ""][:3]
        return [day.lstrip("0"), month.lstrip("0"), year]


class PartialDateField(forms.Field):
    """Gives a ``PartialDate``, or None where all boxes are empty. Error codes are the names of the boxes."""

    widget = DateParts
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Give the date, or what is known of it: the year suffices."),
        "day": _("There is no such day in that month."),
        "month": _("The month must be a number from 1 to 12 or a month's name."),
        "month_missing": _("Give the month too, or leave the day empty."),
        "year": _("The year must have four digits, for example 2019."),
    }

    def to_python(self, value: Any) -> PartialDate | None:
        day, month, year = (str(text or "").strip() for text in [*(value or []), "", "", ""][:3])
        if not (day or month or year):
            return None
        if day and not month:
            raise self._wrong("month", "month_missing")
        return self._composed(self._year(year), self._month(month), day)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial if isinstance(initial, list) else DateParts().decompress(initial)
        return [text or "" for text in before] != [text or "" for text in data or ["", "", ""]]

    def _composed(self, year: int, month: int, day: str) -> PartialDate:
        if not month:
            return {"date": f"{year:04d}", "precision": "YEAR"}
        if not day:
            return {"date": f"{year:04d}-{month:02d}", "precision": "MONTH"}
        try:
            return {"date": date(year, month, int(day)).isoformat(), "precision": "DAY"}
        except ValueError:
            raise self._wrong("day", "day") from None

    def _year(self, text: str) -> int:
        if len(text) != 4 or not text.isdecimal() or int(text) == 0:
            raise self._wrong("year", "year")
        return int(text)

    def _month(self, text: str) -> int:
        if not text:
            return 0
        number = int(text) if text.isdecimal() and len(text) <= 2 else month_names().get(plain(text), 0)
        if not 1 <= number <= 12:
            raise self._wrong("month", "month")
        return number

    def _wrong(self, part: str, message: str) -> ValidationError:
        return ValidationError(self.error_messages[message], code=part)


def month_names() -> dict[str, int]:
    """Every month's long and short name, in English and in the reader's language, to its number."""
    names = {plain(str(name)): number for table in _TABLES for number, name in table.items()}
    with translation.override("en"):
        english = {plain(str(name)): number for table in _TABLES for number, name in table.items()}
    return english | names


def plain(word: str) -> str:
    """A month's name without case and without the full stop of its short form."""
    return word.casefold().rstrip(".")


_TABLES = (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_AP, dates.MONTHS_ALT)
