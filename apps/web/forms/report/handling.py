"""Handling: who may be told, and who is told or left out beside the route."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.reports.policy.reading import MOST_NAMED
from apps.sharing.policy import Handling, ReportKind, Tlp, defaults_for
from apps.sharing.sentences import TLPS
from apps.web.forms.base import Form
from apps.web.forms.lookups import LookupField
from apps.web.forms.report.lists import AGENCIES, Lists
from apps.web.forms.report.section import Section, Typed, filled, rows_made
from apps.web.forms.rows import Rows
from apps.web.forms.widgets import Checkboxes, Radios
from apps.web.shown.handling import HANDLING, LAW_ENFORCEMENT_ONLY, tlp_word
from apps.web.shown.words import joined

TLP_CHOICES = [(tlp.value, tlp_word(tlp)) for tlp in Tlp]
CODES = [(code.value, code.value) for code in Handling]


class HandlingForm(Form):
    """The marking."""

    optional: ClassVar[frozenset[str]] = frozenset({"handling", "handling_note"})
    tlp = forms.ChoiceField(
        label=_("Who may read it? (Traffic Light Protocol)"), choices=TLP_CHOICES, required=False, widget=Radios
    )
    law_enforcement_only = forms.BooleanField(
        label=_("Law enforcement only"),
        required=False,
        help_text=_("Agencies that are not law enforcement then read it only where you name them."),
    )
    handling = forms.MultipleChoiceField(
        label=_("How may it be used?"),
        choices=CODES,
        required=False,
        widget=Checkboxes(hints={code.value: hint for code, hint in HANDLING.items()}),
    )
    handling_note = forms.CharField(
        label=_("What restriction does H3 stand for?"),
        required=False,
        strip=False,
        help_text=_("Everybody who may read the report reads this first."),
    )


class AgencyRow(Typed):
    """One agency, by name or code."""

    counts = ("agency",)
    cells: ClassVar[Mapping[str, str]] = {"agency": "l"}

    def offer(self, lists: Lists) -> None:
        self.fields["agency"] = LookupField(
            vocabulary=lambda: lists.agencies, list_id=AGENCIES, label=_("Agency"), required=False
        )

    def entered(self) -> str:
        """The agency's code; what was typed, where it is none: the row says so already."""
        return str(self.said("agency") or self["agency"].value())[:64]


class NamedRows(Rows):
    """Agencies that are told beside the route."""

    row_word = _("Recipient")
    add_word = _("Name an agency")


class WithheldRows(Rows):
    """Agencies that are not told, whatever the route says."""

    row_word = _("Left out")
    add_word = _("Leave an agency out")


LISTS = {
    "named": rows_made(AgencyRow, NamedRows, MOST_NAMED),
    "withheld_from": rows_made(AgencyRow, WithheldRows, MOST_NAMED),
}


class HandlingSection(Section):
    """Marking and recipients."""

    name = "handling"
    word = _("Handling and recipients")
    lists = (AGENCIES,)

    def made_form(self) -> Form:
        stored, default = self.source.stored, defaults_for(ReportKind(self.source.kind))
        initial = {
            "tlp": stored.get("tlp", default.tlp.value),
            "law_enforcement_only": stored.get("law_enforcement_only", default.law_enforcement_only),
            "handling": stored.get("handling", sorted(default.handling)),
            "handling_note": stored.get("handling_note", ""),
        }
        form = self.filled_form(HandlingForm, initial)
        tlp = form.fields["tlp"].widget
        assert isinstance(tlp, Radios)
        tlp.hints = {level.value: _(sentence) for level, sentence in TLPS.items()}
        return form

    def made_rows(self) -> dict[str, Rows]:
        stored = {name: [{"agency": code} for code in self.source.stored.get(name) or []] for name in LISTS}
        return {name: self.filled_rows(made, name, stored[name]) for name, made in LISTS.items()}

    @property
    def needs(self) -> tuple[str, ...]:
        return self.lists if any(rows.forms for rows in self.rows.values()) else ()

    @property
    def is_default(self) -> bool:
        """Whether everything stands as it does on a new report, so that a short form may keep it folded."""
        default = defaults_for(ReportKind(self.source.kind))
        form = self.form
        if form is None or any(rows.forms for rows in self.rows.values()):
            return False
        said = [form[name].value() for name in ("tlp", "handling_note")]
        codes = sorted(form["handling"].value() or [])
        marked = form["law_enforcement_only"].value() == default.law_enforcement_only and codes == sorted(
            default.handling
        )
        return marked and said == [default.tlp.value, ""]

    @property
    def usual(self) -> str:
        """The marking of a new report of this kind, in a word each."""
        default = defaults_for(ReportKind(self.source.kind))
        only = str(LAW_ENFORCEMENT_ONLY) if default.law_enforcement_only else ""
        return joined([tlp_word(default.tlp), only, *sorted(default.handling)])

    def entered(self) -> dict[str, Any]:
        words = self.words
        return {
            "tlp": words.get("tlp", ""),
            "law_enforcement_only": words.get("law_enforcement_only", False),
            "handling": words.get("handling", []),
            "handling_note": words.get("handling_note", ""),
            **{name: [row.entered() for row in filled(rows)] for name, rows in self.rows.items()},
        }
