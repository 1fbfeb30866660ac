"""What an agency says to a referral. Whether it may, and whether the words suffice, the verbs judge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.referrals.states import ActionKind
from apps.web.forms.base import Form

LINES = 3  # of a box for a few words


def words(label: object, hint: object) -> forms.CharField:
    """A box for a few words, kept as they were typed."""
    box = forms.Textarea({"rows": LINES, "dir": "auto"})
    return forms.CharField(label=label, help_text=hint, widget=box, required=False, strip=False)  # type: ignore[arg-type]


class DeclineForm(Form):
    """Why it is not for the agency."""

    reason = words(_("Why is it not for your agency?"), _("The agency that filed the report reads this."))


class ActionForm(Form):
    """What the agency did."""

    kind = forms.ChoiceField(label=_("What was done?"), choices=ActionKind.choices, required=False)
    text = words(_("In a few words"), _("The agency that filed the report reads this."))


class CloseForm(Form):
    """What came of it."""

    outcome = words(_("What came of it?"), _("The agency that filed the report reads this. It ends the referral."))
