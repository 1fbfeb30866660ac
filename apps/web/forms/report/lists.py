"""The vocabularies behind the form's boxes, read once for a request."""

from collections.abc import Iterable
from functools import cached_property

from django.urls import reverse

from apps.agencies.policy import Actor
from apps.agencies.queries import other_members
from apps.reference.everyday import countries_named
from apps.reference.models import Unit
from apps.reference.queries import choices_countries, choices_taxa, choices_units, known, label_in, terms_offered
from apps.web.forms.lookups import Entry, Vocabulary
from apps.web.shown.words import Shown

COUNTRIES, TAXA, TERMS, AGENCIES = "countries", "taxa", "terms", "agencies"  # the ids of the lists on the page


class Lists:
    """Countries, taxa, terms, units and agencies, each read when first asked for."""

    def __init__(self, *, actor: Actor, language: str) -> None:
        self.actor, self.language = actor, language

    @cached_property
    def countries(self) -> Vocabulary:
        """By label; the code is read too."""
        listed = choices_countries(language=self.language)
        return Vocabulary((Entry(code, label) for code, label in listed), self._countries_called)

    def _countries_called(self, word: str) -> list[Entry]:
        """What an everyday name may mean; the list on the page has the labels alone, or it would weigh too much."""
        return [Entry(row.code, label_in(row, self.language)) for row in countries_named([word])[word]]

    @cached_property
    def taxa(self) -> Vocabulary:
        """By scientific name with the common one. Other names would weigh too much: the verb knows them, and ``taxa/``."""
        return Vocabulary(Entry(name, label) for name, label in choices_taxa(language=self.language))

    @cached_property
    def terms(self) -> Vocabulary:
        """By label; the verb also reads names that others' files use."""
        rows = sorted(terms_offered(), key=lambda row: label_in(row, self.language))
        return Vocabulary(Entry(row.code, label_in(row, self.language)) for row in rows)

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """Code and label, the empty choice first."""
        return [("", ""), *choices_units(language=self.language)]

    def unit(self, code: str) -> Unit | None:
        """A unit by its code."""
        return known(units=[code]).unit(code)

    @cached_property
    def agencies(self) -> Vocabulary:
        """The other active members, by name; the code is read too."""
        return Vocabulary(Entry(row.code, row.name) for row in other_members(actor=self.actor))

    def shown(self, names: Iterable[str]) -> list[Shown]:
        """The datalists that a page needs, for ``parts/datalist.html``."""
        more = {TAXA: reverse("web:taxa")}
        return [{"list_id": name, "vocabulary": getattr(self, name), "more": more.get(name, "")} for name in names]
