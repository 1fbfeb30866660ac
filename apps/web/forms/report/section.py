"""A section of the report form: forms and rows, what they say as JSON, and where a message belongs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

from django import forms
from django.forms import formset_factory
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext

from apps.web.forms.base import Form
from apps.web.forms.lookups import LookupField
from apps.web.forms.report.lists import Lists
from apps.web.forms.rows import Focus, Row, Rows
from apps.web.forms.which import Choices, Which

Data = Mapping[str, Any]  # a report as JSON values, or a part of one


@dataclass(frozen=True, slots=True)
class Source:
    """Where a section's boxes get their values: what was posted, or else what is stored; and the lists behind them."""

    kind: str
    lists: Lists
    stored: Data
    posted: QueryDict | None = None
    quiet: bool = False
    focus: Mapping[str, Focus | None] = field(default_factory=dict)


class Section(ABC):
    """What every section does: at most one form, and rows by their path in the JSON."""

    name: ClassVar[str]
    word: ClassVar[str | Promise]  # what it is called
    title_in: ClassVar[Mapping[str, str | Promise]] = {}  # kind of report -> another title, where it has one
    lists: ClassVar[tuple[str, ...]] = ()  # the datalists that its boxes need
    fields: ClassVar[Mapping[str, str]] = {}  # path in the JSON -> field of the section's form, where they differ
    essential: ClassVar[tuple[str, ...]] = ()  # the form's fields that a short form shows at once; the others it folds
    rows_first: ClassVar[bool] = False  # whether the rows stand above the form

    def __init__(self, source: Source) -> None:
        self.source = source
        self.form: Form | None = self.made_form()
        self.rows: dict[str, Rows] = self.made_rows()

    @property
    def parts(self) -> list[Form | Rows]:
        """The form and the rows, in page order."""
        form, rows = [self.form] if self.form else [], list(self.rows.values())
        return [*rows, *form] if self.rows_first else [*form, *rows]

    @property
    def needs(self) -> tuple[str, ...]:
        """The datalists that its boxes need as they now are."""
        return self.lists

    @property
    def at_once(self) -> list[BoundField]:
        """The fields that a short form shows at once."""
        return [field for field in self.form or () if field.name in self.essential]

    @property
    def folded(self) -> list[BoundField]:
        """The fields that a short form folds away."""
        return [field for field in self.form or () if field.name not in self.essential]

    @property
    def words(self) -> dict[str, Any]:
        """What the form understood."""
        return dict(self.form.cleaned_data) if self.form else {}

    @classmethod
    def title_for(cls, kind: str) -> str | Promise:
        """What the section is called in a report of this kind."""
        return cls.title_in.get(kind, cls.word)

    @property
    def title(self) -> str | Promise:
        """What the section is called."""
        return self.title_for(self.source.kind)

    @property
    def wrong(self) -> bool:
        """Whether a message stands somewhere in it."""
        return not self.source.quiet and any(_wrong(part) for part in self.parts)

    @property
    def template(self) -> str:
        """How the section is drawn."""
        return f"web/sections/{self.name}.html"

    @property
    def short_template(self) -> str:
        """How the short form draws it."""
        return f"web/sections/short_{self.name}.html"

    def made_form(self) -> Form | None:
        """Its form, if it has one."""
        return None

    def made_rows(self) -> dict[str, Rows]:
        """Its rows."""
        return {}

    def filled_form(self, made: type[Form], initial: Data) -> Form:
        """A form of the section, from what was posted or what is stored."""
        form = made(self.source.posted, initial=dict(initial))
        form.quiet = self.source.quiet
        return form

    def filled_rows(self, made: type[Rows], path: str, initial: Sequence[Data]) -> Rows:
        """Rows of the section, from what was posted or what is stored."""
        start = None if self.source.posted is not None else [dict(row) for row in initial]
        rows = made(self.source.posted, initial=start, prefix=path, form_kwargs={"lists": self.source.lists})
        rows.quiet, rows.focus = self.source.quiet, self.source.focus.get(path)
        return rows

    def is_valid(self) -> bool:
        """Whether the forms could read everything; whether it can be right, the verbs judge."""
        verdicts = [part.is_valid() for part in self.parts]  # all are asked: each keeps what it finds
        return all(verdicts)

    @abstractmethod
    def entered(self) -> dict[str, Any]:
        """What was typed, as JSON values; what a form could not read is left out."""

    def tell(self, path: str, sentence: str, choices: Choices = ()) -> bool:
        """Put a message beside its field, with what may be meant; False where the path is none of this section's."""
        head, _dot, rest = path.partition(".")
        if head in self.rows:
            _tell_rows(self.rows[head], rest, sentence, choices)
            return True
        name = self.fields.get(path, path)
        if self.form is None or name not in self.form.fields:
            return False
        _beside(self.form, name, sentence, choices)
        return True


def _wrong(part: Form | Rows) -> bool:
    if not part.is_bound:
        return False
    return bool(part.errors) if isinstance(part, Form) else bool(part.messages) or any(part.errors)


def _tell_rows(rows: Rows, rest: str, sentence: str, choices: Choices) -> None:
    """Beside a row's field, under the row, or above the rows as a whole."""
    number, _dot, name = rest.partition(".")
    typed = filled(rows)
    if number.isdecimal() and int(number) < len(typed):
        row = typed[int(number)]
        _beside(row, name or next(iter(row.fields)), sentence, choices)
    else:
        rows.non_form_errors().append(gettext(sentence))


def _beside(form: Form, name: str, sentence: str, choices: Choices) -> None:
    """Beside the field, but where the form itself has found it wrong: then it was left out, and is not missing."""
    known = name if name in form.fields else None
    if known is None or not form.has_error(known):
        form.add_error(known, Which(gettext(sentence), choices) if choices and known else gettext(sentence))


def rows_made(row: "type[Typed]", rows: type[Rows], most: int) -> type[Rows]:
    """The formset class of these rows."""
    return cast("type[Rows]", formset_factory(row, formset=rows, extra=0, max_num=most, absolute_max=most + 1))


class Typed(Row):
    """A row that is left out of the JSON where nothing was typed into it. ``counts`` are the boxes that say so."""

    counts: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, lists: Lists, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = lists
        self.offer(lists)

    def offer(self, lists: Lists) -> None:
        """Give the boxes their lists."""

    @property
    def filled(self) -> bool:
        """Whether anything was typed."""
        return any(self[name].value() not in (None, "") for name in self.counts)

    def entered(self) -> Any:
        """The row as a JSON value."""
        raise NotImplementedError

    def said(self, name: str) -> Any:
        """A box as the form understood it, empty where it could not."""
        return self.cleaned_data.get(name, "")


def filled(rows: Rows) -> list[Typed]:
    """The rows in which something was typed: those that the JSON has, in its order."""
    return [row for row in rows.forms if isinstance(row, Typed) and row.filled]


class LenientLookup(LookupField):
    """Gives the code of a word in the list, and any other word as it was typed: the verb knows more names than the list."""

    def clean(self, value: Any) -> str:
        word = forms.CharField.clean(self, value)
        return self.vocabulary().code_of(word) or word
