"""From codes to rows: the vocabularies' and agencies' answer to a content, or what they do not know, by field path."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.agencies.policy import Card
from apps.agencies.queries import agencies_by_code
from apps.core.errors import Invalid
from apps.core.words import N_
from apps.reference.models import Country, SpecimenTerm, Taxon, Unit
from apps.reference.queries import Candidate, Known, known
from apps.reports.policy import Content, ItemLine, unknown_agencies

MOST_GRAMS = Decimal(10) ** 10  # 10,000 t
MOST_PIECES = Decimal(10) ** 9
LIVE = "LIV"
WHICH_ONE = N_("Which one? What was entered may mean several, or is not called so in the list.")
HALF_AN_ANIMAL = N_("Live animals are counted whole: check the amount and the unit.")
TOO_MUCH = N_("This is more than 10,000 tonnes or a thousand million pieces: check the amount and the unit.")


@dataclass(frozen=True, slots=True)
class Specimen:
    """One line of specimens with its rows; ``grams`` is the mass, where the unit is one of mass."""

    line: ItemLine
    taxon: Taxon | None
    term: SpecimenTerm | None
    unit: Unit | None

    @property
    def grams(self) -> Decimal | None:
        """The amount in grams, None where it is not a mass or not known."""
        if self.unit is None or self.unit.grams is None or self.line.quantity is None:
            return None
        return self.line.quantity * self.unit.grams


@dataclass(frozen=True, slots=True)
class Resolved:
    """A content with the rows that its codes stand for. Its countries are the rows' keys, however they were typed."""

    content: Content
    specimens: tuple[Specimen, ...]
    countries: dict[str, Country]
    named: tuple[Card, ...]
    withheld: tuple[Card, ...]

    @property
    def agencies(self) -> dict[int, Card]:
        """The named and withheld agencies by token."""
        return {agency.token: agency for agency in (*self.named, *self.withheld)}


def resolve_codes(content: Content, *, kept: Collection[str] = ()) -> Resolved:
    """Look every code up, in at most five statements; Invalid with all that is unknown. Nothing is guessed.

    An agency that is not active is as unknown as one that never was, but for those ``kept`` from when they were entered:
    they stay in a draft, and its submission tells of them.
    """
    countries = {stop.country for stop in content.route} | {content.place_country} - {""}
    words = known(
        countries=countries,
        taxa=[item.taxon for item in content.items if item.taxon],
        terms=[item.term for item in content.items if item.term],
        units=[item.unit for item in content.items if item.unit],
    )
    codes = [*content.named, *content.withheld_from]
    agencies = agencies_by_code(codes) if codes else {}
    specimens = tuple(_specimen(item, words) for item in content.items)
    members = {code for code, agency in agencies.items() if agency.active or code in kept}
    errors = dict(_unknown(content, words)) | unknown_agencies(content, known=members) | dict(_of_specimens(specimens))
    if errors:
        asked = candidates(content, words)
        errors |= dict.fromkeys(asked, WHICH_ONE)
        raise Invalid(errors={path: [sentence] for path, sentence in errors.items()}, candidates=asked)
    return Resolved(
        _by_keys(content, words),
        specimens,
        {country.code: country for code in countries if (country := words.country(code))},
        tuple(agencies[code] for code in content.named),
        tuple(agencies[code] for code in content.withheld_from),
    )


def candidates(content: Content, words: Known) -> dict[str, list[Candidate]]:
    """Field path → what may be meant, of every word that means nothing certain and is not wholly unknown."""
    typed = {f"route.{at}.country": ("countries", stop.country) for at, stop in enumerate(content.route)}
    typed["place.country"] = ("countries", content.place_country)
    for at, item in enumerate(content.items):
        typed |= {f"items.{at}.taxon": ("taxa", item.taxon), f"items.{at}.term": ("terms", item.term)}
        typed[f"items.{at}.unit"] = ("units", item.unit)
    looks = {"countries": words.country, "taxa": words.taxon, "terms": words.term, "units": words.unit}
    unclear = {path: each for path, each in typed.items() if each[1] and not looks[each[0]](each[1])}
    found = {path: words.candidates(*each) for path, each in unclear.items()}
    return {path: rows for path, rows in found.items() if rows}


def _by_keys(content: Content, words: Known) -> Content:
    """What was looked up folded is never kept raw: the countries by the keys of their rows."""
    route = tuple(replace(stop, country=_key(words, stop.country)) for stop in content.route)
    return replace(content, place_country=_key(words, content.place_country), route=route)


def _key(words: Known, typed: str) -> str:
    country = words.country(typed)
    return country.code if country else ""


def _specimen(item: ItemLine, words: Known) -> Specimen:
    return Specimen(
        item,
        words.taxon(item.taxon) if item.taxon else None,
        words.term(item.term) if item.term else None,
        words.unit(item.unit) if item.unit else None,
    )


def _unknown(content: Content, words: Known) -> Iterator[tuple[str, str]]:
    country = N_("This is not the code or name of a country or territory.")
    if content.place_country and not words.country(content.place_country):
        yield "place.country", country
    for index, stop in enumerate(content.route):
        if not words.country(stop.country):
            yield f"route.{index}.country", country


def _of_specimens(specimens: tuple[Specimen, ...]) -> Iterator[tuple[str, str]]:
    for index, specimen in enumerate(specimens):
        for field, sentence in _of_specimen(specimen):
            yield f"items.{index}.{field}", sentence


def _of_specimen(specimen: Specimen) -> Iterator[tuple[str, str]]:
    line, quantity = specimen.line, specimen.line.quantity
    if line.taxon and not specimen.taxon:
        yield "taxon", N_("This species or group is not in the list. Enter its scientific name.")
    if line.term and not specimen.term:
        yield "term", N_("This is not a kind of specimen in the list.")
    if specimen.term and specimen.term.alternatives and not specimen.term.active:
        yield "term", N_("This term was split into several. Choose one that is used today.")
    if line.unit and not specimen.unit:
        yield "unit", N_("This is not a unit in the list.")
    grams = specimen.grams
    if quantity is not None and quantity % 1 and _counts_animals(specimen):
        yield "quantity", HALF_AN_ANIMAL
    if quantity is not None and (quantity > MOST_PIECES if grams is None else grams > MOST_GRAMS):
        yield "quantity", TOO_MUCH


def _counts_animals(specimen: Specimen) -> bool:
    counted = specimen.unit is not None and specimen.unit.dimension == Unit.Dimension.COUNT
    return counted and specimen.term is not None and specimen.term.code == LIVE
