"""A report as its readers are shown it: the same keys for all; to whom it is a tombstone, nothing stands behind them."""

from typing import Any

from apps.agencies.policy import Actor
from apps.agencies.queries import agencies_by_token
from apps.reports.models import Report, SeizedItem
from apps.reports.policy import Content
from apps.reports.queries.reading import Lines, content_of, data_of, is_originator, lines_of, plain, tombstone

Shown = dict[str, Any]
TOMBSTONE = Content(kind="", law_enforcement_only=False)
UNSEEN = ("kind", "tlp", "law_enforcement_only")  # null in a tombstone, where no value would be neutral
TIMES = ("created_at", "updated_at", "submitted_at", "withdrawn_at")


def shown(*, actor: Actor, report: Report) -> Shown:
    """The report as JSON values, for somebody who may see it (``report`` comes from ``report_for``); two statements, and one
    more for a narrative that is sealed.

    Who else was named and who was left out is the originator's alone, and one statement more where there is anybody.
    """
    return _tombstone(report) if tombstone(actor, report) else _whole(actor, report)


def moved(report: Report) -> Shown:
    """What a verb has made of one's own report: its state and reference, and since when."""
    return {name: getattr(report, name) for name in ("id", "reference", "state", *TIMES)}


def _whole(actor: Actor, report: Report) -> Shown:
    own, lines = is_originator(actor, report), lines_of(report)
    return {
        **_frame(report),
        "originator": report.label.originator.code,
        "author": report.label.author.name if own else None,
        **_said(report, lines, own=own),
        "items": [_item(item) for item in lines.items],
        **{name: getattr(report, name) for name in TIMES},
    }


def _said(report: Report, lines: Lines, *, own: bool) -> Shown:
    listed = {*report.label.named, *report.label.withheld}
    codes = {token: agency.code for token, agency in agencies_by_token(listed).items()} if own and listed else {}
    content = content_of(report, lines, codes if own else dict.fromkeys(listed, ""))
    told = data_of(content) | {"narrative_destroyed_at": content.narrative_destroyed_at}
    return told | ({} if own else {"named": [], "withheld_from": []})


def _item(item: SeizedItem) -> Shown:
    return {
        "taxon": item.taxon.name if item.taxon else "",
        "taxon_reported": item.taxon_reported,
        "term": item.term_id or "",
        "quantity": plain(item.quantity),
        "unit": item.unit_id or "",
        "qualifier": item.qualifier,
        "grams": plain(item.grams),
    }


def _frame(report: Report) -> Shown:
    return {"id": report.id, "reference": report.reference, "state": report.state}


def _tombstone(report: Report) -> Shown:
    return {
        **_frame(report),
        "originator": None,
        "author": None,
        **data_of(TOMBSTONE),
        **dict.fromkeys((*UNSEEN, *TIMES, "narrative_destroyed_at")),
        "withdrawn_at": report.withdrawn_at,
    }
