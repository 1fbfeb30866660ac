"""``{% load look %}``: the error summary, the route's parts and the status colours."""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from django import template
from django.forms import BaseForm, BaseFormSet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.web.forms import GovukBoundField, Row, Rows
from apps.web.forms.report import Filing

register = template.Library()
Formed: TypeAlias = "BaseForm | BaseFormSet[Any]"  # in quotes: Django's class takes a parameter in its types only

PARTS: dict[str, Promise] = {
    "ORIGIN": _("Origin"),
    "EXPORT": _("Export"),
    "TRANSIT": _("Transit"),
    "DESTINATION": _("Destination"),
    "DISCOVERY": _("Discovery"),
    "CONCERNED": _("Concerned"),
}


class Problem(NamedTuple):
    """A line of the error summary: where it leads (may be empty) and the words that also stand beside the field."""

    href: str
    text: str


@register.inclusion_tag("parts/error_summary.html")
def error_summary(*things: "Formed | Filing", sentence: str = "") -> dict[str, Any]:
    """Everything that is wrong with these forms and formsets, in the order of the page; nothing where nothing is."""
    problems = [Problem("", sentence)] if sentence else []
    problems += [problem for thing in things if thing is not None for problem in problems_of(thing)]
    return {"problems": problems}


@register.filter
def part_word(part: str) -> Promise | str:
    """The word for a part of the route; a code we have no word for stands for itself."""
    return PARTS.get(part, part)


@register.filter
def has_problems(thing: Formed) -> bool:
    """Whether the summary would say anything about this form or formset (for the page's title)."""
    return any(problems_of(thing))


def problems_of(thing: "Formed | Filing") -> Iterator[Problem]:
    """The lines of one form, of a formset and its rows, or of a whole filing."""
    if isinstance(thing, Filing):
        yield from (Problem("", text) for text in thing.loose)
        for part in thing.parts:
            yield from problems_of(part)
        return
    if isinstance(thing, BaseFormSet):
        whole = thing.messages if isinstance(thing, Rows) else [str(text) for text in thing.non_form_errors()]
        yield from (Problem(f"#{thing.prefix}", text) for text in whole)
        for form in thing.forms:
            yield from problems_of(form)
        return
    yield from (Problem("", text) for text in whole_form(thing))
    for field in thing:
        if isinstance(field, GovukBoundField):
            href = "" if field.is_hidden else f"#{field.focus_id}"
            yield from (Problem(href, text) for text in field.messages)


def whole_form(form: BaseForm) -> list[str]:
    """What is wrong with a form as a whole, in a row under the row's name."""
    if getattr(form, "quiet", False):
        return []
    row = f"{form.row_name}: " if isinstance(form, Row) and form.row_name else ""
    return [f"{row}{text}" for text in form.non_field_errors()]
