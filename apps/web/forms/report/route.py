"""The route: ordered stops, each with the part that its country played."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.reports.policy.amounts import plainly, readings
from apps.reports.policy.reading import MOST_STOPS
from apps.sharing.routing import Part
from apps.sharing.sentences import percent
from apps.web.forms.lookups import LookupField
from apps.web.forms.report.lists import COUNTRIES, Lists
from apps.web.forms.report.section import Data, Section, Typed, filled, rows_made
from apps.web.forms.rows import Rows
from apps.web.forms.which import Choices
from apps.web.shown.words import sign_of_thousands

PARTS = [
    (Part.ORIGIN.value, _("Origin")),
    (Part.EXPORT.value, _("Export")),
    (Part.TRANSIT.value, _("Transit")),
    (Part.DESTINATION.value, _("Destination")),
]
CUSTODY = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]
ANSWERS = {"yes": True, "no": False}
START: list[Data] = [{"part": Part.ORIGIN.value}, {"part": Part.DESTINATION.value}]


class StopRow(Typed):
    """One stop. A share is typed in per cent and sent as a fraction."""

    row_template = "web/forms/stop_row.html"
    cells: ClassVar[Mapping[str, str]] = {"part": "s", "country": "m", "place": "m", "share": "s", "custody": "m"}
    when: ClassVar[Mapping[str, tuple[str, str]]] = {
        "share": ("part", Part.ORIGIN.value),
        "custody": ("part", Part.TRANSIT.value),
    }
    counts = ("country", "place", "share", "custody")
    part = forms.ChoiceField(label=_("Part"), choices=PARTS, required=False)
    place = forms.CharField(label=_("Port or place"), required=False, strip=False)
    share = forms.CharField(
        label=_("Share, %"), required=False, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    )
    custody = forms.ChoiceField(label=_("In its custody?"), choices=CUSTODY, required=False)

    def offer(self, lists: Lists) -> None:
        country = LookupField(
            vocabulary=lambda: lists.countries, list_id=COUNTRIES, label=_("Country or territory"), required=False
        )
        self.fields = {"part": self.fields.pop("part"), "country": country, **self.fields}

    def clean_share(self) -> str:
        """The fraction, as a decimal string."""
        words = str(self.cleaned_data["share"]).replace("%", "").replace("\u066a", "").replace("％", "").strip()
        if not words:
            return ""
        shares = [number / 100 for number in readings(words, groups=sign_of_thousands()) if 0 <= number <= 100]
        if len(shares) != 1:
            raise forms.ValidationError(gettext("Enter a number from 0 to 100."))
        return plainly(shares[0])

    def entered(self) -> dict[str, Any]:
        """The stop as JSON; what does not belong to its part is sent too, where it was typed: the verb says so."""
        stop: dict[str, Any] = {"country": self.said("country"), "part": self.said("part"), "place": self.said("place")}
        if self.said("share"):
            stop["share"] = self.said("share")
        if self.said("custody"):
            stop["seizure_opportunity"] = ANSWERS[self.said("custody")]
        return stop


class StopRows(Rows):
    """The stops in order."""

    row_word = _("Stop")
    add_word = _("Add another stop")
    ordered = True


STOPS = rows_made(StopRow, StopRows, MOST_STOPS)


class RouteSection(Section):
    """Where it came from, by which way, and where it was going."""

    name = "route"
    word = _("Route: origin, transit, destination")
    lists = (COUNTRIES,)

    def made_rows(self) -> dict[str, Rows]:
        stored = [shown(stop) for stop in self.source.stored.get("route") or []]
        return {"route": self.filled_rows(STOPS, "route", stored or START)}

    def tell(self, path: str, sentence: str, choices: Choices = ()) -> bool:
        return super().tell(path.replace("seizure_opportunity", "custody"), sentence, choices)

    def entered(self) -> dict[str, Any]:
        return {"route": [row.entered() for row in filled(self.rows["route"])]}


def shown(stop: Data) -> dict[str, Any]:
    """A stored stop as the row shows it."""
    share, custody = stop.get("share"), stop.get("seizure_opportunity")
    return {
        "part": stop.get("part"),
        "country": stop.get("country"),
        "place": stop.get("place", ""),
        "share": percent(Decimal(share)) if share else "",
        "custody": "" if custody is None else "yes" if custody else "no",
    }
