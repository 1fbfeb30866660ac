"""The form that pages inherit from."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms


class Form(forms.Form):
    """A form whose fields know which are optional, and which can be shown without being judged.

    ``optional`` names the fields whose label says "(optional)"; ``quiet`` hides every message, for the answer to a
    button that only adds or moves a row.
    """

    optional: ClassVar[frozenset[str]] = frozenset()
    # Field name -> (other field, its value): shown by script only while the other field has that value.
    when: ClassVar[Mapping[str, tuple[str, str]]] = {}
    quiet = False
