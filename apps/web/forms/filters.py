"""What a list of reports is narrowed to, as boxes. The values go to ``reports.policy.read_filters`` as they are."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.reports.policy.filters import PARTS
from apps.reports.states import ReportKind, ReportState
from apps.web.forms.base import Form
from apps.web.forms.lookups import LookupField
from apps.web.forms.report.lists import AGENCIES, COUNTRIES, TAXA, Lists
from apps.web.forms.report.section import LenientLookup

ANY: tuple[str, Any] = ("", _("Any"))
PART_WORDS = {
    "ORIGIN": _("Origin"),
    "EXPORT": _("Export"),
    "TRANSIT": _("Transit"),
    "DESTINATION": _("Destination"),
    "DISCOVERY": _("Where it was found"),
}
SHARED = [(state.value, state.label) for state in (ReportState.SUBMITTED, ReportState.WITHDRAWN)]


def choice(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    """A box with few values, or any."""
    return forms.ChoiceField(label=label, choices=[ANY, *choices], required=False)


def day(label: Any) -> forms.CharField:
    """A day, by the browser's own calendar where it has one."""
    return forms.CharField(label=label, required=False, widget=forms.DateInput({"type": "date"}))


class FilterForm(Form):
    """Every filter of the API; which list it is decides what of them makes sense."""

    q = forms.CharField(label=_("Words"), required=False, strip=False)
    kind = choice(_("Kind"), list(ReportKind.choices))
    part = choice(_("Part of that country"), [(part, PART_WORDS[part]) for part in PARTS])
    state = choice(_("State"), SHARED)
    since = day(_("From (day)"))
    until = day(_("To (day)"))

    def __init__(self, *args: Any, lists: Lists, without: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"] = self._lookup(_("Country or territory"), COUNTRIES, lambda: lists.countries)
        self.fields["taxon"] = LenientLookup(
            vocabulary=lambda: lists.taxa, list_id=TAXA, label=_("Species or group"), required=False
        )
        self.fields["originator"] = self._lookup(_("From agency"), AGENCIES, lambda: lists.agencies)
        self.order_fields(["q", "country", "part", "taxon", "kind", "originator", "state", "since", "until"])
        for name in without:
            del self.fields[name]

    @staticmethod
    def _lookup(label: Any, list_id: str, vocabulary: Any) -> LookupField:
        return LookupField(vocabulary=vocabulary, list_id=list_id, label=label, required=False)

    def asked(self) -> dict[str, str]:
        """What was asked, as ``read_filters`` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def vocabulary_names(form: FilterForm) -> list[str]:
    """The datalists that the boxes of a filter form need."""
    needs = {"country": COUNTRIES, "taxon": TAXA, "originator": AGENCIES}
    return [list_id for name, list_id in needs.items() if name in form.fields]
