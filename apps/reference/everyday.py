"""Looking up what is no code and no scientific name: asked only for the words that the tables' keys did not know."""

import re
from collections.abc import Collection, Iterator, Mapping

from apps.reference.models import Country, SpecimenTerm, Taxon, Unit
from apps.reference.naming import by_names, fold_everyday, meant, with_plain

MOST_CANDIDATES = 15
GROUPS = ("spp", "sp", "species", "specy")
AFTER = re.compile(r"\s+(?:\(?[A-Z][^\s]*,? .*|[–-] .*|\([A-Z].*)$")  # an author and a year, or a common name


def countries_named(words: Collection[str]) -> dict[str, list[Country]]:
    """What each of the words may mean: a country by its label, or by any other name that people use."""
    rows = {row.code: row for row in Country.objects.filter(active=True)}
    labels = by_names((row.code, [row.label]) for row in rows.values())
    others = by_names(
        (row.code, [*row.names, row.alpha3, row.official_name, *row.labels.values()]) for row in rows.values()
    )
    return {word: [rows[code] for code in meant(word, labels, others)] for word in words}


def units_named(words: Collection[str]) -> dict[str, list[Unit]]:
    """The same of units, by symbol and name; of two that are the same the one written today."""
    rows = {row.code: row for row in Unit.objects.order_by("-active", "code").filter(successor=None)}
    names = by_names((row.code, with_plain([row.symbol, row.label, *row.names])) for row in rows.values())
    found = {word: [rows[code] for code in meant(word, names)] for word in words}
    return {word: _same(units) for word, units in found.items()}


def terms_named(words: Collection[str]) -> dict[str, list[SpecimenTerm]]:
    """The same of terms, by label without what stands in brackets and by everyday words."""
    rows = {row.code: row for row in SpecimenTerm.objects.filter(active=True)}
    labels = by_names((row.code, with_plain([row.label])) for row in rows.values())
    others = by_names((row.code, with_plain([*row.names, *row.labels.values()])) for row in rows.values())
    everyday = by_names((row.code, row.everyday) for row in rows.values())
    return {word: [rows[code] for code in meant(word, everyday, others, labels)] for word in words}


def taxa_named(words: Collection[str]) -> dict[str, list[Taxon]]:
    """The same of taxa, by their common names, and by a scientific name with its author or its common name behind it."""
    rows = _taxa()
    english = by_names((row.name, _english(row)) for row in rows.values())
    bare = by_names((row.name, [row.name]) for row in rows.values())
    return {word: [rows[name] for name in meant(word, english) or meant(AFTER.sub("", word), bare)] for word in words}


def taxa_near(words: str) -> list[Taxon]:
    """What may be meant by a name that is none of the list: what stands above it or under it, or has the words in a name.

    Nothing of this is certain: even one alone is asked about.
    """
    rows = _taxa()
    return [rows[name] for name in dict.fromkeys(_near(fold_everyday(words), rows))][:MOST_CANDIDATES]


def _taxa() -> dict[str, Taxon]:
    return {row.name: row for row in Taxon.objects.filter(active=True).order_by("name")}


def _english(row: Taxon) -> list[str]:
    return with_plain([row.common_name, *row.english_names, *row.labels.values()])


def _same(units: list[Unit]) -> list[Unit]:
    today = [unit for unit in units if unit.active]
    if len(today) == 1:
        return today
    alike = bool(units) and len({(unit.dimension, unit.grams) for unit in units}) == 1 and units[0].grams is not None
    return units[:1] if alike else units


def _near(asked: str, rows: Mapping[str, Taxon]) -> Iterator[str]:
    if not asked:
        return
    first, *rest = asked.split()
    binomial, alone = " ".join([first, *rest[:1]]), not rest or rest[0] in GROUPS
    for name, row in rows.items():
        ranks = {each.lower() for each in (row.family, row.order, row.class_name)}
        if fold_everyday(name) == binomial or (alone and (first in ranks or name.lower().split()[0] == first)):
            yield name
    for name, row in rows.items():
        if any(f" {asked} " in f" {fold_everyday(other)} " for other in _english(row)):
            yield name
