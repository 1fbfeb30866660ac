"""Codes and passkeys, and the proof that is asked for again."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.web.forms.base import Form
from apps.web.forms.entry import password

LONGEST_ANSWER = 20_000  # characters of what a browser says of a passkey


def code(label: Any, **options: Any) -> forms.CharField:
    """A box for a code of an app, or a recovery code."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "dir": "ltr"}
    attrs["class"] = "govuk-input--width-10"
    widget = forms.TextInput(attrs)
    return forms.CharField(label=label, widget=widget, max_length=20, **options)


def passkey() -> forms.CharField:
    """What the browser answers, put in by script."""
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_ANSWER)


def answered(text: str) -> dict[str, Any]:
    """A browser's answer as an object; an empty one, which proves nothing, for what is none."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


class SecondStepForm(Form):
    """The second step of signing in."""

    code = code(_("Code"), required=False, help_text=_("Six digits from your app, or one of your recovery codes."))
    passkey = passkey()

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        words = super().clean() or self.cleaned_data
        if not words.get("code") and not words.get("passkey") and not self.errors:
            self.add_error("code", _("Enter a code."))
        return words


class AppForm(Form):
    """The first code of an app that is being enrolled."""

    code = code(_("Code that the app shows"))


class PasskeyForm(Form):
    """The name of a new passkey."""

    name = forms.CharField(
        label=_("Name of the passkey"), max_length=60, help_text=_("For example: key on my key ring, office laptop")
    )
    passkey = passkey()


class AgainForm(Form):
    """A proof that somebody still is who they were."""

    again_password = password(_("Password"), new=False, required=False)
    again_code = code(
        _("Or a code"), required=False, help_text=_("Six digits from your app, or one of your recovery codes.")
    )
    again_passkey = passkey()

    def offer(self, *, code: bool) -> None:
        """Ask for a code of those only who have one."""
        if not code:
            del self.fields["again_code"]

    def clean(self) -> dict[str, Any]:
        """One of the three."""
        words = super().clean() or self.cleaned_data
        if not any(words.get(name) for name in self.base_fields) and not self.errors:
            self.add_error("again_password", _("Enter your password."))
        return words
