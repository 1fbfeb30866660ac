"""What was seized, or what is known: the words, and a row for each line of specimens."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.reports.policy.amounts import boxed, plainly, readings
from apps.reports.policy.reading import MOST_ITEMS
from apps.reports.states import Qualifier, ReportKind
from apps.web.forms.base import Form
from apps.web.forms.report.lists import TAXA, TERMS, Lists
from apps.web.forms.report.section import Data, LenientLookup, Section, Typed, filled, rows_made
from apps.web.forms.rows import Rows
from apps.web.forms.which import Which
from apps.web.shown.amounts import amount_in_words
from apps.web.shown.words import sign_of_thousands

TWO_NUMBERS = gettext_lazy("“%(words)s” could be two numbers. Which one is it?")
NOT_A_NUMBER = gettext_lazy("Enter a number. Write digits, for example 1000.5.")


def story(label: Any) -> forms.CharField:
    """A box for prose in any language."""
    return forms.CharField(label=label, required=False, strip=False, widget=forms.Textarea({"rows": 6, "dir": "auto"}))


class WordsForm(Form):
    """A title and the story."""

    optional: ClassVar[frozenset[str]] = frozenset({"narrative"})
    title = forms.CharField(label=_("Title"), required=False, strip=False)
    narrative = story(_("What is known, and how"))


class SeizureWordsForm(Form):
    """The same for a seizure, whose title follows from its facts where nobody gives one."""

    optional: ClassVar[frozenset[str]] = frozenset({"title", "narrative"})
    title = forms.CharField(
        label=_("Title"), required=False, strip=False, help_text=_("For example: 8.3 t pangolin scales in frozen beef")
    )
    narrative = story(_("What else should other agencies know?"))


class ItemRow(Typed):
    """One line of specimens."""

    cells: ClassVar[Mapping[str, str]] = {"taxon": "l", "term": "m", "qualifier": "s", "quantity": "s", "unit": "s"}
    counts = ("taxon", "term", "quantity", "unit")
    qualifier = forms.ChoiceField(label=_("How sure"), choices=Qualifier.choices, required=False)
    quantity = forms.CharField(
        label=_("Quantity"), required=False, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def offer(self, lists: Lists) -> None:
        taxa = LenientLookup(vocabulary=lambda: lists.taxa, list_id=TAXA, label=_("Species or group"), required=False)
        terms = LenientLookup(vocabulary=lambda: lists.terms, list_id=TERMS, label=_("Specimen"), required=False)
        self.fields = {"taxon": taxa, "term": terms, **self.fields}
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = lists.units

    @property
    def filled(self) -> bool:
        return super().filled or self["qualifier"].value() == Qualifier.UNKNOWN

    def clean(self) -> dict[str, Any]:
        """The amount as a plain decimal; asked about where it could be two."""
        cleaned = super().clean() or self.cleaned_data
        words = cleaned.get("quantity", "")
        meant = readings(words, groups=sign_of_thousands()) if words else ()
        if words and not meant:
            self.add_error("quantity", ValidationError(NOT_A_NUMBER, code="number"))
        elif len(meant) > 1:
            unit = self.lists.unit(cleaned.get("unit", ""))
            choices = [(boxed(number), amount_in_words(number, unit, self.lists.language)) for number in meant]
            self.add_error("quantity", Which(TWO_NUMBERS % {"words": words}, choices))
        elif words:
            cleaned["quantity"] = plainly(meant[0])
        return cleaned

    def entered(self) -> dict[str, Any]:
        """The line as JSON."""
        return {
            "taxon": self.said("taxon"),
            "term": self.said("term"),
            "quantity": self.said("quantity"),
            "unit": self.said("unit"),
            "qualifier": self.said("qualifier") or Qualifier.EXACT.value,
        }


def shown_line(item: Data) -> dict[str, Any]:
    """A stored line as the row shows it: an amount that is read back as the number that it is."""
    quantity = item.get("quantity")
    return {**item, "quantity": boxed(Decimal(quantity))} if quantity else dict(item)


class ItemRows(Rows):
    """All lines of specimens."""

    row_word = _("Line")
    add_word = _("Add another line")


ITEMS = rows_made(ItemRow, ItemRows, MOST_ITEMS)


class WhatSection(Section):
    """What was seized, or what is known."""

    name = "what"
    word = _("What is known")
    title_in: ClassVar[Mapping[str, str | Promise]] = {ReportKind.SEIZURE.value: _("What was seized")}
    lists = (TAXA, TERMS)
    essential = ("title", "narrative")

    @property
    def is_seizure(self) -> bool:
        """A seizure is its specimens; of the other kinds the words come first."""
        return self.source.kind == ReportKind.SEIZURE

    @property
    def at_once(self) -> list[BoundField]:
        return [] if self.is_seizure else super().at_once

    @property
    def folded(self) -> list[BoundField]:
        return list(self.form or ()) if self.is_seizure else []

    @property
    def rows_first(self) -> bool:  # type: ignore[override]  # it hangs on the kind
        return self.is_seizure

    def made_form(self) -> Form:
        stored = self.source.stored
        made = SeizureWordsForm if self.is_seizure else WordsForm
        return self.filled_form(made, {name: stored.get(name, "") for name in made.base_fields})

    def made_rows(self) -> dict[str, Rows]:
        stored = [shown_line(item) for item in self.source.stored.get("items") or [{}]]
        return {"items": self.filled_rows(ITEMS, "items", stored)}

    def entered(self) -> dict[str, Any]:
        words = self.words
        return {
            "title": words.get("title", ""),
            "narrative": words.get("narrative", ""),
            "items": [row.entered() for row in filled(self.rows["items"])],
        }
