"""The sections of a report that one page shows, as one: what was typed, and whose message is whose."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext

from apps.core.errors import Refused
from apps.reports.states import ReportKind
from apps.web.forms.base import Form
from apps.web.forms.report.handling import HandlingSection
from apps.web.forms.report.lists import Lists
from apps.web.forms.report.route import RouteSection
from apps.web.forms.report.section import Data, Section, Source
from apps.web.forms.report.what import WhatSection
from apps.web.forms.report.where import WhereSection
from apps.web.forms.rows import Rows, changed
from apps.web.forms.which import CHOOSE, chosen
from apps.web.shown.words import Shown, joined

SECTIONS: dict[str, type[Section]] = {
    made.name: made for made in (WhereSection, WhatSection, RouteSection, HandlingSection)
}
IN_ORDER = {ReportKind.SEIZURE.value: ("where", "what", "route", "handling")}
WORDS_FIRST = ("what", "where", "route", "handling")


def order_of(kind: str) -> tuple[str, ...]:
    """The sections' names in the order of the form: a seizure begins with its date, the others with their words."""
    return IN_ORDER.get(kind, WORDS_FIRST)


def section_title(name: str, kind: str) -> str:
    """What a section is called in a report of this kind."""
    return str(SECTIONS[name].title_for(kind))


class Filing:
    """Some sections of one report, filled from what was posted or else from what is stored.

    ``verb`` (``items:add``) is done to the rows that were posted; nothing is judged then and nothing typed is lost.
    """

    def __init__(
        self,
        *,
        names: Iterable[str],
        kind: str,
        lists: Lists,
        stored: Data,
        posted: QueryDict | None = None,
        verb: str = "",
    ) -> None:
        prefix, _colon, rest = verb.partition(":")
        focus = {}
        if posted is not None and prefix == CHOOSE:
            posted = chosen(posted, rest)
        elif posted is not None and rest:
            posted, focus[prefix] = changed(posted, prefix=prefix, verb=rest)
        source = Source(kind, lists, stored, posted, quiet=bool(rest), focus=focus)
        self.sections = [SECTIONS[name](source) for name in names]
        self.lists = lists
        self.loose: list[str] = []

    @cached_property
    def parts(self) -> list[Form | Rows]:
        """All forms and rows in page order, for the error summary."""
        return [part for section in self.sections for part in section.parts]

    @cached_property
    def vocabularies(self) -> list[Shown]:
        """The datalists that the page needs, each once."""
        return self.lists.shown(dict.fromkeys(name for section in self.sections for name in section.needs))

    @property
    def folded(self) -> list[BoundField]:
        """What a short form folds away, of all sections but the handling, which is folded whole."""
        return [
            field for section in self.sections if not isinstance(section, HandlingSection) for field in section.folded
        ]

    @property
    def folded_words(self) -> str:
        """The names of what is folded away; a box that hangs on another is not named."""
        return joined(str(field.label) for field in self.folded if field.name not in getattr(field.form, "when", {}))

    @property
    def unfold(self) -> bool:
        """Whether something is given, or wrong, in what a short form folds away."""
        return any(field.errors or field.value() not in (None, "", ["", "", ""]) for field in self.folded)

    def is_valid(self) -> bool:
        """Whether the forms could read everything."""
        verdicts = [section.is_valid() for section in self.sections]  # all are asked: each keeps what it finds
        return all(verdicts)

    def entered(self) -> dict[str, Any]:
        """What was typed, as JSON values."""
        return {key: value for section in self.sections for key, value in section.entered().items()}

    def tell(self, refused: Refused) -> None:
        """Put every message of a refusal beside its field; what belongs to no field of the page stands above it."""
        errors: Mapping[str, list[str]] = refused.errors or {"": [refused.sentence]}
        for path, sentence in ((path, each) for path, sentences in errors.items() for each in sentences):
            choices = refused.candidates.get(path, ())
            if not any(section.tell(path, sentence, choices) for section in self.sections):
                self.loose.append(gettext(sentence))
