"""Comparing two answers: equal to the byte but for random ids that stand for each other, one for one, throughout.

Nothing else is masked. CSRF tokens, session keys and nonces come from the same stream in both worlds, the clock stands
still, and a test's client sends no Date. An id that is made at random (UUID version 4) says nothing; where one is drawn in a
list behind a hidden one it may be another, and then has to be the same other one from its first appearance to the last.
"""

import base64
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.worlds.asking import Answered, Ask

# The whole of it, or what a form's boxes are called by: its beginning.
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|(?<=id_)[0-9a-f]{8}(?=_)")
# A cursor of a list by time holds the last row's moment and its id (apps.core.cursors).
CURSOR = re.compile(r"(?:(?<=cursor=)|(?<=after=))[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a reader could tell the worlds apart by."""

    asked: str
    by: str
    one: str
    other: str

    def __str__(self) -> str:
        return f"{self.asked}\n    {self.by}: {self.one!r}\n    {' ' * len(self.by)}  {self.other!r}"


class Alike:
    """Which random id of one world stands for which of the other."""

    def __init__(self) -> None:
        self.renamed: dict[str, str] = {}
        self._back: dict[str, str] = {}

    def there(self, asked: Ask) -> Ask:
        """The same request in the other world, with the ids that things have there."""
        path = _closed(self._renamed(_opened(asked.path)))
        return Ask(asked.method, path, _walk(asked.body, self._renamed), asked.headers)

    def _renamed(self, text: str) -> str:
        return ID.sub(lambda found: self.renamed.get(found[0], found[0]), text)

    def difference(self, asked: Ask, one: Answered, other: Answered) -> Difference | None:
        """None where the two can't be told apart."""
        if one.status != other.status:
            return Difference(str(asked), "status", str(one.status), str(other.status))
        for by in ("headers", "content"):
            here, there = getattr(one, by), getattr(other, by)
            if not self._same(here, there, str(asked.path)):
                return Difference(str(asked), by, *_first_difference(here, there))
        if one.statements != other.statements:
            counts = f"{len(one.statements)} and {len(other.statements)} statements"
            return Difference(str(asked), counts, *_first_statement(one.statements, other.statements))
        return None

    def same_mails(self, one: list[str], other: list[str]) -> Difference | None:
        """The same letters in the same order."""
        here, there = "\n".join(one), "\n".join(other)
        if self._same(here, there):
            return None
        return Difference("mails", f"{len(one)} and {len(other)} letters", *_first_difference(here, there))

    def _same(self, here: str, there: str, echoed: str = "") -> bool:
        """What only comes back from the address that was asked for says nothing of what it stands for."""
        here, there = _opened(here), _opened(there)
        if ID.sub("", here) != ID.sub("", there):
            return False
        pairs = [(a, b) for a, b in zip(ID.findall(here), ID.findall(there), strict=True) if a != b or a not in echoed]
        return all(self._stands(a, b) for a, b in pairs)

    def _stands(self, a: str, b: str) -> bool:
        """Whether the one still stands for the other."""
        return self.renamed.setdefault(a, b) == b and self._back.setdefault(b, a) == a


def _opened(text: str) -> str:
    return CURSOR.sub(lambda found: _spelt(found[0]), text)


def _spelt(cursor: str) -> str:
    content = base64.urlsafe_b64decode(cursor)
    return f"[{content[:8].hex()}/{UUID(bytes=content[8:])}]"


def _closed(text: str) -> str:
    return re.sub(r"\[([0-9a-f]{16})/([0-9a-f-]{36})\]", lambda found: _written(found[1], found[2]), text)


def _written(moment: str, row: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(moment) + UUID(row).bytes).decode().rstrip("=")


def _walk(body: Any, change: Any) -> Any:
    if isinstance(body, str):
        return change(body)
    if isinstance(body, dict):
        return {name: _walk(value, change) for name, value in body.items()}
    return [_walk(value, change) for value in body] if isinstance(body, list) else body


def _first_difference(here: str, there: str) -> tuple[str, str]:
    """The place, and what stands there; where only ids differ, the first of them."""
    bare = ID.sub("(id)", _opened(here)), ID.sub("(id)", _opened(there))
    here, there = bare if bare[0] != bare[1] else (here, there)
    at = next((i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    return here[max(0, at - 80) : at + 120], there[max(0, at - 80) : at + 120]


def _first_statement(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, str]:
    for here, there in zip(one, other, strict=False):
        if here != there:
            return " ".join(here.split())[:200], " ".join(there.split())[:200]
    longer = one if len(one) > len(other) else other
    extra = " ".join(longer[min(len(one), len(other))].split())[:200]
    return (extra, "") if longer is one else ("", extra)
