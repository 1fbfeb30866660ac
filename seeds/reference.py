"""The vocabularies' files, read into what `load_reference` takes. `data/SOURCES.md` says where each file is from.

Everything is read as text: `NA` is Namibia. Nothing is corrected in the files that were collected; what the product
sees differently stands in files of its own (`*_overrides`, `*_added`, `*_successors`, `territories`) with its reason.
"""

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from apps.reference.actions import ReferenceData
from apps.reference.matching import fold_words, folded
from apps.reference.models import Country, HsCode, SpecimenTerm, Taxon, Unit

DATA = Path(__file__).parent / "data"
type_row = dict[str, str]

DIMENSIONS = {
    "mass": Unit.Dimension.MASS,
    "volume": Unit.Dimension.VOLUME,
    "length": Unit.Dimension.LENGTH,
    "area": Unit.Dimension.AREA,
    "count": Unit.Dimension.COUNT,
    "count-nonconvertible": Unit.Dimension.PACKAGE,
}
# The table of terms says so itself, in brackets: "tusk (raw ivory)", "carving – ivory (worked ivory)".
IVORY = {"(raw ivory)": SpecimenTerm.Ivory.RAW, "(worked ivory)": SpecimenTerm.Ivory.WORKED}
# A name and nothing of its author: genus, one or two epithets, perhaps "var."
NAME = re.compile(r"[A-Z][a-z]+(?: (?:var\. )?[a-z-]{3,})+(?= |$)")
NAME_IN_BRACKETS = re.compile(r"(.+) \(([A-Z][a-z]+ [a-z]+)\)")
CUT_AT = 160  # characters; the list of synonyms was cut there, so its last name may be half of one


def rows(name: str) -> Iterator[type_row]:
    """The lines of ``data/{name}.csv``, every cell as the text it is."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def reference_data() -> ReferenceData:
    """All vocabularies as the files have them."""
    return ReferenceData(
        countries=[*_countries(), *_pseudo_countries()],
        units=list(_units()),
        terms=list(_terms()),
        taxa=[*_taxa(), *_taxa_added()],
        hs_codes=list(_hs_codes()),
    )


def synonyms_in(cell: str) -> list[str]:
    """The names in ``Testudo coui Daudin, 1802, Testudo radiata Shaw, 1802``, without authors, each once, in order."""
    *whole, last = " ".join(cell.split()).split(", ")
    found = [match.group() for part in [*whole, last] if (match := NAME.match(part))]
    if len(cell) >= CUT_AT and found and found[-1] == last:
        found.pop()
    return list(dict.fromkeys(found))


def _countries() -> Iterator[Country]:
    overrides = {row["code"]: row for row in rows("country_overrides")}
    sovereigns = {row["code"]: row["sovereign"] for row in rows("territories")}
    listed, names = list(rows("iso_countries")), _country_names()
    parties = {row["alpha2"] for row in listed if row["cites_party_2022"] == "1"}
    for row in listed:
        code, over = row["alpha2"], overrides.get(row["alpha2"], {})
        yield Country(
            code=code,
            alpha3=row["alpha3"],
            numeric=row["numeric"],
            label=over.get("label") or row["official_name_en"],
            official_name=over.get("official_name") or row["official_name_en"],
            region=row["region"],
            subregion=row["subregion"],
            cites_party=sovereigns.get(code, code) in parties,
            names=names.get(code, []),
        )


def _country_names() -> dict[str, list[str]]:
    """Code → what people call it: everyday names that may stand for several, then those of other languages."""
    names: dict[str, list[str]] = {}
    for row in rows("country_names"):
        for code in row["codes"].split(";"):
            names.setdefault(code, []).append(row["name"])
    for row in rows("country_names_cldr"):
        names.setdefault(row["code"], []).extend(row["names"].split("|"))
    return {code: list(dict.fromkeys(each)) for code, each in names.items()}


def _pseudo_countries() -> Iterator[Country]:
    for row in rows("pseudo_countries"):
        yield Country(code=row["code"], label=row["label"], official_name=row["use"], pseudo=True)


def _units() -> Iterator[Unit]:
    successors = {row["code"]: row["written_today"] for row in rows("unit_successors")}
    names = list(rows("unit_names"))
    for row in [*rows("cites_units"), *rows("units_added")]:
        dimension = DIMENSIONS[row["dimension"]]
        yield Unit(
            code=row["code"],
            symbol=row["symbol"],
            label=row["name"].partition(" (blank means")[0],
            names=[each["name"] for each in names if each["code"] == row["code"]],
            dimension=dimension,
            grams=_grams(row["to_base"]) if dimension == Unit.Dimension.MASS else None,
            active=row["status"] == "active",
            successor_id=successors.get(row["code"]),
        )


def _grams(to_base: str) -> Decimal:
    """``0.001 kg`` → 1 gram."""
    return (Decimal(to_base.removesuffix(" kg")) * 1000).normalize()


def _terms() -> Iterator[SpecimenTerm]:
    listed = list(rows("cites_terms"))
    names, everyday = _term_names(listed), list(rows("term_everyday"))
    today = {row["code"]: row["written_today"].split(";") for row in rows("term_successors")}
    for row in listed:
        codes = today.get(row["code"], [])
        yield SpecimenTerm(
            code=row["code"],
            label=row["term"],
            active=row["status"] == "active",
            preferred_unit_id=row["preferred_unit_code"].partition("/")[0] or None,
            successor_id=codes[0] if len(codes) == 1 else None,
            alternatives=codes if len(codes) > 1 else [],
            names=sorted(name for name, code in names.items() if code == row["code"]),
            everyday=[each["name"] for each in everyday if row["code"] in each["codes"].split(";")],
            ivory=next((kind for words, kind in IVORY.items() if words in row["term"]), ""),
        )


def _term_names(listed: list[type_row]) -> dict[str, str]:
    """Folded name → code: the names found in others' files first, then each term's own label where it is still free."""
    named = {fold_words(row["reported_name"]): row["code"] for row in rows("cites_term_names_to_codes")}
    for row in listed:
        named.setdefault(fold_words(row["term"]), row["code"])
    return named


def _taxa() -> Iterator[Taxon]:
    for row in rows("species"):
        common, bracketed = _common_name(row["common_name"])
        synonyms = [*bracketed, *synonyms_in(row["synonyms_2017"])]
        yield Taxon(
            name=row["scientific_name"],
            common_name=common,
            english_names=_other_names(row["english_names_2017"], common),
            rank=row["rank"],
            kingdom=row["kingdom"],
            class_name=row["class"],
            order=row["order"],
            family=row["family"],
            appendix=row["appendix_change_from_memory"] or row["appendix_2017_checklist"],
            appendix_note=_appendix_note(row),
            synonyms=_distinct(synonyms, row["scientific_name"]),
        )


def _common_name(words: str) -> tuple[str, list[str]]:
    """``White-bellied pangolin (Phataginus tricuspis)`` → the common name, and the scientific one as a synonym."""
    match = NAME_IN_BRACKETS.fullmatch(words)
    return (match[1], [match[2]]) if match else (words, [])


def _other_names(cell: str, common: str) -> list[str]:
    return [name for name in cell.split(", ") if name and fold_words(name) != fold_words(common)]


def _distinct(synonyms: list[str], name: str) -> list[str]:
    return list(dict.fromkeys(synonym for synonym in synonyms if folded([synonym]) != folded([name])))


def _appendix_note(row: type_row) -> str:
    if not row["appendix_change_from_memory"]:
        return "2017 CITES index"
    note = row["change_note_from_memory"] or "as before"
    return f"{note} (from memory; 2017 CITES index: {row['appendix_2017_checklist']})"


def _taxa_added() -> Iterator[Taxon]:
    for row in rows("taxa_added"):
        synonyms = [name for name in row.pop("synonyms").split(";") if name]
        yield Taxon(class_name=row.pop("class"), synonyms=synonyms, **row)


def _hs_codes() -> Iterator[HsCode]:
    for row in rows("hs_wildlife"):
        terms = [code for code in row["typical_cites_terms"].split() if code != "-"]
        yield HsCode(code=row["hs2022"], label=row["official_description"], hint=row["wildlife_relevance"], terms=terms)
