"""A word out of a long list (a country, a species), typed; the list stands once on the page, however many boxes use it."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.web.forms.which import Which


class Entry(NamedTuple):
    """What is stored, what is shown, and other words that mean it."""

    code: str
    label: str
    also: tuple[str, ...] = ()


class Vocabulary:
    """A list to choose from. Build it once for a request (or a language), not once for a field."""

    def __init__(self, entries: Iterable[Entry], meanings: Callable[[str], list[Entry]] | None = None) -> None:
        self.entries, self.meanings = tuple(entries), meanings or (lambda _word: [])

    def code_of(self, word: str) -> str | None:
        """The code that a typed word means, whatever its case and width; None where nothing or more than one does."""
        return self._codes.get(folded(word))

    def label_of(self, code: str) -> str:
        """What to show for a code; a code that is not in the list stands for itself."""
        return self._labels.get(code, code)

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {entry.code: entry.label for entry in self.entries}

    @cached_property
    def _codes(self) -> dict[str, str]:
        meanings: dict[str, set[str]] = {}
        for entry in self.entries:
            for word in (entry.label, *entry.also):
                meanings.setdefault(folded(word), set()).add(entry.code)
        certain = {word: codes.pop() for word, codes in meanings.items() if len(codes) == 1}
        return certain | {folded(entry.code): entry.code for entry in self.entries}


class Lookup(forms.TextInput):
    """A text box over the page's ``<datalist id=list_id>``; ``app.js`` makes an accessible autocomplete of it."""

    def __init__(self, list_id: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"list": list_id, "data-lookup": True, "autocomplete": "off", **(attrs or {})})


class LookupField(forms.CharField):
    """Takes a label, a code or another word for it and gives the code; what it does not know it keeps and says so.

    What means several, it asks.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "unknown": _("“%(word)s” is not in the list. Type a part of the name and choose one."),
        "several": _("Which one? “%(word)s” may mean several."),
    }

    def __init__(self, *, vocabulary: Callable[[], Vocabulary], list_id: str, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(widget=Lookup(list_id, kwargs.pop("attrs", None)), **kwargs)

    def clean(self, value: Any) -> str:
        word = super().clean(value)
        if not word:
            return ""
        vocabulary = self.vocabulary()
        code = vocabulary.code_of(word)
        if code is not None:
            return code
        meant = vocabulary.meanings(word)
        if len(meant) > 1:
            choices = [(entry.label, entry.label) for entry in meant]
            raise Which(self.error_messages["several"] % {"word": word}, choices)
        code = meant[0].code if meant else None
        if code is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown", params={"word": word})
        return code

    def prepare_value(self, value: Any) -> Any:
        return self.vocabulary().label_of(value) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), self.prepare_value(data))


def folded(word: str) -> str:
    """A word without the differences that people do not mean: case, width, outer and doubled blanks."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())
