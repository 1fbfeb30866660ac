"""What a recipient enters to have a report passed on. Whether it may be, the worker judges."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.agencies.policy import Card
from apps.web.forms.answers import words
from apps.web.forms.base import Form


class PassingForm(Form):
    """To whom, and why they need to know."""

    agency = forms.ChoiceField(label=_("Which agency needs to know?"), required=False)
    reason = words(_("Why does it need to know?"), _("The agency that filed the report reads this."))

    def __init__(self, *args: Any, receivers: Iterable[Card] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ChoiceField)
        agency.choices = [("", _("Choose an agency")), *((card.code, card.name) for card in receivers)]
