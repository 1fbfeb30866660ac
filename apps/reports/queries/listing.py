"""Lists of reports: what the actor may see, newest first, a page at a time.

The place of a report in the list is its label's position: the time of its submission, in a draft that of its making.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, Manager, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from apps.agencies.models import Agency
from apps.agencies.policy import Actor
from apps.core.errors import Invalid
from apps.core.ids import FIRST, LAST, first_position
from apps.core.words import N_
from apps.reference.matching import fold_code, fold_name
from apps.reference.models import Country, Taxon
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.policy import Occurred
from apps.reports.policy.filters import Filters
from apps.reports.queries.reading import occurred_data
from apps.reports.states import ReportState
from apps.sharing.policy import Stage
from apps.sharing.queries import Span, found, newest

Row = dict[str, Any]
Known = dict[str, list[str]]
DISCOVERY = "DISCOVERY"
# Fifteen: each column more costs every reader of every list.
COLUMNS = (
    "label__position",
    "id",
    "reference",
    "state",
    "kind",
    "label__originator__code",
    "title",
    "label__tlp",
    "label__handling",
    "occurred_from",
    "occurred_until",
    "precision",
    "place_country_id",
    "submitted_at",
    "withdrawn_at",
)
UNKNOWN = {
    "country": N_("This is not the code of a country or territory."),
    "taxon": N_("This species or group is not in the list. Enter its scientific name."),
    "originator": N_("There is no agency of that code."),
}
# A draft, and what was withdrawn, are found by their agency under their titles: the words of neither are kept for others.
UNSHARED = """
SELECT l.position FROM sharing_label l JOIN reports_report r ON r.label_id = l.id
WHERE l.originator_id = %s AND l.stage <> 'SHARED' AND l.position >= %s AND l.position < %s
    AND to_tsvector('simple', r.title || ' ' || coalesce(r.reference, '')) @@ websearch_to_tsquery('simple', %s)
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of JSON values, and the position before which the next page begins; None on the last."""

    rows: list[Row]
    before: UUID | None


def page_of(*, actor: Actor, filters: Filters, before: UUID | None, limit: int) -> Page:
    """A page, in one statement, and one more where codes are asked for. Invalid where a code is unknown."""
    known = _known(filters)
    span = _span(filters, before)
    rows = list(_reports(actor, filters, known, span, limit + 1).values_list(*COLUMNS)[: limit + 1])
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Page([_row(actor, dict(zip(COLUMNS, row, strict=True))) for row in rows[:limit]], last)


def _span(filters: Filters, before: UUID | None) -> Span:
    after = first_position(filters.since) if filters.since else FIRST
    until = first_position(filters.until) if filters.until else LAST
    return Span(after, min(until, before or LAST))


def _reports(actor: Actor, filters: Filters, known: Known, span: Span, limit: int) -> QuerySet[Report]:
    """The first wall stands here whatever is asked; where words or nothing decide, an index gives the positions."""
    reports = Report.objects.visible_to(actor).order_by("-label__position")
    if filters.asks_for_rows:
        reports = reports.filter(*_conditions(actor, filters, known), *_within(span))
    if filters.q:
        most = None if filters.asks_for_rows else limit
        return reports.filter(label__position__in=_worded(actor, filters.q, span, most))
    if filters.asks_for_rows:
        return reports
    return reports.filter(label__position__in=newest(actor=actor, span=span, limit=limit))


def _worded(actor: Actor, words: str, span: Span, most: int | None) -> RawSQL:
    shared = found(words=words, span=span, limit=most)
    own = [actor.agency_id, span.after, span.before, words]
    return RawSQL(f"{shared.sql} UNION ALL {UNSHARED}", [*shared.params, *own])  # noqa: S611  # nosec B611 - constant text


def _within(span: Span) -> list[Q]:
    return [Q(label__position__gte=span.after), Q(label__position__lt=span.before)]


def _conditions(actor: Actor, filters: Filters, known: Known) -> list[Q]:
    """What the rows must say. A tombstone says nothing to others, so nothing of what it said finds it."""
    asked: list[tuple[object, Callable[[], Q]]] = [
        (filters.kind, lambda: Q(kind=filters.kind)),
        (filters.state, lambda: _in_state(actor, filters.state)),
        (filters.side, lambda: _on_side(actor, filters.side)),
        (filters.originator, lambda: Q(label__originator_id__in=known["originator"])),
        (filters.taxon, lambda: Q(Exists(_of_report(SeizedItem.objects).filter(taxon_id__in=known["taxon"])))),
        (filters.country or filters.part, lambda: _on_route(known.get("country", []), filters.part)),
        (filters.asks_for_content, lambda: ~Q(state=ReportState.WITHDRAWN) | Q(label__originator_id=actor.agency_id)),
    ]
    return [condition() for wanted, condition in asked if wanted]


def _in_state(actor: Actor, state: str) -> Q:
    """A draft is its agency's own, which an index knows."""
    if state != ReportState.DRAFT:
        return Q(state=state)
    return Q(state=state, label__originator_id=actor.agency_id) & ~Q(label__stage=Stage.SHARED)


def _on_side(actor: Actor, side: str) -> Q:
    """What one's own agency has sent, or what others have; a draft is neither."""
    own = Q(label__originator_id=actor.agency_id)
    return (own if side == "SENT" else ~own) & ~Q(state=ReportState.DRAFT)


def _on_route(countries: list[str], part: str) -> Q:
    """Reports in which that country, or any, played that part, or any. Discovery is where the goods were found."""
    found_there = Q(place_country_id__in=countries) if countries else Q(place_country__isnull=False)
    if part == DISCOVERY:
        return found_there
    stops = _of_report(RouteStop.objects).filter(**{"part": part} if part else {})
    on_route = Q(Exists(stops.filter(country_id__in=countries) if countries else stops))
    return on_route if part else on_route | found_there


def _of_report(lines: Manager[Any]) -> QuerySet[Any]:
    """The lines of the report around it; the database shows those that the actor may see."""
    return lines.filter(report_id=OuterRef("id"))


def _known(filters: Filters) -> Known:
    """The keys of the rows that the codes stand for, in one statement."""
    wanted = {"country": filters.country, "taxon": filters.taxon, "originator": filters.originator}
    asked = {name: _keys(name, words) for name, words in wanted.items() if words}
    if not asked:
        return {}
    first, *others = asked.values()
    rows = list(first.union(*others, all=True)) if others else list(first)
    known = {name: [key for of, key in rows if of == name] for name in asked}
    errors = {name: [UNKNOWN[name]] for name, keys in known.items() if not keys}
    if errors:
        raise Invalid(errors=errors)
    return known


def _keys(name: str, words: str) -> QuerySet[Any, Any]:
    looks: dict[str, Callable[[], QuerySet[Any, Any]]] = {
        "country": lambda: Country.objects.filter(code=fold_code(words)),
        "taxon": lambda: Taxon.objects.filter(keys__contains=[fold_name(words)]),
        "originator": lambda: Agency.objects.filter(code=fold_code(words)),
    }
    rows = looks[name]()
    return rows.order_by().values_list(Value(name), Cast("pk", TextField()))


def _row(actor: Actor, row: dict[str, Any]) -> Row:
    own = row["label__originator__code"] == actor.agency_code
    return _tombstone_row(row) if row["state"] == ReportState.WITHDRAWN and not own else _full_row(row)


def _full_row(row: dict[str, Any]) -> Row:
    since, until = row["occurred_from"], row["occurred_until"]
    return {
        "id": row["id"],
        "reference": row["reference"],
        "state": row["state"],
        "kind": row["kind"],
        "originator": row["label__originator__code"],
        "title": row["title"],
        "tlp": row["label__tlp"],
        "handling": row["label__handling"],
        "occurred": occurred_data(Occurred(since, until, row["precision"])) if since else None,
        "place": {"country": row["place_country_id"] or ""},
        "submitted_at": row["submitted_at"],
        "withdrawn_at": row["withdrawn_at"],
    }


def _tombstone_row(row: dict[str, Any]) -> Row:
    """That there was something, and that it was withdrawn: the same keys, and nothing of what it said."""
    return {
        "id": row["id"],
        "reference": row["reference"],
        "state": row["state"],
        "kind": None,
        "originator": None,
        "title": "",
        "tlp": None,
        "handling": [],
        "occurred": None,
        "place": {"country": ""},
        "submitted_at": None,
        "withdrawn_at": row["withdrawn_at"],
    }
