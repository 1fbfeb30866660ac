"""Lists of reports: what the actor may see, newest first, a page at a time.

The place of a report in the list is its label's position: the time of its submission, in a draft that of its making.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from apps.agencies.models import Agency
from apps.agencies.policy import Actor
from apps.core.errors import Invalid
from apps.core.ids import FIRST, LAST, first_position
from apps.core.words import N_
from apps.reference.matching import fold_code
from apps.reference.models import Country
from apps.reference.queries import Candidate, known, taxa_under
from apps.reports.models import Report
from apps.reports.policy import NO_AGENCY, Occurred
from apps.reports.policy.filters import Filters
from apps.reports.queries.reading import occurred_data
from apps.reports.queries.resolution import WHICH_ONE
from apps.reports.states import ReportState
from apps.sharing.models import Label
from apps.sharing.queries import Span, newest

Row = dict[str, Any]
Known = dict[str, list[str]]
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
MERGED = 20  # tokens
UNKNOWN = {
    "country": N_("This is not the code or name of a country or territory."),
    "taxon": N_("This species or group is not in the list. Enter its scientific name."),
    "originator": NO_AGENCY,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of JSON values, and the position before which the next page begins; None on the last."""

    rows: list[Row]
    before: UUID | None


def page_of(*, actor: Actor, filters: Filters, before: UUID | None, limit: int) -> Page:
    """A page, in one statement, and one more where codes are asked for. Invalid where a code is unknown.

    To be asked while acting: an index says which positions come next, the rows are looked up behind both walls.
    """
    places = _places(actor, filters, _span(filters, before), limit + 1)
    reports = Report.objects.visible_to(actor).filter(label__position__in=places).order_by("-label__position")
    rows = list(reports.values_list(*COLUMNS)[: limit + 1])
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Page([_row(actor, dict(zip(COLUMNS, row, strict=True))) for row in rows[:limit]], last)


def _span(filters: Filters, before: UUID | None) -> Span:
    after = first_position(filters.since) if filters.since else FIRST
    until = first_position(filters.until) if filters.until else LAST
    return Span(after, min(until, before or LAST))


def _places(actor: Actor, filters: Filters, span: Span, limit: int) -> RawSQL:
    """Where nothing but time is asked, what each of the reader's tokens was granted last, merged; else what is found.

    Who holds many tokens (of operations) sees so much that reading the labels backwards is quicker than so many merges.
    """
    if filters == Filters(since=filters.since, until=filters.until) and len(actor.tokens) <= MERGED:
        return newest(span=span, limit=limit)
    text = "SELECT reports_found(%s::jsonb, %s, %s, %s)"
    values = [orjson.dumps(_asked(actor, filters)).decode(), span.after, span.before, limit]
    return RawSQL(text, values)  # noqa: S611  # nosec B611 - constant text, bound values


def _asked(actor: Actor, filters: Filters) -> dict[str, Any]:
    """What is asked, as the function reads it (migration 0003): no key where nothing is."""
    keys = _known(actor, filters)
    asked = {
        "q": filters.q,
        "country": next(iter(keys.get("country", ())), ""),
        "part": filters.part,
        "taxa": keys.get("taxon", []),
        "kind": filters.kind,
        "originator": next(iter(keys.get("originator", ())), ""),
        "state": filters.state,
        "side": filters.side,
        "telling": filters.asks_for_content,
    }
    return {name: value for name, value in asked.items() if value}


def _known(actor: Actor, filters: Filters) -> Known:
    """The keys of the rows that the codes stand for, in one statement."""
    wanted = {"country": filters.country, "taxon": filters.taxon, "originator": filters.originator}
    asked = {name: _keys(actor, name, words) for name, words in wanted.items() if words}
    if not asked:
        return {}
    first, *others = asked.values()
    rows = list(first.union(*others, all=True)) if others else list(first)
    found = {name: [key for of, key in rows if of == name] for name in asked}
    missed = {name for name, keys in found.items() if not keys}
    called, candidates = _called(filters, missed & {"country", "taxon"})
    errors = {name: [WHICH_ONE if name in candidates else UNKNOWN[name]] for name in missed - called.keys()}
    if errors:
        raise Invalid(errors=errors, candidates=candidates)
    return found | called


def _called(filters: Filters, missed: set[str]) -> tuple[Known, dict[str, list[Candidate]]]:
    """The keys of what was called by an everyday name, and what may be meant where that is not certain."""
    asked = {"country": ("countries", filters.country), "taxon": ("taxa", filters.taxon)}
    kinds = {name: each for name, each in asked.items() if name in missed}
    words = known(**{kind: [word] for kind, word in kinds.values()})
    country, taxon = words.country(filters.country), words.taxon(filters.taxon)
    called = {"country": [country.code]} if "country" in missed and country else {}
    if "taxon" in missed and taxon:
        called["taxon"] = [str(key) for key in taxa_under(taxon.name).values_list("pk", flat=True)]
    candidates = {name: words.candidates(*each) for name, each in kinds.items() if name not in called}
    return called, {name: rows for name, rows in candidates.items() if rows}


def _keys(actor: Actor, name: str, words: str) -> QuerySet[Any, Any]:
    looks: dict[str, Callable[[], QuerySet[Any, Any]]] = {
        "country": lambda: Country.objects.filter(code=fold_code(words)),
        "taxon": lambda: taxa_under(words),
        "originator": lambda: _originators(actor).filter(code=fold_code(words)),
    }
    rows = looks[name]()
    return rows.order_by().values_list(Value(name), Cast("pk", TextField()))


def _originators(actor: Actor) -> QuerySet[Agency]:
    """The member agencies, and of those that are none any more the ones from which the actor sees something."""
    theirs = Label.objects.visible_to(actor).filter(originator_id=OuterRef("pk"))
    return Agency.objects.filter(Q(active=True) | Exists(theirs))


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
