"""A question instead of a refusal: what was typed can mean several things, and each is a button beside the box."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

CHOOSE = "choose"  # the verb of such a button: choose:items-0-quantity=1000
Choices = Sequence[tuple[str, str]]  # what the box would hold, and what the button says


class Which(ValidationError):
    """Several meanings; ``choices`` are what the box would hold and what the button says."""

    def __init__(self, sentence: Any, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__(sentence, code="which")
        self.choices = list(choices)


def chosen(posted: QueryDict, answer: str) -> QueryDict:
    """What was posted, with the box that the answer names holding what was chosen; a box that was not posted stays out."""
    name, _equals, value = answer.partition("=")
    copy = posted.copy()
    if name in copy:
        copy[name] = value
    return copy
