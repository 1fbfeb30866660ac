"""Numbers as people type them: what groups thousands, what begins the decimals, and where a text could mean two numbers.

``1,000`` is a thousand to some and one to others. A dot or a comma before exactly three digits is read as a thousand only where
it is how the reader's language groups; else both numbers are told and somebody has to say which.
"""

import re
import unicodedata
from decimal import Decimal

LONGEST = 40  # characters
BIGGEST = Decimal(10) ** 18
SIGNS = {
    "\u066b": ".",
    "\u066c": "'",
    "\u2019": "'",
    "\u2018": "'",
    "\u02bc": "'",
    "\u2032": "'",
    "\u2212": "-",
    "\u060c": ",",
}
BY_SPACE = re.compile(r"[0-9]{1,3}(?:[ '][0-9]{3})+")
BY_THREES = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
INDIAN = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{2})+[.,][0-9]{3}")
SIGNED = re.compile(r"([+-]?) ?([0-9.,' ]*[0-9][0-9.,' ]*)")


def readings(words: str, *, groups: str) -> tuple[Decimal, ...]:
    """The numbers that a text can mean: none, one, or two (the decimal first). ``groups`` is the language's own sign."""
    plain = _plain(words)
    found = SIGNED.fullmatch(plain) if len(words) <= LONGEST else None
    if not found:
        return ()
    meant = dict.fromkeys(_meant(found[2].strip(), groups))
    numbers = [Decimal(text) for text in meant]
    return tuple(-number if found[1] == "-" else number for number in numbers if number < BIGGEST)


def plainly(number: Decimal) -> str:
    """A number as the doors of programs take it: digits and at most one point."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def boxed(number: Decimal) -> str:
    """A number as a box shows it, read back as itself in every language: ``1.234`` with a zero more."""
    text = plainly(number)
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _plain(words: str) -> str:
    """Its digits as 0 to 9, one kind of apostrophe, minus and space."""
    return " ".join("".join(_sign(SIGNS.get(typed, typed)) for typed in words).split())


def _sign(typed: str) -> str:
    """A digit of any script as ours, a full-width sign as the plain one. A raised digit is none: 10² is not 102."""
    digit = unicodedata.decimal(typed, None)
    if digit is not None:
        return str(digit)
    return unicodedata.normalize("NFKC", typed) if "！" <= typed <= "～" else typed


def _meant(text: str, groups: str) -> list[str]:
    """Candidates as plain decimals; "" nowhere."""
    if " " in text or "'" in text:
        return _spaced(text)
    dots, commas = text.count("."), text.count(",")
    if not dots and not commas:
        return [text]
    if dots and commas:
        return _both(text)
    if dots + commas > 1:
        return [_joined(text)] if BY_THREES.fullmatch(text) or INDIAN.fullmatch(text) else []
    return _one(text, "." if dots else ",", groups)


def _spaced(text: str) -> list[str]:
    """``12 345,6``: spaces and apostrophes group, what is left begins the decimals."""
    whole, sign, rest = _last(text)
    if not BY_SPACE.fullmatch(whole) or (sign and not rest.isdigit()):
        return []
    whole = whole.replace(" ", "").replace("'", "")
    return [f"{whole}.{rest}" if sign else whole]


def _both(text: str) -> list[str]:
    """``12,345.6`` and ``12.345,6``: what comes last begins the decimals, the other groups."""
    whole, sign, rest = _last(text)
    if sign in whole or not rest.isdigit() or not (BY_THREES.fullmatch(whole) or INDIAN.fullmatch(whole)):
        return []
    return [f"{_joined(whole)}.{rest}"]


def _one(text: str, sign: str, groups: str) -> list[str]:
    whole, _sign, rest = text.partition(sign)
    if not rest or not (whole or sign == "."):
        return []
    decimal = f"{whole or '0'}.{rest}"
    if len(rest) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return [decimal]
    return [whole + rest] if sign == groups else [decimal, whole + rest]


def _last(text: str) -> tuple[str, str, str]:
    at = max(text.rfind("."), text.rfind(","))
    return (text, "", "") if at < 0 else (text[:at], text[at], text[at + 1 :])


def _joined(text: str) -> str:
    return text.replace(".", "").replace(",", "")
