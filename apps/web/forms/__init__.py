"""Forms as pages draw them: the renderer, fields for partial dates and looked-up words, and rows that grow without JavaScript.

The words: a *row* is one form of a formset (a specimen, a stop of the route); a *verb* is what a row's button asks for
(``items:add``, ``items:remove:2``); a *quiet* form keeps what was typed and judges nothing. The look is named by
``settings.FORM_RENDERER`` and stays out of Django admin: only ``as_field_group`` and ``control`` wear it.
"""

from apps.web.forms.base import Form
from apps.web.forms.bound import GovukBoundField
from apps.web.forms.dates import DateParts, PartialDate, PartialDateField
from apps.web.forms.lookups import Lookup, LookupField, Vocabulary
from apps.web.forms.renderer import GovukRenderer
from apps.web.forms.rows import Focus, Row, Rows, changed
from apps.web.forms.widgets import Checkboxes, Radios

__all__ = [
    "Checkboxes",
    "DateParts",
    "Focus",
    "Form",
    "GovukBoundField",
    "GovukRenderer",
    "Lookup",
    "LookupField",
    "PartialDate",
    "PartialDateField",
    "Radios",
    "Row",
    "Rows",
    "Vocabulary",
    "changed",
]
