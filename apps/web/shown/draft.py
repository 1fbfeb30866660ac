"""A draft in words: its tasks and how far each has come, what is missing, and its answers once more."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from apps.agencies.policy import Card
from apps.reports.models import Report
from apps.reports.policy import Content, missing, read, unknown_agencies
from apps.web.forms.report import order_of, section_title
from apps.web.shown import handling
from apps.web.shown.reports import title_of
from apps.web.shown.times import occurred
from apps.web.shown.words import Shown, labelled

# The first word of a path in the JSON -> the section that holds its box, and the box's place on that section's page.
HOMES = {
    "occurred": "where",
    "place": "where",
    "case_number": "where",
    "items": "what",
    "title": "what",
    "narrative": "what",
    "route": "route",
}
COMPLETED, STARTED, NOT_STARTED, BLOCKED = "completed", "in_progress", "not_started", "cannot_start"


class Tasks:
    """The sections of a draft. ``data`` is its content as JSON values, ``labels`` those of its countries, ``agencies``
    those that it names or leaves out, active or not, by their codes.
    """

    def __init__(
        self, report: Report, data: Shown, labels: Mapping[str, str], agencies: Mapping[str, Card], now: datetime
    ) -> None:
        self.report, self.data, self.labels, self.agencies, self.now = report, data, labels, agencies, now

    @cached_property
    def title(self) -> str:
        """The draft's title, or what stands for it."""
        return title_of(self.report, labelled(self.labels, self.data["place"]["country"]))

    @cached_property
    def missing(self) -> dict[str, list[str]]:
        """What a submission still lacks, by path."""
        content, errors = read(self.data, today=self.now.date())
        return errors if content is None else missing(content) | self._left(content)

    def _left(self, content: Content) -> dict[str, list[str]]:
        """The agencies that are none any more, each by the code that was entered."""
        members = {code for code, agency in self.agencies.items() if agency.active}
        codes = {"named": content.named, "withheld_from": content.withheld_from}
        found = unknown_agencies(content, known=members)
        return {path: [f"{_entry(codes, path)}: {gettext(sentence)}"] for path, sentence in found.items()}

    @cached_property
    def states(self) -> dict[str, str]:
        """Section → how far it has come."""
        return {name: self._state(name) for name in order_of(self.report.kind)}

    @property
    def done(self) -> int:
        """How many sections are complete."""
        return sum(state == COMPLETED for state in self.states.values())

    def _state(self, name: str) -> str:
        lacks = any(home(path) == name for path in self.missing)
        begun = name == "handling" or any(_holds(self.data[key]) for key, of in HOMES.items() if of == name)
        if lacks:
            return STARTED if begun else NOT_STARTED
        return COMPLETED if begun else NOT_STARTED

    def shown(self) -> list[Shown]:
        """The tasks, the check last."""
        tasks = [
            {
                "label": section_title(name, self.report.kind),
                "url": reverse("web:section", args=[self.report.id, name]),
                "hint": gettext("Decides which agencies are told") if name == "route" else "",
                "state": state,
            }
            for name, state in self.states.items()
        ]
        return [*tasks, self._check()]

    def _check(self) -> Shown:
        url = "" if self.missing else reverse("web:check", args=[self.report.id])
        hint = gettext("Nothing is sent before you have seen who will be told.")
        state = BLOCKED if self.missing else NOT_STARTED
        return {"label": gettext("Check and send"), "url": url, "hint": hint, "state": state}

    def lacking(self) -> list[Shown]:
        """What is missing, each with the page where it is given."""
        return [
            {"text": gettext(sentence), "url": reverse("web:section", args=[self.report.id, home(path)])}
            for path, sentences in self.missing.items()
            for sentence in sentences
        ]


def _entry(listed: Mapping[str, Sequence[str]], path: str) -> str:
    """The code that stands at a path like ``named.0``."""
    name, _dot, at = path.partition(".")
    return listed[name][int(at)]


def home(path: str) -> str:
    """The section in which the box of a path stands."""
    return HOMES.get(path.partition(".")[0], "handling")


def _holds(value: Any) -> bool:
    """Whether anything was given: a place with an empty name and country holds nothing."""
    return any(value.values()) if isinstance(value, Mapping) else bool(value)


def check_cards(tasks: Tasks) -> list[Shown]:
    """The answers once more, a card for each section."""
    report, data = tasks.report, tasks.data
    agencies = {code: agency.name for code, agency in tasks.agencies.items()}
    made = {
        "where": _rows(
            (gettext("When"), occurred(report)),
            (
                gettext("Where"),
                ", ".join(filter(None, [report.place_name, labelled(tasks.labels, data["place"]["country"])])),
            ),
            (gettext("Your case number"), report.case_number),
        ),
        "what": _rows((gettext("Title"), tasks.title), (gettext("In your words"), data["narrative"])),
        "route": [],
        "handling": [
            {"key": gettext("Marking"), "many": handling.words(report.label)},
            *_many(gettext("Named as recipients"), data["named"], agencies),
            *_many(gettext("Left out"), data["withheld_from"], agencies),
        ],
    }
    return [_card(tasks, name, made[name]) for name in order_of(report.kind)]


def _card(tasks: Tasks, name: str, rows: list[Shown]) -> Shown:
    return {
        "name": name,
        "title": section_title(name, tasks.report.kind),
        "rows": rows,
        "change_url": reverse("web:section", args=[tasks.report.id, name]),
        "empty": "" if tasks.data["route"] else gettext("No route given"),
    }


def _rows(*pairs: tuple[str, str]) -> list[Shown]:
    return [{"key": key, "value": value} for key, value in pairs]


def _many(key: str, codes: Iterable[str], names: Mapping[str, str]) -> list[Shown]:
    found = [names.get(code, code) for code in codes]
    return [{"key": key, "many": found}] if found else []
