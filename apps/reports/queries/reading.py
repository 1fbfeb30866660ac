"""Reading reports: always for an actor. What is invisible is absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor
from apps.core.errors import NotFound
from apps.core.rows import Columns, array, attach, instances, select
from apps.reference.models import Country, SpecimenTerm, Taxon, Unit
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.policy import Content, ItemLine, Occurred, StopLine
from apps.reports.policy.dates import written
from apps.reports.queries.narrative import narrative_of
from apps.reports.states import ReportState
from apps.sharing.models import Label
from apps.sharing.rls import SEEN

REPORT = Columns(Report, "r")
LABEL = Columns(Label, "l", only={field.attname for field in Label._meta.concrete_fields} - {"search"})
ORIGINATOR = Columns(Agency, "o", only={"token", "code", "name", "country_id", "kind", "law_enforcement", "active"})
AUTHOR = Columns(User, "u", only={"token", "name", "email"})
NAMED = {"code", "label", "labels", "name", "common_name", "symbol", "grams", "coordinator"}  # of any vocabulary
PLACE = Columns(Country, "c", only=NAMED)
WHOLE = f"""
{select(REPORT, LABEL, ORIGINATOR, AUTHOR, PLACE)} FROM reports_report r JOIN sharing_label l ON l.id = r.label_id
JOIN agencies_agency o ON o.id = l.originator_id JOIN agencies_user u ON u.id = l.author_id
LEFT JOIN reference_country c ON c.code = r.place_country_id
WHERE r.id = %(id)s
"""
BY_ID = f"{WHOLE} AND {SEEN}"


def report_for(*, actor: Actor, report_id: UUID) -> Report:
    """The report with its label, originator and author, if the actor may see it; else NotFound."""
    return _found(BY_ID, {"id": report_id, "tokens": array(actor.tokens)})


def report_to_carry(*, report_id: UUID) -> Report:
    """The report of an event, for the worker that carries it and acts for nobody; NotFound where there is none."""
    return _found(WHOLE, {"id": report_id})


def _found(statement: str, values: Mapping[str, Any]) -> Report:
    for report, label, originator, author, place in instances(
        statement, values, REPORT, LABEL, ORIGINATOR, AUTHOR, PLACE
    ):
        attach(label, originator=originator, author=author)
        return cast(Report, attach(report, label=label, place_country=place))
    raise NotFound


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


ITEM, STOP = Columns(SeizedItem, "i"), Columns(RouteStop, "s")
FOUND_BY = {"family", "english_names", "synonyms"}  # of a taxon: what it is looked for by
TAXON, TERM, UNIT = (
    Columns(model, alias, only=only)
    for model, alias, only in ((Taxon, "t", NAMED | FOUND_BY), (SpecimenTerm, "m", NAMED), (Unit, "n", NAMED))
)
ITEMS = f"""
{select(ITEM, TAXON, TERM, UNIT)} FROM reports_seizeditem i LEFT JOIN reference_taxon t ON t.id = i.taxon_id
LEFT JOIN reference_specimenterm m ON m.code = i.term_id LEFT JOIN reference_unit n ON n.code = i.unit_id
WHERE i.report_id = %(id)s ORDER BY i.line
"""
STOPS = f"""
{select(STOP, PLACE)} FROM reports_routestop s JOIN reference_country c ON c.code = s.country_id
WHERE s.report_id = %(id)s ORDER BY s.line
"""


def lines_of(report: Report) -> Lines:
    """Two statements. A withdrawn report has none for anybody but its originator (the database sees to it)."""
    values = {"id": report.id}
    items = instances(ITEMS, values, ITEM, TAXON, TERM, UNIT)
    stops = instances(STOPS, values, STOP, PLACE)
    return Lines(
        tuple(attach(item, taxon=taxon, term=term, unit=unit) for item, taxon, term, unit in items),
        tuple(attach(stop, country=country) for stop, country in stops),
    )


def content_of(report: Report, lines: Lines, codes: Mapping[int, str]) -> Content:
    """A stored report as the content that a person entered; ``codes`` maps agency tokens to codes.

    One statement where the narrative is sealed; Unreadable where it does not open.
    """
    label, narrative = report.label, narrative_of(report)
    return Content(
        kind=report.kind,
        title=report.title,
        narrative=narrative.text,
        narrative_destroyed_at=narrative.destroyed_at,
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
