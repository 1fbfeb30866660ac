"""What a person decides about their own account."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import SCOPES
from apps.agencies.policy import Scope
from apps.web.forms.base import Form
from apps.web.forms.lookups import Entry, LookupField, Vocabulary

ZONES = "zones"  # the id of the list on the page
LIVES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("One year"))]


def zones() -> Vocabulary:
    """Every time zone by its name, the places in it written as people write them."""
    return Vocabulary(Entry(name, name.replace("_", " ")) for name in sorted(available_timezones()))


class PreferencesForm(Form):
    """Language and time zone."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = LookupField(
        vocabulary=zones,
        list_id=ZONES,
        label=_("Time zone"),
        required=False,
        help_text=_("Times are shown in it, always with its name. For example: Africa/Nairobi"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = settings.LANGUAGES


class TokenForm(Form):
    """A new API token; one that nothing is said of reads only."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("For example: nightly import on our server")
    )
    scope = forms.ChoiceField(
        label=_("What may it do?"),
        choices=SCOPES,
        initial=Scope.READ,
        required=False,
        help_text=_("Choose the least that the program needs."),
    )
    life = forms.ChoiceField(label=_("Valid for"), choices=LIVES, initial="90")
