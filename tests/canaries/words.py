"""The canaries: one word for each field that holds a secret, and by whom it may be read."""

import secrets
from enum import StrEnum


class Of(StrEnum):
    """Whose a word is."""

    REPORT = "REPORT"  # of the report that its audience reads
    RED = "RED"  # of a RED report, whose narrative is sealed
    DRAFT = "DRAFT"  # of a draft that nobody else reads
    ANSWER = "ANSWER"  # what an agency answers: its own and the originator's
    KEY = "KEY"  # of nobody: what opens a door
    ASKED = "ASKED"  # what was searched for, or entered by mistake: of nobody


FIELDS: dict[Of, tuple[str, ...]] = {
    Of.REPORT: ("title", "narrative", "case_number", "handling_note", "place", "stop"),
    Of.RED: ("title", "narrative", "case_number", "place"),
    Of.DRAFT: ("title", "narrative", "case_number"),
    Of.ANSWER: ("reason", "text", "outcome"),
    Of.KEY: ("password", "token", "idempotency"),
    Of.ASKED: ("q", "query", "kind", "path", "header", "body", "name"),
}


class Canaries:
    """``canaries(Of.RED, "narrative")`` is that field's word."""

    def __init__(self) -> None:
        self._words = {(of, name): f"Kanari{secrets.token_hex(5)}" for of, names in FIELDS.items() for name in names}

    def __call__(self, of: Of, name: str) -> str:
        return self._words[of, name]

    def words(self, *kinds: Of) -> set[str]:
        """All of these kinds; of every kind where none is named."""
        return {word for (of, _), word in self._words.items() if not kinds or of in kinds}

    def names(self, words: set[str]) -> list[str]:
        """Which fields those are: for a report of what strayed."""
        return sorted(f"{of}.{name}" for (of, name), word in self._words.items() if word in words)
