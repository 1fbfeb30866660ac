"""Refusals put beside the fields that they are about."""

from django import forms
from django.utils.translation import gettext

from apps.core.errors import Refused


def tell(form: forms.BaseForm, refused: Refused) -> None:
    """Add every sentence of a refusal to the form: beside its field, or above the form where it is about no field of it.

    A sentence that comes without fields is the form's own.
    """
    form.full_clean()
    for path, sentences in (refused.errors or {"": [refused.sentence]}).items():
        for sentence in sentences:
            form.add_error(path if path in form.fields else None, gettext(sentence))
