"""People of an agency: whom to invite, and as what."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import ROLES
from apps.agencies.policy import Role
from apps.web.forms.base import Form
from apps.web.forms.entry import ADVICE, password
from apps.web.forms.widgets import Checkboxes

HINTS = {
    Role.OFFICER.value: _("Files reports, reads and prints."),
    Role.ANALYST.value: _("Reads and searches."),
    Role.LIAISON.value: _("Does all of that, answers for the agency, and reads what is marked RED."),
    Role.AGENCY_ADMIN.value: _("Manages the accounts of your agency. Reads no reports."),
}


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=_("Roles"), choices=ROLES, widget=Checkboxes(hints=HINTS))


class RolesForm(Form):
    """What an account is for."""

    roles = _roles()


class InviteForm(Form):
    """A person of one's own agency."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"invalid": _("Enter an e-mail address in the correct format, like name@example.com")},
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
        help_text=_("The person's own address at work: the link goes there."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("They can correct it."), widget=forms.TextInput({"dir": "auto"})
    )
    roles = _roles()
    language = forms.ChoiceField(label=_("Language of the invitation"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = settings.LANGUAGES


class AcceptForm(Form):
    """What somebody who was invited chooses."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name", "dir": "auto"}),
        help_text=_("Your colleagues, and the agencies that you answer, see it."),
    )
    new = password(_("Password"), new=True, help_text=ADVICE)
