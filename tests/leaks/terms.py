"""What a leak is, and what becomes of it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a planted leak ended."""

    CAUGHT = "CAUGHT"
    HOLE = "HOLE"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Change:
    """In ``path`` the one place that reads ``old`` becomes ``new``; with no ``old`` the file is new."""

    path: str
    old: str
    new: str

    def applied(self, text: str | None) -> str:
        """The file with the change in it; ValueError where it does not fit (``text`` is None where there is no file)."""
        if not self.old and text is None:
            return self.new
        if not self.old or text is None or text.count(self.old) != 1:
            raise ValueError(f"{self.path} has not exactly one place that reads {self.old!r}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Leak:
    """What is broken, in a sentence; how; and the test that must turn red.

    ``like`` names the public failure that it resembles, where there is one.
    """

    name: str
    sentence: str
    changes: tuple[Change, ...]
    caught_by: str
    like: str = ""


def leak(name: str, sentence: str, *changes: tuple[str, str, str], caught_by: str, like: str = "") -> Leak:
    """A leak of changes (path, old, new)."""
    return Leak(name, sentence, tuple(Change(*change) for change in changes), caught_by, like)
