"""When and where it happened, as precisely as is known."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.reports.states import ReportKind
from apps.web.forms.base import Form
from apps.web.forms.dates import PartialDate, PartialDateField
from apps.web.forms.lookups import LookupField, Vocabulary
from apps.web.forms.report.lists import COUNTRIES
from apps.web.forms.report.section import Section
from apps.web.forms.widgets import Radios

AS_GIVEN, WEEK, RANGE = "", "WEEK", "RANGE"
SPANS = [
    (AS_GIVEN, _("As given above")),
    (WEEK, _("Some day in the week of that day")),
    (RANGE, _("Some day between that day and a later one")),
]


class WhereForm(Form):
    """Date, place, and the agency's own number for it."""

    optional: ClassVar[frozenset[str]] = frozenset({"place_name", "case_number"})
    when: ClassVar[Mapping[str, tuple[str, str]]] = {"until": ("span", RANGE)}
    date = PartialDateField(
        label=_("Date, as far as it is known"),
        required=False,
    )
    span = forms.ChoiceField(
        label=_("How exact the date is"), choices=SPANS, required=False, widget=Radios(inline=True)
    )
    until = PartialDateField(label=_("Last day it may have been"), required=False)
    place_name = forms.CharField(label=_("Port, airport or other place"), required=False, strip=False)
    case_number = forms.CharField(
        label=_("Your case number"), required=False, strip=False, help_text=_("Your agency's own, in any form")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("until") and cleaned.get("span") != RANGE:
            self.add_error("until", gettext("Choose “Some day between that day and a later one”, or leave this empty."))
        return cleaned


class WhereSection(Section):
    """When and where."""

    name = "where"
    word = _("When and where")
    lists = (COUNTRIES,)
    essential = ("date", "place_country", "place_name")
    fields: ClassVar[Mapping[str, str]] = {
        "occurred": "date",
        "occurred.date": "date",
        "occurred.precision": "span",
        "occurred.until": "until",
        "place": "place_name",
        "place.name": "place_name",
        "place.country": "place_country",
    }

    def made_form(self) -> Form:
        form = self.filled_form(WhereForm, self._initial())
        label = _("Country or territory")
        form.fields["place_country"] = LookupField(
            vocabulary=self._countries, list_id=COUNTRIES, label=label, required=False
        )
        form.order_fields(["date", "place_country", "place_name", "span", "until", "case_number"])
        if self.source.kind != ReportKind.SEIZURE:
            form.optional = form.optional | {"date", "place_country"}  # type: ignore[misc]  # of this one form
        return form

    def _countries(self) -> Vocabulary:
        return self.source.lists.countries

    def _initial(self) -> dict[str, Any]:
        stored = self.source.stored
        when, place = stored.get("occurred") or {}, stored.get("place") or {}
        precision = when.get("precision", "")
        return {
            "date": {"date": when["date"]} if when else None,
            "span": precision if precision in (WEEK, RANGE) else AS_GIVEN,
            "until": {"date": when["until"]} if when.get("until") else None,
            "place_country": place.get("country", ""),
            "place_name": place.get("name", ""),
            "case_number": stored.get("case_number", ""),
        }

    def entered(self) -> dict[str, Any]:
        words = self.words
        return {
            "occurred": _occurred(words.get("date"), words.get("span", AS_GIVEN), words.get("until")),
            "place": {"name": words.get("place_name", ""), "country": words.get("place_country", "")},
            "case_number": words.get("case_number", ""),
        }


def _occurred(first: PartialDate | None, span: str, last: PartialDate | None) -> dict[str, str] | None:
    if first is None:
        return None
    if span == AS_GIVEN:
        return dict(first)  # type: ignore[arg-type]  # a typed dict of strings
    return {"date": first["date"], "precision": span} | (
        {"until": last["date"] if last else ""} if span == RANGE else {}
    )
