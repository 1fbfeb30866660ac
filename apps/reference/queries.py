"""Reading the vocabularies. They are the same for everybody, so nothing here asks for an actor."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from django.conf import settings
from django.db.models import Case, F, Func, IntegerField, Q, QuerySet, TextField, Value, When

from apps.reference.everyday import countries_named, taxa_named, taxa_near, terms_named, units_named
from apps.reference.matching import fold_code, fold_name, fold_words, folded
from apps.reference.models import Country, SpecimenTerm, Taxon, Unit

V = TypeVar("V", Country, SpecimenTerm, Unit, Taxon)
type_choices = list[tuple[str, str]]
USUAL_UNITS = ("KGM", "NAR", "GRM")
SHORTEST_SUGGESTION = 2  # characters typed before a box suggests anything


class Labelled(Protocol):
    """A row with an English label and labels by language."""

    @property
    def label(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...


Candidate = tuple[str, str]  # what would be entered, and what it is called
Everyday = Mapping[str, list[V]]  # a word -> the rows that it may mean


@dataclass(frozen=True, slots=True)
class Known:
    """What the vocabularies know of one report's or file's words. Codes no longer written are answered by today's.

    ``…_called`` are the words that are no codes or scientific names, with all that they may mean.
    """

    countries: Mapping[str, Country]
    terms: Mapping[str, SpecimenTerm]
    units: Mapping[str, Unit]
    taxa: Mapping[str, Taxon]
    countries_called: "Everyday[Country]" = field(default_factory=dict)
    terms_called: "Everyday[SpecimenTerm]" = field(default_factory=dict)
    units_called: "Everyday[Unit]" = field(default_factory=dict)
    taxa_called: "Everyday[Taxon]" = field(default_factory=dict)

    def country(self, words: str) -> Country | None:
        """The country of a code or of a name that means one, or None."""
        return self.countries.get(fold_code(words)) or _only(self.countries_called.get(words))

    def term(self, words: str) -> SpecimenTerm | None:
        """The term of a code or of a name in others' files (``tusks``); one that was split (FIN) answers itself."""
        return self.terms.get(fold_words(words)) or _only(self.terms_called.get(words))

    def unit(self, words: str) -> Unit | None:
        """The unit of a code or name, or None. Blank is None: it means ``BLANK_UNIT`` in CITES files, whose reader says so."""
        return self.units.get(fold_code(words)) or _only(self.units_called.get(words))

    def taxon(self, words: str) -> Taxon | None:
        """The taxon of a scientific name, synonym or common name, in any case, with or without *spp.*, or None."""
        return self.taxa.get(fold_name(words)) or _only(self.taxa_called.get(words))

    def candidates(self, vocabulary: str, words: str) -> list[Candidate]:
        """What words may mean that mean nothing certain: of ``countries``, ``terms``, ``units`` or ``taxa``."""
        if vocabulary == "taxa":
            taxa = self.taxa_called.get(words) or (taxa_near(words) if words in self.taxa_called else [])
            return [(row.name, taxon_option(row, "en")) for row in taxa]
        rows: list[Country | SpecimenTerm | Unit] = getattr(self, f"{vocabulary}_called").get(words, [])
        return [(row.code, row.label) for row in rows]


def known(
    *,
    countries: Collection[str] = (),
    taxa: Collection[str] = (),
    terms: Collection[str] = (),
    units: Collection[str] = (),
) -> Known:
    """Look up all words of a report or file at once: at most four statements where they are codes and scientific names,
    none for an empty collection; one more for each vocabulary of which people used everyday words.
    """
    found = Known(
        countries={row.code: row for row in Country.objects.filter(code__in=codes)}
        if (codes := _codes(countries))
        else {},
        terms=_terms(terms),
        units={row.code: row.successor or row for row in _units(_codes(units))} if _codes(units) else {},
        taxa=_taxa(folded(taxa)),
    )
    return replace(
        found,
        countries_called=_called(countries_named, found.country, countries),
        terms_called=_called(terms_named, found.term, terms),
        units_called=_called(units_named, found.unit, units),
        taxa_called=_called(taxa_named, found.taxon, taxa),
    )


def _called(
    look: Callable[[list[str]], dict[str, list[V]]], by_key: Callable[[str], V | None], words: Collection[str]
) -> Everyday[V]:
    left = [word for word in dict.fromkeys(words) if fold_words(word) and not by_key(word)]
    return look(left) if left else {}


def _only(rows: "list[V] | None") -> V | None:
    return rows[0] if rows and len(rows) == 1 else None


def label_in(row: Labelled, language: str) -> str:
    """The label in ``language`` (``zh-hans``), in its base language (``zh``), else in English."""
    return row.labels.get(language) or row.labels.get(language.partition("-")[0]) or row.label


def coordinating_body(country: Country) -> str:
    """The code of the agency that is told where no agency answers for ``country``."""
    return country.coordinator or str(settings.COORDINATING_BODY)


def country_labels(*, codes: Collection[str], language: str) -> dict[str, str]:
    """Code → label of these countries; a code that isn't known is left out."""
    return {row.code: label_in(row, language) for row in Country.objects.filter(code__in=_codes(codes))}


def choices_countries(*, language: str) -> type_choices:
    """Countries and territories by label, then the pseudo-countries."""
    rows = Country.objects.filter(active=True)
    pseudo = {row.code for row in rows if row.pseudo}
    options = _sorted((row.code, label_in(row, language)) for row in rows)
    return sorted(options, key=lambda option: option[0] in pseudo)


def choices_taxa(*, language: str) -> type_choices:
    """Scientific name → ``Manis spp. – Pangolins``, by scientific name."""
    return [(row.name, taxon_option(row, language)) for row in Taxon.objects.filter(active=True).order_by("name")]


def choices_terms(*, language: str) -> type_choices:
    """Specimen terms written today, by label."""
    return _sorted((row.code, label_in(row, language)) for row in SpecimenTerm.objects.filter(active=True))


def choices_units(*, language: str) -> type_choices:
    """Units written today: those that most lines need first, then by label."""
    options = _sorted((row.code, label_in(row, language)) for row in Unit.objects.filter(active=True))
    return sorted(
        options, key=lambda option: USUAL_UNITS.index(option[0]) if option[0] in USUAL_UNITS else len(USUAL_UNITS)
    )


def terms_offered() -> list[SpecimenTerm]:
    """The specimen terms written today, with the names that others' files use."""
    return list(SpecimenTerm.objects.filter(active=True).order_by("label"))


def suggest_taxa(text: str, limit: int = 10) -> list[Taxon]:
    """Active taxa whose scientific, English or former names hold ``text``; those that begin with it come first."""
    words = fold_words(text)
    if len(words) < SHORTEST_SUGGESTION:
        return []
    found = Taxon.objects.filter(active=True).annotate(others=_joined("synonyms"), english=_joined("english_names"))
    held = Q(name__icontains=words) | Q(common_name__icontains=words)
    begins = Q(name__istartswith=words) | Q(common_name__istartswith=words)
    held |= Q(others__icontains=words) | Q(english__icontains=words)
    later = Case(When(begins, then=0), default=1, output_field=IntegerField())
    return list(found.filter(held).order_by(later, "name")[:limit])


def taxa_under(words: str) -> QuerySet[Taxon]:
    """The taxon of a name and all that belong to it: of a genus, a family, an order or a class its members."""
    name = fold_name(words)
    if not name:
        return Taxon.objects.none()
    above = Q(family__iexact=name) | Q(order__iexact=name) | Q(class_name__iexact=name)
    return Taxon.objects.filter(Q(keys__contains=[name]) | Q(name__istartswith=f"{name} ") | above)


def names_of(taxon: Taxon) -> list[str]:
    """Every name by which people may look for a taxon, its family's among them."""
    names = [taxon.name, taxon.common_name, taxon.family, *taxon.english_names, *taxon.synonyms]
    return [name for name in dict.fromkeys(names) if name]


def taxon_option(taxon: Taxon, language: str) -> str:
    """A taxon as a box shows it: the scientific name, and the common one where there is one."""
    common = label_in(taxon, language)
    return taxon.name if common == taxon.name else f"{taxon.name} – {common}"


def _codes(words: Iterable[str]) -> set[str]:
    return {fold_code(word) for word in words} - {""}


def _units(codes: set[str]) -> QuerySet[Unit]:
    return Unit.objects.filter(code__in=codes).select_related("successor")


def _terms(words: Collection[str]) -> dict[str, SpecimenTerm]:
    names = {fold_words(word) for word in words} - {""}
    if not names:
        return {}
    rows = SpecimenTerm.objects.filter(Q(code__in=_codes(words)) | Q(names__overlap=list(names)))
    answers = [(row, row.successor or row) for row in rows.select_related("successor")]
    by_name = {name: today for row, today in answers for name in row.names}
    return by_name | {row.code.lower(): today for row, today in answers}


def _taxa(keys: list[str]) -> dict[str, Taxon]:
    rows = Taxon.objects.filter(keys__overlap=keys) if keys else Taxon.objects.none()
    found = {key: _one([row for row in rows if key in row.keys], key) for key in keys}
    return {key: taxon for key, taxon in found.items() if taxon}


def _one(rows: list[Taxon], key: str) -> Taxon | None:
    """The bearer of the name itself, else the only one still listed, else the only one; several are no answer."""
    for chosen in ([row for row in rows if fold_name(row.name) == key], [row for row in rows if row.active], rows):
        if len(chosen) == 1:
            return chosen[0]
    return None


def _joined(field: str) -> Func:
    return Func(F(field), Value(" | "), function="array_to_string", output_field=TextField())


def _sorted(options: Iterable[tuple[str, str]]) -> type_choices:
    """By label as people look it up: Åland beside Albania, Türkiye beside Tunisia."""
    return sorted(options, key=lambda option: _plain(option[1]))


def _plain(label: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", label).casefold() if not unicodedata.combining(c))
