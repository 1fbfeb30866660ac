"""Reading reports: always for an actor. What is invisible is absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.agencies.policy import Actor
from apps.core.errors import NotFound
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.policy import Content, ItemLine, Occurred, StopLine
from apps.reports.policy.dates import written
from apps.reports.states import ReportState


def report_for(*, actor: Actor, report_id: UUID) -> Report:
    """The report with its label, originator and author, if the actor may see it; else NotFound."""
    rows = Report.objects.visible_to(actor).select_related("label__originator", "label__author", "place_country")
    report = rows.filter(id=report_id).first()
    if report is None:
        raise NotFound
    return report


def is_originator(actor: Actor, report: Report) -> bool:
    """Whether the report is the actor's own agency's."""
    return actor.agency_id is not None and report.label.originator_id == actor.agency_id


def own_report_for(*, actor: Actor, report_id: UUID) -> Report:
    """The report, if it is the actor's own agency's and visible; else NotFound, as if it were not there."""
    report = report_for(actor=actor, report_id=report_id)
    if not is_originator(actor, report):
        raise NotFound
    return report


@dataclass(frozen=True, slots=True)
class Lines:
    """A report's specimens and stops, in order."""

    items: tuple[SeizedItem, ...]
    stops: tuple[RouteStop, ...]


def lines_of(report: Report) -> Lines:
    """Two statements. A withdrawn report has none for anybody but its originator (the database sees to it)."""
    items = SeizedItem.objects.filter(report_id=report.id).select_related("taxon", "term", "unit").order_by("line")
    stops = RouteStop.objects.filter(report_id=report.id).select_related("country").order_by("line")
    return Lines(tuple(items), tuple(stops))


def content_of(report: Report, lines: Lines, codes: Mapping[int, str]) -> Content:
    """A stored report as the content that a person entered; ``codes`` maps agency tokens to codes."""
    label = report.label
    return Content(
        kind=report.kind,
        title=report.title,
        narrative=report.narrative,
        case_number=report.case_number,
        tlp=label.tlp,
        law_enforcement_only=label.law_enforcement_only,
        handling=tuple(label.handling),
        handling_note=label.handling_note,
        named=tuple(codes[token] for token in label.named),
        withheld_from=tuple(codes[token] for token in label.withheld),
        occurred=_occurred(report),
        place_name=report.place_name,
        place_country=report.place_country_id or "",
        items=tuple(_item_line(item) for item in lines.items),
        route=tuple(_stop_line(stop) for stop in lines.stops),
    )


def _occurred(report: Report) -> Occurred | None:
    if report.occurred_from is None or report.occurred_until is None:
        return None
    return Occurred(report.occurred_from, report.occurred_until, report.precision)


def _item_line(item: SeizedItem) -> ItemLine:
    return ItemLine(
        taxon=item.taxon.name if item.taxon else "",
        term=item.term_id or "",
        quantity=item.quantity,
        unit=item.unit_id or "",
        qualifier=item.qualifier,
    )


def _stop_line(stop: RouteStop) -> StopLine:
    return StopLine(stop.country_id, stop.part, stop.place, stop.share, stop.seizure_opportunity)


def data_of(content: Content) -> dict[str, Any]:
    """Content as the JSON values that ``reports.policy.read`` reads: what the API answers and the form shows."""
    return {
        "kind": content.kind,
        "title": content.title,
        "narrative": content.narrative,
        "case_number": content.case_number,
        "tlp": content.tlp,
        "law_enforcement_only": content.law_enforcement_only,
        "handling": list(content.handling),
        "handling_note": content.handling_note,
        "named": list(content.named),
        "withheld_from": list(content.withheld_from),
        "occurred": occurred_data(content.occurred),
        "place": {"name": content.place_name, "country": content.place_country},
        "items": [_item_data(item) for item in content.items],
        "route": [_stop_data(stop) for stop in content.route],
    }


def occurred_data(when: Occurred | None) -> dict[str, Any] | None:
    """A date with its precision as JSON values."""
    if when is None:
        return None
    words, until = written(when)
    return {"date": words, "precision": when.precision} | ({"until": until} if until else {})


def plain(number: Decimal | None) -> str | None:
    """A decimal as people write it: no exponent, no trailing zeros."""
    if number is None:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _item_data(item: ItemLine) -> dict[str, Any]:
    return {
        "taxon": item.taxon,
        "term": item.term,
        "quantity": plain(item.quantity),
        "unit": item.unit,
        "qualifier": item.qualifier,
    }


def _stop_data(stop: StopLine) -> dict[str, Any]:
    data: dict[str, Any] = {"country": stop.country, "part": stop.part}
    if stop.place:
        data["place"] = stop.place
    if stop.part == "ORIGIN":
        data["share"] = _share(stop.share)
    if stop.part == "TRANSIT":
        data["seizure_opportunity"] = stop.seizure_opportunity
    return data


def _share(share: Decimal | None) -> str | None:
    """At least two decimals: ``0.20``, ``0.3333``."""
    if share is None:
        return None
    rounded = share.quantize(Decimal("0.01"))
    return format(rounded, "f") if rounded == share else plain(share)


def tombstone(actor: Actor, report: Report) -> bool:
    """Whether this reader sees only that the report was withdrawn."""
    return report.state == ReportState.WITHDRAWN and not is_originator(actor, report)
