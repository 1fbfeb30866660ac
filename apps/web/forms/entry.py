"""Signing in and passwords. Whether they are right, the verbs judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.web.forms.base import Form

LONGEST = 1024  # characters of a password that are looked at; a longer one is nobody's, and dear to hash
ADVICE = _("At least 12 characters: three unusual words are good.")


def email() -> forms.CharField:
    """A box for an address; what is no address is no account's either, and that is all that is said of it."""
    attrs = {"autocomplete": "username", "spellcheck": "false", "dir": "ltr"}
    widget = forms.EmailInput(attrs)
    return forms.CharField(label=_("E-mail address"), widget=widget, max_length=254)


def password(label: Any, *, new: bool, **options: Any) -> forms.CharField:
    """A box for a password, taken as it is typed."""
    attrs = {"autocomplete": "new-password" if new else "current-password", "spellcheck": "false", "dir": "ltr"}
    return forms.CharField(label=label, widget=forms.PasswordInput(attrs), strip=False, max_length=LONGEST, **options)


class SignInForm(Form):
    """Address and password."""

    email = email()
    password = password(_("Password"), new=False)


class ResetForm(Form):
    """Whose password is forgotten."""

    email = email()


class NewPasswordForm(Form):
    """A password, chosen by a mailed link."""

    new = password(_("New password"), new=True, help_text=ADVICE)


class ChangePasswordForm(Form):
    """The present password and another one."""

    current = password(_("Present password"), new=False)
    new = password(_("New password"), new=True, help_text=ADVICE)
