"""A field together with its data, as the templates in ``web/forms`` ask for it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.utils import ErrorList
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from apps.web.forms.dates import DateParts
from apps.web.forms.which import CHOOSE, Which

# The first that fits decides how a widget is drawn; a subclass stands before its parent.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (DateParts, "date"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.Widget, "input"),
)
CLASSES = {
    "checkboxes": "govuk-checkboxes__input",
    "checkbox": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "input": "govuk-input",
    "date": "govuk-input govuk-date-input__input",
}
REQUIRED = forms.Field.default_error_messages["required"]
ROW_MESSAGE = gettext_lazy("{row}: {message}")


class GovukBoundField(BoundField):
    """What a template needs beside Django's own: ``kind``, ``messages``, ``control``, ``options``, ``parts``."""

    @property
    def kind(self) -> str:
        """One of the keys of ``CLASSES``: which markup this field's widget takes."""
        return next(kind for widget, kind in KINDS if isinstance(self.field.widget, widget))

    @property
    def errors(self) -> ErrorList:
        """Django's, but none while the form is only being put together."""
        if getattr(self.form, "quiet", False):
            return self.form.error_class(renderer=self.form.renderer)
        return super().errors

    @property
    def messages(self) -> list[str]:
        """The sentences beside the field; the summary at the top of the page shows the same ones."""
        row = getattr(self.form, "row_name", "")
        sentences = [str(self._sentence(error)) for error in self.errors.as_data()]
        return [str(format_lazy(ROW_MESSAGE, row=row, message=text)) if row else text for text in sentences]

    @property
    def answers(self) -> list[dict[str, str]]:
        """``{"do", "label"}`` of the buttons that answer what is asked about the box."""
        asked = [error for error in self.errors.as_data() if isinstance(error, Which)]
        return [
            {"do": f"{CHOOSE}:{self.html_name}={value}", "label": label}
            for error in asked
            for value, label in error.choices
        ]

    def _sentence(self, error: ValidationError) -> str:
        """A message of our own where a field has only Django's "This field is required."."""
        if error.code == "required" and error.message == REQUIRED:
            return gettext("Fill in “%(label)s”.") % {"label": self.label}
        return " ".join(error.messages)

    @property
    def is_optional(self) -> bool:
        """Whether the label says that the field may stay empty."""
        return self.name in getattr(self.form, "optional", ())

    @property
    def condition(self) -> dict[str, str] | None:
        """``{"id", "value"}`` of the other field that this one hangs on, if there is one."""
        other, value = getattr(self.form, "when", {}).get(self.name, ("", ""))
        return {"id": self.form[other].auto_id, "value": value} if other else None

    @property
    def cell(self) -> str:
        """How wide the field stands in a row: ``s``, ``m`` or ``l``."""
        return str(getattr(self.form, "cells", {}).get(self.name, "m"))

    @property
    def control(self) -> SafeString:
        """The widget in its GOV.UK class, red where it is wrong."""
        return self.as_widget(attrs=self._attrs())

    @property
    def options(self) -> list[BoundWidget]:
        """One radio button or checkbox each, with ``data.hint`` where the widget has hints."""
        attrs = self.build_widget_attrs({"id": self.auto_id, **self._attrs()})
        widget = self.field.widget
        found = widget.subwidgets(self.html_name, self.value(), attrs=attrs)
        return [BoundWidget(widget, option, self.form.renderer) for option in found]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The boxes of a date: each a widget's context plus ``label``, red only where it is the wrong one."""
        widget = self.field.widget
        context = widget.get_context(self.html_name, self.value(), {"id": self.auto_id})["widget"]
        wrong = self.wrong_parts
        return [
            {**box, "label": part.label, "attrs": {**box["attrs"], **self._part_attrs(part.width, part.name in wrong)}}
            for part, box in zip(DateParts.parts, context["subwidgets"], strict=True)
        ]

    @property
    def wrong_parts(self) -> set[str]:
        """Names of the date's boxes that a message is about: all of them where it does not say."""
        names = {part.name for part in DateParts.parts}
        codes = {error.code or "" for error in self.errors.as_data()}
        return (codes & names) or (names if codes else set())

    @property
    def focus_id(self) -> str:
        """The id that a link to this field leads to: the box that is wrong, or the first button of a group."""
        if self.kind == "date":
            return next((box["attrs"]["id"] for box in self.parts if box["attrs"].get("aria-invalid")), self.auto_id)
        if self.kind in ("radios", "checkboxes"):
            return next((str(option.id_for_label) for option in self.options), self.auto_id)
        return self.auto_id

    def _attrs(self) -> dict[str, str | bool]:
        """The class of the control, after what the widget itself asks for, and the focus of a new row."""
        wrong = f"{CLASSES[self.kind]}--error" if self.errors and self.kind in ("input", "textarea", "select") else ""
        own = self.field.widget.attrs.get("class", "")
        attrs: dict[str, str | bool] = {"class": " ".join(filter(None, [CLASSES[self.kind], wrong, own]))}
        if self.name == getattr(self.form, "focus", None):
            attrs["autofocus"] = True
        return attrs

    @staticmethod
    def _part_attrs(width: int, wrong: bool) -> dict[str, str | bool]:
        classes = f"{CLASSES['date']} govuk-input--width-{width}{' govuk-input--error' if wrong else ''}"
        return {"class": classes, **({"aria-invalid": "true"} if wrong else {})}
