"""Rows of a form that are added, removed and moved by plain buttons: the server answers with the form as it then is.

A button is ``<button name="do" value="items:remove:2">``. ``changed`` turns what was posted into what it would have
been, had the row been added, removed or moved in the browser; nothing is judged and nothing typed is lost.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from django.forms.formsets import BaseFormSet
from django.forms.renderers import BaseRenderer
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.web.forms.base import Form


class Focus(NamedTuple):
    """Where the reader should be after a verb: the row, and ``first`` (its first field), ``up``, ``down`` or ``add``."""

    row: int
    what: str


class Row(Form):
    """One row. ``cells`` says how wide a field stands in it: ``s``, ``m`` or ``l``; ``template`` how it is drawn."""

    cells: ClassVar[Mapping[str, str]] = {}
    row_template = "web/forms/row.html"
    row_name = ""
    focus: str | None = None  # the field, or the button, that takes the focus when the page is shown

    @property
    def wrong(self) -> bool:
        """Whether a message stands under the row."""
        return not self.quiet and bool(self.errors)


if TYPE_CHECKING:  # Django's class takes a parameter in its types only
    RowSet = BaseFormSet[Row]
else:
    RowSet = BaseFormSet


class Rows(RowSet):
    """A formset that names its rows. A subclass says ``form`` (its row) and ``max_num``; Django's factory is not needed."""

    form: type[Row] = Row
    max_num = 200
    absolute_max = 1001  # rows made of what was posted; beyond max_num they are shown, and refused as too many
    min_num = extra = 0
    validate_max = True
    validate_min = can_delete = can_order = can_delete_extra = False
    renderer: BaseRenderer | None = None  # None until a formset is made, as in Django's factory

    row_word: ClassVar[str | Promise] = _("Row")
    add_word: ClassVar[str | Promise] = _("Add another row")
    ordered: ClassVar[bool] = False
    quiet = False
    focus: Focus | None = None

    def add_fields(self, form: Row, index: int | None) -> None:
        """Django's, and the row's name; quiet or focused as the whole is, so set both before the rows are looked at."""
        super().add_fields(form, index)
        number = 0 if index is None else index
        form.row_name = gettext("%(word)s %(number)d") % {"word": self.row_word, "number": number + 1}
        form.quiet = self.quiet
        if self.focus and self.focus.row == index:
            form.focus = form.visible_fields()[0].name if self.focus.what == "first" else self.focus.what

    @property
    def messages(self) -> list[str]:
        """What is wrong with the rows as a whole (too many of them, none at all)."""
        return [] if self.quiet or not self.is_bound else [str(text) for text in self.non_form_errors()]

    @property
    def may_add(self) -> bool:
        """Whether there is room for another row."""
        return len(self.forms) < self.max_num

    @property
    def focus_add(self) -> bool:
        """Whether the add button takes the focus: after the last row was removed."""
        return bool(self.focus and self.focus.what == "add")


def changed(data: QueryDict, *, prefix: str, verb: str) -> tuple[QueryDict, Focus | None]:
    """What was posted, with ``verb`` (``add``, ``remove:2``, ``up:2``, ``down:2``) done to the rows of ``prefix``.

    A verb that means nothing (a row that is not there, a word that is none) changes nothing and focuses nothing.
    """
    rows = _rows_of(data, prefix)
    word, _colon, number = verb.partition(":")
    at = int(number) if number.isdecimal() and len(number) < 6 else -1
    focus = _done(rows, word, at)
    return (_with_rows(data, prefix, rows), focus) if focus else (data, None)


Cells = dict[str, list[str]]


def _done(rows: list[Cells], word: str, at: int) -> Focus | None:
    """Moves the rows in place and says where the reader goes."""
    there = 0 <= at < len(rows)
    if word == "add":
        rows.append({})
        return Focus(len(rows) - 1, "first")
    if word == "remove" and there:
        del rows[at]
        return Focus(min(at, len(rows) - 1), "first") if rows else Focus(0, "add")
    to = {"up": at - 1, "down": at + 1}.get(word, -1)
    if there and 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        # At either end the button just used is off; its neighbour takes the focus.
        return Focus(to, {0: "down", len(rows) - 1: "up"}.get(to, word))
    return None


def _rows_of(data: QueryDict, prefix: str) -> list[Cells]:
    """The posted rows in order, each as field name -> values."""
    total = data.get(f"{prefix}-TOTAL_FORMS", "0")
    many = min(int(total), 1000) if total.isdecimal() and len(total) < 6 else 0
    rows: list[Cells] = [{} for _row in range(many)]
    for key, values in data.lists():
        number, dash, name = key.removeprefix(f"{prefix}-").partition("-")
        if key.startswith(f"{prefix}-") and dash and number.isdecimal() and len(number) < 6 and int(number) < len(rows):
            rows[int(number)][name] = [str(value) for value in values]
    return rows


def _with_rows(data: QueryDict, prefix: str, rows: list[Cells]) -> QueryDict:
    """A copy of what was posted in which the rows of ``prefix`` are these."""
    copy = QueryDict(mutable=True)
    for key, values in data.lists():
        if not key.startswith(f"{prefix}-"):
            copy.setlist(key, values)
    for at, cells in enumerate(rows):
        for name, values in cells.items():
            copy.setlist(f"{prefix}-{at}-{name}", values)
    counts = {"TOTAL": len(rows), "INITIAL": 0, "MIN_NUM": 0, "MAX_NUM": 1000}
    for word, number in counts.items():
        copy[f"{prefix}-{word}_FORMS"] = str(number)
    return copy
