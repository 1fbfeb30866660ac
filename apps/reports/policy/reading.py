"""From JSON values to Content: what can never be right is refused, what is still missing is let pass (a draft may wait)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.words import N_, NOT_AN_OBJECT
from apps.reports.policy.content import Content, ItemLine, StopLine
from apps.reports.policy.dates import PRECISIONS, occurred
from apps.reports.policy.reader import Reader
from apps.sharing.policy import Handling, ReportKind, Tlp, defaults_for
from apps.sharing.routing import ROUTE_PARTS

KINDS = tuple(kind.value for kind in ReportKind)
QUALIFIERS = ("EXACT", "AT_LEAST", "ABOUT", "UNKNOWN")
MOST_ITEMS, MOST_STOPS, MOST_NAMED = 200, 50, 1000
NARRATIVE_BYTES = 100_000
LONGEST_NAME = 120  # characters of a code or a name that is looked up
WRITABLE = frozenset(
    {
        "case_number",
        "handling",
        "handling_note",
        "items",
        "kind",
        "law_enforcement_only",
        "named",
        "narrative",
        "occurred",
        "place",
        "route",
        "title",
        "tlp",
        "withheld_from",
    }
)
# What our own answers hold beside the writable fields; sent back to us, it is passed over.
ANSWERED = frozenset(
    {
        "author",
        "created_at",
        "id",
        "narrative_destroyed_at",
        "originator",
        "reference",
        "state",
        "submitted_at",
        "updated_at",
        "url",
        "withdrawn_at",
    }
)
SHARE_OF_ORIGIN = N_("Only a country of origin has a share.")
NEGATIVE = N_("This can't be negative.")
NOTHING = N_("Nothing is no amount. Give the amount, or say that it is unknown.")


def read(data: object, *, today: date) -> tuple[Content | None, dict[str, list[str]]]:
    """Return the content and no errors, or None and what is wrong by field path. ``today`` is the date in UTC."""
    errors: dict[str, list[str]] = {}
    if not isinstance(data, Mapping):
        return None, {"": [NOT_AN_OBJECT]}
    content = _content(Reader(data, errors), today)
    return (None, errors) if errors else (content, errors)


def _content(reader: Reader, today: date) -> Content:
    reader.only(WRITABLE | ANSWERED)
    kind = reader.choice("kind", KINDS, "")
    if not kind and reader.at("kind") not in reader.errors:
        reader.fail("kind", N_("Say what kind of report this is."))
    named, withheld = reader.codes("named", most=MOST_NAMED), reader.codes("withheld_from", most=MOST_NAMED)
    if set(named) & set(withheld):
        reader.fail("withheld_from", N_("An agency can't be both named and left out."))
    return Content(
        kind=kind,
        title=reader.text("title", longest=300),
        narrative=reader.text("narrative", longest=NARRATIVE_BYTES, size=NARRATIVE_BYTES, lines=True),
        case_number=reader.text("case_number", longest=64),
        named=named,
        withheld_from=withheld,
        occurred=_occurred(reader, today),
        items=tuple(_item(line) for line in reader.objects("items", most=MOST_ITEMS)),
        route=_route(reader),
        **_marking(reader, kind),
        **_place(reader),
    )


def _marking(reader: Reader, kind: str) -> dict[str, Any]:
    default = defaults_for(ReportKind(kind)) if kind else defaults_for(ReportKind.SEIZURE)
    handling = reader.codes("handling", most=len(Handling))
    if not set(handling) <= {code.value for code in Handling}:
        reader.fail("handling", N_("Handling codes are H1, H2 and H3."))
    given = tuple(sorted(handling)) if "handling" in reader.data else tuple(sorted(default.handling))
    return {
        "tlp": reader.choice("tlp", [tlp.value for tlp in Tlp], default.tlp.value),
        "law_enforcement_only": reader.yes_or_no("law_enforcement_only", default.law_enforcement_only),
        "handling": given,
        "handling_note": reader.text("handling_note", longest=500),
    }


def _place(reader: Reader) -> dict[str, Any]:
    place = reader.object("place")
    if place is None:
        return {}
    place.only(["name", "country"])
    return {"place_name": place.text("name", longest=200), "place_country": place.text("country", longest=LONGEST_NAME)}


def _occurred(reader: Reader, today: date) -> Any:
    when = reader.object("occurred")
    if when is None:
        return None
    when.only(["date", "precision", "until"])
    words, until = when.text("date", longest=32), when.text("until", longest=32)
    precision = when.choice("precision", PRECISIONS, "DAY")
    if not words:
        return None
    found, field, sentence = occurred(words, until, precision, today)
    if sentence:
        when.fail(field, sentence)
    return found


def _item(line: Reader) -> ItemLine:
    line.only(["taxon", "term", "quantity", "unit", "qualifier", "taxon_reported", "grams"])
    quantity = line.number("quantity", places=6)
    qualifier = line.choice("qualifier", QUALIFIERS, "EXACT")
    if quantity is not None and quantity < 0:
        line.fail("quantity", NEGATIVE)
    if quantity == 0 and qualifier != "UNKNOWN":
        line.fail("quantity", NOTHING)
    if quantity is not None and qualifier == "UNKNOWN":
        line.fail("quantity", N_("An unknown amount has no number."))
    return ItemLine(
        taxon=line.text("taxon", longest=LONGEST_NAME),
        term=line.text("term", longest=LONGEST_NAME),
        quantity=quantity,
        unit=line.text("unit", longest=LONGEST_NAME),
        qualifier=qualifier,
    )


def _route(reader: Reader) -> tuple[StopLine, ...]:
    stops = tuple(_stop(line) for line in reader.objects("route", most=MOST_STOPS))
    total = sum((stop.share for stop in stops if stop.share), Decimal(0))
    if total > 1:
        reader.fail("route", N_("The shares of the countries of origin add up to more than 1."))
    return stops


def _stop(line: Reader) -> StopLine:
    line.only(["country", "part", "place", "share", "seizure_opportunity"])
    part = line.choice("part", [part.value for part in ROUTE_PARTS], "")
    share, opportunity = line.number("share", places=4), line.yes_or_no("seizure_opportunity", None)
    if not part and line.at("part") not in line.errors:
        line.fail("part", N_("Say which part this country played."))
    if share is not None and not 0 <= share <= 1:
        line.fail("share", N_("A share is between 0 and 1."))
    if share == 0:
        line.fail(
            "share", N_("A country that nothing came from is no origin. Leave the share empty where it is not known.")
        )
    if share is not None and part != "ORIGIN":
        line.fail("share", SHARE_OF_ORIGIN)
    if opportunity is not None and part != "TRANSIT":
        line.fail("seizure_opportunity", N_("Only a country of transit has a seizure opportunity."))
    country = line.text("country", longest=LONGEST_NAME)
    if not country:
        line.fail("country", N_("Name the country."))
    return StopLine(country, part, line.text("place", longest=200), share, opportunity)
