"""The public cases: lines of `data/known_seizures.csv` grouped by event, as the discovering country's customs files them.

A country without a customs agency in the cast has its case analysed by WCO. Nothing is guessed and no line is lost:

- a second count or a second source of the same goods is told in words and never added to the amounts;
- a lower bound stays a lower bound, and what a source calls "about" or "nearly" stays that;
- origins, transits and destinations are those of the file, a blank destination of a seizure is `XX`; a country that is
  both the place of discovery and a transit keeps its stop, for which nobody but itself answers;
- nobody says of any transit whether the goods were in its custody, so neither do we;
- everything is text until the vocabularies have read it: `NA` is Namibia.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from seeds.cast import CONTACT_KIND
from seeds.cast import rows as cast_rows
from seeds.reference import rows, type_row
from seeds.scenarios.filing import Filing, headline, item, type_data

COORDINATOR = "WCO"
# Read line by line: these speak of goods that another line of their event has counted already.
SAME_GOODS = {
    "KS002": "the same tusks counted by pieces",
    "KS012": "a second source of the same seizure",
    "KS018": "the same tusks counted by pieces",
}
# Read line by line: what the source hedges. All other amounts are given as plain numbers.
HEDGED = {
    "KS005": "ABOUT",  # "about 8,300 kg" in Hong Kong's own release
    "KS006": "ABOUT",  # "about 2,100 kg", the same release
    "KS019": "AT_LEAST",  # "more than three tons"
    "KS020": "ABOUT",  # "nearly a half-ton"
    "KS037": "ABOUT",  # "nearly 10,000"
    "KS038": "AT_LEAST",  # "more than 4,300"
    "KS039": "ABOUT",  # "just under 1,500"
}
PARTS = {
    "source_countries": "ORIGIN",
    "transit_countries": "TRANSIT",
    "destination_countries": "DESTINATION",
}
NO_PLACE = ("N/A Country level",)
# Short names in the collected file, in the words of whoever reads the report.
SPELT_OUT = (
    (re.compile(r"seed 000 \(GACC briefing 2019-04-25\)"), "China Customs, briefing of 25 April 2019"),
    (re.compile(r"seed 004 \(UNODC Shenzhen 2019-11-29\)"), "UNODC, note of 29 November 2019"),
    (re.compile(r"\bGACC seed\b"), "China Customs' briefing"),
    (re.compile(r"China Customs \(GACC\)|\bGACC\b"), "China Customs"),
    (re.compile(r"^operation total(, 1,828 seizures)?\.\s*"), ""),  # the title says so
    (re.compile(r"^repo (\S+) @(\w+)$"), r"public repository \1, version \2"),
)


def events() -> Iterator[list[type_row]]:
    """The lines of each event, in the order of the file; totals of an operation or a period are not among them."""
    single = [row for row in rows("known_seizures") if row["is_aggregate"] == "0"]
    for _, lines in groupby(single, key=lambda row: row["seizure_group"]):
        yield list(lines)


def cases() -> list[Filing]:
    """Every event as a report: the customs agency's seizure, or WCO's analysis where the cast has none there."""
    customs = {row["country"]: row["code"] for row in cast_rows() if row["kind"] == CONTACT_KIND.value}
    return [_case(lines, customs.get(lines[0]["country_discovery"], "")) for lines in events()]


def _case(lines: list[type_row], customs: str) -> Filing:
    counted = [line for line in lines if line["id"] not in SAME_GOODS]
    first, items = counted[0], [seized(line) for line in counted]
    where = place(first)
    data = {
        "kind": "SEIZURE" if customs else "ANALYSIS",
        "title": ", ".join(filter(None, [headline(items), re.split("[,(/]", where)[0].strip()])),
        "narrative": "\n".join([*told(lines), *_left_open(lines, customs)]),
        "case_number": first["seizure_group"],
        "occurred": occurred(first),
        "place": {"name": where, "country": first["country_discovery"]},
        "items": items,
        "route": route(counted, unknown_destination=bool(customs)),
    }
    return Filing(customs or COORDINATOR, data)


def seized(line: type_row) -> type_data:
    """A line's specimens."""
    return item(line["taxon"], line["term"], line["quantity"], line["unit"], HEDGED.get(line["id"], "EXACT"))


def place(line: type_row) -> str:
    """Where it was found; blank where the file knows the country only."""
    return "" if line["place"] in NO_PLACE else line["place"]


def occurred(line: type_row) -> type_data:
    """The date with the precision of the file: ``2018-01-01`` known to the month is January 2018."""
    precision, (first, _, last) = line["date_precision"].upper(), line["date"].partition("/")
    if precision == "RANGE":
        return {"date": first, "until": last, "precision": precision}
    return {"date": first[: {"MONTH": 7, "YEAR": 4}.get(precision, 10)], "precision": precision}


def countries(cell: str) -> list[str]:
    """``CM;CF;CD`` → the codes, each once."""
    return list(dict.fromkeys(code.strip() for code in cell.split(";") if code.strip()))


def route(lines: list[type_row], *, unknown_destination: bool) -> list[type_data]:
    """The stops that the lines name, each country once in each part, origins first."""
    stops = [
        {"country": country, "part": part}
        for column, part in PARTS.items()
        for country in countries(";".join(line[column] for line in lines))
    ]
    if unknown_destination and not any(stop["part"] == "DESTINATION" for stop in stops):
        stops.append({"country": "XX", "part": "DESTINATION"})
    return stops


def told(lines: list[type_row]) -> list[str]:
    """What the sources say, contradictions and all, and the sources themselves; a paragraph each."""
    counted = [line for line in lines if line["id"] not in SAME_GOODS]
    return [
        *_each(lines, "detecting_agency", "Found by"),
        *_each(lines, "mode", "Means of transport as reported"),
        *_each(lines, "declared_or_concealment", "Declared or hidden as"),
        *_each(lines, "arrests", "Arrests as reported"),
        *_each(counted, "conflicts_or_notes", "Contradictions and notes"),
        *(_counted_already(line) for line in lines if line["id"] in SAME_GOODS),
        *dict.fromkeys(_source(line) for line in lines),
    ]


def _left_open(lines: list[type_row], customs: str) -> list[str]:
    said = [] if any(line["destination_countries"] for line in lines) else ["The sources name no destination."]
    if not customs:
        said.append("Analysed by WCO from public sources: no customs agency of that country is connected.")
    return said


def spelt_out(text: str) -> str:
    """The file's text with its short names written out."""
    for pattern, words in SPELT_OUT:
        text = pattern.sub(words, text)
    return text.strip()


def _each(lines: list[type_row], column: str, label: str) -> list[str]:
    """One paragraph of what the lines say in a column, each different text once; none where they say nothing."""
    texts = [text for line in lines if (text := spelt_out(line[column]))]
    return [f"{label}: {'; '.join(dict.fromkeys(texts)).rstrip('.')}."] if texts else []


def _counted_already(line: type_row) -> str:
    """``Not added to the amounts (…): 750 pieces, Kampala / Elegu border, origin CD. CONFLICT: …``"""
    unit = {"KGM": "kg", "NAR": "pieces"}[line["unit"]]
    facts = [f"{line['quantity']} {unit}", line["place"]]
    facts += [f"origin {line['source_countries']}"] if line["source_countries"] else []
    notes = spelt_out(line["conflicts_or_notes"])
    return f"Not added to the amounts ({SAME_GOODS[line['id']]}): {', '.join(facts)}.{f' {notes}.' if notes else ''}"


def _source(line: type_row) -> str:
    return f"Source: {spelt_out(line['source'])}. {spelt_out(line['source_url'])}".strip()
