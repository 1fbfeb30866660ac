"""Reads JSON values one field at a time and collects what is wrong with each, by path (``items.0.quantity``)."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core.words import N_, NOT_AN_OBJECT, UNKNOWN_FIELD
from apps.reports.policy.pasted import ISOLATES, UNSAFE, tidied, unsafe_at, word_before

LONGEST_CODE = 64
PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
NOT_TEXT = N_("Enter text.")
UNSAFE_TEXT = N_(
    "This has characters that can't be shown safely, at its beginning (control or text-direction characters)."
)
UNSAFE_AFTER = N_("This has characters that can't be shown safely, after “%s” (control or text-direction characters).")
TOO_LONG = N_("This is too long.")
NOT_A_NUMBER = N_("Enter a number.")
NOT_A_CHOICE = N_("Choose one of the values offered.")
NOT_YES_OR_NO = N_("Answer yes or no.")
NOT_A_LIST = N_("Enter a list.")
LONGEST_NUMBER = 40  # characters; a longer one is nothing that anybody weighed or counted


class Reader:
    """One JSON object being read. Errors go to a dict shared by the readers of nested objects."""

    def __init__(self, data: Mapping[str, Any], errors: dict[str, list[str]], path: str = "") -> None:
        self.data, self.errors, self.path = data, errors, path

    def at(self, name: str) -> str:
        """The path of a field of this object."""
        return f"{self.path}.{name}" if self.path else name

    def fail(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        found = self.errors.setdefault(self.at(name), [])
        if sentence not in found:
            found.append(sentence)

    def only(self, known: Collection[str]) -> None:
        """Refuse names that nobody reads: a misspelt ``withheld_from`` must not pass in silence."""
        for name in self.data:
            if name not in known:
                self.fail(name if not _is_unsafe(name) and len(name) < 60 else "?", UNKNOWN_FIELD)

    def text(self, name: str, *, longest: int, lines: bool = False, size: int | None = None) -> str:
        """Text without surrounding space; ``longest`` in characters, ``size`` in bytes of UTF-8."""
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.fail(name, NOT_TEXT)
            return ""
        text = tidied(value, lines=lines)
        wrong = self._wrong_text(text, longest, size)
        if wrong:
            self.fail(name, wrong)
        return "" if wrong else text

    @staticmethod
    def _wrong_text(text: str, longest: int, size: int | None) -> str:
        at = unsafe_at(text)
        if at is not None:
            word = word_before(text, at)
            return UNSAFE_AFTER % word if word else UNSAFE_TEXT
        return TOO_LONG if len(text) > longest or (size and len(text.encode()) > size) else ""

    def choice(self, name: str, offered: Collection[str], default: str) -> str:
        """One of the offered codes, as they are written."""
        value = self.data.get(name)
        if value is None or value == "":
            return default
        if not isinstance(value, str) or value not in offered:
            self.fail(name, NOT_A_CHOICE)
            return default
        return value

    def yes_or_no(self, name: str, default: bool | None) -> bool | None:
        """A JSON boolean."""
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fail(name, NOT_YES_OR_NO)
            return default
        return value

    def number(self, name: str, *, places: int) -> Decimal | None:
        """A finite decimal, as a string or a JSON number, with at most ``places`` decimals."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        number = _decimal(value)
        if number is None:
            self.fail(name, NOT_A_NUMBER)
        elif -int(number.as_tuple().exponent) > places and number != round(number, places):
            self.fail(name, N_("This has more decimals than can be kept."))
            return None
        return number

    def codes(self, name: str, *, most: int) -> tuple[str, ...]:
        """A list of short codes, each once, in the order given."""
        rows = self.rows(name, most=most)
        found = [v for v in rows if isinstance(v, str) and 0 < len(v) <= LONGEST_CODE and not _is_unsafe(v)]
        if len(found) != len(rows):
            self.fail(name, NOT_TEXT)
        return tuple(dict.fromkeys(value.strip() for value in found))

    def rows(self, name: str, *, most: int) -> list[Any]:
        """A list of at most so many values; an empty one where it is wrong."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fail(name, NOT_A_LIST)
            return []
        if len(value) > most:
            self.fail(name, N_("This list is longer than allowed."))
            return []
        return value

    def objects(self, name: str, *, most: int) -> "list[Reader]":
        """The readers of a list of objects."""
        readers = []
        for index, value in enumerate(self.rows(name, most=most)):
            if isinstance(value, Mapping):
                readers.append(Reader(value, self.errors, f"{self.at(name)}.{index}"))
            else:
                self.fail(f"{name}.{index}", NOT_AN_OBJECT)
        return readers

    def object(self, name: str) -> "Reader | None":
        """The reader of a nested object, None where there is none."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.fail(name, NOT_AN_OBJECT)
            return None
        return Reader(value, self.errors, self.at(name))


def _is_unsafe(code: str) -> bool:
    """A code has no text direction of its own, either."""
    return bool(UNSAFE.search(code) or ISOLATES.search(code))


def _decimal(value: object) -> Decimal | None:
    """JSON's own numbers and plain decimals (``-12.5``): no grouping, exponent, underscore or other digits than 0 to 9."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > LONGEST_NUMBER:
        return None
    if isinstance(value, str) and not PLAIN.fullmatch(value.strip()):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 18 else None
