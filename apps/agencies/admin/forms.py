"""The forms of these pages: what is asked, and what is refused with a sentence before the database refuses it."""

import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import ROLES, Agency, User
from apps.agencies.policy import LAW_ENFORCEMENT_BY_DEFAULT, AgencyKind
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


class AccountForm(ModelForm[User]):
    """An account. Passwords stand in no form here: their owner chooses them by a link that is mailed."""

    editor: ClassVar[User | None] = None
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Officers file and read; analysts search; liaison officers do all of it and answer for the agency."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("email", "name", "agency", "roles", "is_staff", "is_active", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone or "UTC"
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=_zones(zone), initial=zone)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_is_active(self) -> bool:
        """Nobody shuts themselves out."""
        active = bool(self.cleaned_data["is_active"])
        if not active and self.editor and self.instance.pk == self.editor.pk:
            raise forms.ValidationError(_("You can't close the account you are using."))
        return active

    def clean(self) -> dict[str, Any]:
        """Who runs the platform reads no reports; everybody else has an agency."""
        cleaned = super().clean() or self.cleaned_data
        staff = self._value("is_staff")
        if staff and cleaned.get("roles"):
            self.add_error("roles", _("A platform administrator reads no reports: choose no role."))
        if staff and self._value("agency"):
            self.add_error("agency", _("A platform administrator belongs to no agency."))
        if not staff and not self._value("agency") and "agency" not in self.errors:
            self.add_error(
                "agency" if "agency" in self.fields else None, _("Choose the agency that the person works for.")
            )
        return cleaned

    def _value(self, name: str) -> Any:
        """As typed, or as it stands where the form doesn't ask it."""
        return self.cleaned_data.get(name) if name in self.fields else getattr(self.instance, name)
