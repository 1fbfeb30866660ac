"""A report as a line of a list, from the JSON values that the list's query gives."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from apps.reports.policy.dates import occurred
from apps.reports.states import ReportKind, ReportState
from apps.web.shown.reports import TONES, titled
from apps.web.shown.times import day, when_words
from apps.web.shown.words import Shown, labelled

Row = Mapping[str, Any]
LATEST = date(9998, 12, 31)  # a stored date was judged when it came in


def report_row(row: Row, labels: Mapping[str, str], names: Mapping[str, str]) -> Shown:
    """For ``parts/report_row.html``. A tombstone has a reference and its state, nothing more."""
    state = ReportState(row["state"])
    sent = gettext("sent %(day)s") % {"day": day(row["submitted_at"])} if row["submitted_at"] else ""
    return {
        "url": reverse("web:report", args=[row["id"]]),
        "title": _title(row, labels),
        "reference": row["reference"] or "",
        "agency": names.get(row["originator"] or "", ""),
        "filed": sent or gettext("not sent"),
        "state": {"label": state.label, "tone": TONES[state]} if state != ReportState.SUBMITTED else None,
        "tlp": row["tlp"],
        "facts": _facts(row),
    }


def _title(row: Row, labels: Mapping[str, str]) -> str:
    if row["kind"] is None:
        return gettext("Withdrawn report")
    place = labelled(labels, row["place"]["country"])
    return titled(title=row["title"], kind=row["kind"], place=place, when=_when(row))


def _facts(row: Row) -> list[str]:
    return [text for text in (str(ReportKind(row["kind"]).label), _when(row)) if text] if row["kind"] else []


def _when(row: Row) -> str:
    said = row["occurred"]
    if not said:
        return ""
    when, _field, _sentence = occurred(said["date"], said.get("until") or "", said["precision"], LATEST)
    return when_words(when.since, when.until, when.precision) if when else ""
