"""The forms of these pages: what is asked, and what is refused with a sentence before the database refuses it."""

import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.agencies.actions.invitations import problems_of
from apps.agencies.actions.managing import why_not
from apps.agencies.models import ROLES, Agency, Invitation, User
from apps.agencies.naming import is_name
from apps.agencies.policy import LAW_ENFORCEMENT_BY_DEFAULT, Actor, AgencyKind
from apps.core.clock import now
from apps.core.desk import ModelForm

BY_KIND = [("unknown", _("By kind")), ("true", _("Yes")), ("false", _("No"))]


class ByKind(forms.NullBooleanSelect):
    """Yes, no, or what the kind of agency says."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = BY_KIND


class AgencyForm(ModelForm[Agency]):
    """An agency; whether it is law enforcement may be left to its kind (international bodies are decided one by one)."""

    law_enforcement = forms.NullBooleanField(
        label=_("Law enforcement"),
        required=False,
        widget=ByKind,
        help_text=_(
            "Decides who reads what is for law enforcement only, and who may file seizures. By kind: customs, police, "
            "wildlife authorities, border, postal, justice, financial intelligence and coordination are; others aren't."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Agency
        fields = ("code", "name", "kind", "country", "law_enforcement", "active", "language")

    def clean_law_enforcement(self) -> bool:
        """The answer, or the kind's."""
        told = self.cleaned_data["law_enforcement"]
        kind = self.cleaned_data.get("kind")
        if told is None:
            return kind is not None and AgencyKind(kind) in LAW_ENFORCEMENT_BY_DEFAULT
        return bool(told)


def _zones(current: str) -> list[tuple[str, str]]:
    return [(name, name) for name in sorted({*zoneinfo.available_timezones(), "UTC", current})]


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Roles"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Officers file and read; analysts search; liaison officers do all of it and answer for the agency."
        ),
    )


class AccountForm(ModelForm[User]):
    """An account. Passwords stand in no form here: their owner chooses them by a link that is mailed.

    Nor do address, agency and kind: whoever moves to another agency gets another account.
    """

    editor: ClassVar[User | None] = None
    roles = _roles()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "roles", "is_active", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone or "UTC"
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=_zones(zone), initial=zone)

    def clean_name(self) -> str:
        """A name that reads as what it is."""
        name = str(self.cleaned_data["name"]).strip()
        if not is_name(name):
            raise forms.ValidationError(_("Enter a name without characters that are not seen."))
        return name

    def clean_is_active(self) -> bool:
        """Nobody shuts themselves out, and nobody here lets anybody in again."""
        active = bool(self.cleaned_data["is_active"])
        if active and not self.instance.is_active:
            raise forms.ValidationError(gettext(why_not(self.instance)))
        if not active and self.editor and self.instance.pk == self.editor.pk:
            raise forms.ValidationError(_("You can't close the account you are using."))
        return active

    def clean_roles(self) -> list[str]:
        """Who runs the platform reads no reports; everybody else is there for something, which is not given here."""
        roles = list(self.cleaned_data["roles"])
        if self.instance.is_staff and roles:
            raise forms.ValidationError(_("A platform administrator reads no reports: choose no role."))
        if not self.instance.is_staff and not roles:
            raise forms.ValidationError(_("Choose at least one of the roles offered."))
        if not set(roles) <= set(self.instance.roles):
            raise forms.ValidationError(gettext(why_not(self.instance)))
        return roles


class InvitationForm(ModelForm[Invitation]):
    """Whom to invite, and as what. To invite a platform administrator is said, and not the lack of an agency."""

    actor: ClassVar[Actor]
    staff = forms.BooleanField(
        label=_("Platform administrator"), required=False, help_text=_("Belongs to no agency and reads no reports.")
    )
    roles = _roles()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="en")

    class Meta:
        model = Invitation
        fields = ("email", "name", "agency", "roles", "language")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """As the verb judges it, beside the fields."""
        cleaned = super().clean() or self.cleaned_data
        agency, staff = cleaned.get("agency"), cleaned.get("staff")
        if staff and agency:
            self.add_error("agency", _("A platform administrator belongs to no agency."))
        if not staff and not agency and "agency" not in self.errors:
            self.add_error("agency", _("Choose the agency that the person works for."))
        if not self.errors:
            self._tell_problems(cleaned)
        return cleaned

    def _tell_problems(self, cleaned: dict[str, Any]) -> None:
        agency = cleaned["agency"]
        asked = {name: cleaned[name] for name in ("email", "name", "roles", "language")}
        found = problems_of(actor=self.actor, agency_id=agency.pk if agency else None, **asked, now=now())
        for field, sentences in found.items():
            self.add_error(field or None, [gettext(sentence) for sentence in sentences])
