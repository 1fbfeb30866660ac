"""What platform administrators enter to have one report opened. Whether it suffices, the verb judges."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.web.forms.answers import words
from apps.web.forms.base import Form


class OpeningForm(Form):
    """Which report, and why."""

    reference = forms.CharField(
        label=_("Reference of the report"),
        required=False,
        help_text=_("For example SR-2026-1A2B3C4D. Whether there is such a report is not told before it is opened."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )
    reason = words(
        _("Why does it have to be opened?"),
        _("20 to 500 characters, and nothing from the report. The second administrator reads this, and it is kept."),
    )
