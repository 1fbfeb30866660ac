"""What people call things is known: one meaning is taken, several are told, none is guessed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.reference.naming import fold_everyday
from apps.reference.queries import known

pytestmark = pytest.mark.usefixtures("vocabularies")
COUNTRIES = {
    "Vietnam": "VN", "viet nam": "VN", "Hong Kong": "HK", "Taiwan": "TW", "Macau": "MO", "Laos": "LA", "Turkey": "TR",
    "Türkiye": "TR", "Swaziland": "SZ", "Ivory Coast": "CI", "UK": "GB", "u.k.": "GB", "USA": "US", "U.S.A.": "US",
    "the United States": "US", "UAE": "AE", "Dubai": "AE", "DRC": "CD", "DR Congo": "CD", "Zaire": "CD", "Burma": "MM",
    "South Korea": "KR", "Cape Verde": "CV", "Czech Republic": "CZ", "PRC": "CN", "中国": "CN", "Côte d\u2019Ivoire": "CI",
    "Cote d'Ivoire": "CI", "cote d ivoire": "CI", "COTE DIVOIRE": "CI", "Kenia": "KE", "Việt Nam": "VN", "Deutschland": "DE",
    "EL": "GR", "KEN": "KE", "Congo-Brazzaville": "CG", "Saint Lucia": "LC", "St. Lucia": "LC", "Sao Tome and Principe": "ST",
    "Antigua & Barbuda": "AG", "Россия": "RU", "Tanzania": "TZ", "Bolivia": "BO", "NA": "NA", "ZR": "CD", "BU": "MM",
    "TP": "TL",
}  # fmt: skip
SEVERAL = {
    "Congo": {"CG", "CD"},
    "Korea": {"KR", "KP"},
    "Virgin Islands": {"VG", "VI"},
    "Yugoslavia": {"BA", "HR", "ME", "MK", "RS", "SI"},
    "AN": {"BQ", "CW", "SX"},
}
TERMS = {
    "tusk": "TUS", "tusks": "TUS", "scales": "SCA", "skins": "SKI", "teeth": "TEE", "carcass": "BOD", "carcasses": "BOD",
    "live": "LIV", "live animals": "LIV", "Live animal": "LIV", "horn": "HOR", "horns": "HOR", "maw": "SWI", "bones": "BON",
    "ivory carvings": "IVC",
}  # fmt: skip
UNITS = {
    "kg": "KGM", "Kilograms": "KGM", "kilogram": "KGM", "kilos": "KGM", "g": "GRM", "tonnes": "TNE", "t": "TNE",
    "pieces": "NAR", "specimens": "NAR", "litres": "LTR", "m³": "MTQ", "ＫＧ": "KGM", "lb": "PND",
}  # fmt: skip
TAXA = {
    "African elephant": "Loxodonta africana", "african elephants": "Loxodonta africana",
    "Loxodonta africana – African elephant": "Loxodonta africana",
    "Loxodonta africana (Blumenbach, 1797)": "Loxodonta africana", "Panthera tigris Linnaeus, 1758": "Panthera tigris",
    "pangolin": "Manis spp.", "White-bellied pangolin": "Manis tricuspis", "white bellied pangolins": "Manis tricuspis",
}  # fmt: skip
ASKED = {
    "Pholidota": "Manis spp.", "Diceros bicornis minor": "Diceros bicornis", "Panthera leo × tigris": "Panthera leo",
    "bear": "Ursus arctos", "Panthera spp.": "Panthera tigris",
}  # fmt: skip


@pytest.mark.parametrize("words", COUNTRIES)
def test_a_country_is_known_by_the_names_that_people_use(words: str) -> None:
    found = known(countries=[words]).country(words)
    assert found is not None
    assert found.code == COUNTRIES[words]


@pytest.mark.parametrize("words", SEVERAL)
def test_a_name_of_several_countries_is_asked_about(words: str) -> None:
    found = known(countries=[words])
    assert found.country(words) is None
    assert {code for code, _label in found.candidates("countries", words)} == SEVERAL[words]


@pytest.mark.parametrize("words", ["Atlantis", "XK", "ß", "ﬁ", "!", "the", "\u202eKE", "x" * 500])
def test_what_is_no_country_has_no_candidates(words: str) -> None:
    found = known(countries=[words])
    assert found.country(words) is None
    assert found.candidates("countries", words) == []


@pytest.mark.parametrize("words", TERMS)
def test_a_specimen_is_known_by_everyday_words(words: str) -> None:
    found = known(terms=[words]).term(words)
    assert found is not None
    assert found.code == TERMS[words]


@pytest.mark.parametrize(("words", "codes"), [("ivory", {"TUS", "IVP", "IVC", "IJW"}), ("bangles", {"IJW", "JWL"})])
def test_a_word_for_several_specimens_is_asked_about(words: str, codes: set[str]) -> None:
    found = known(terms=[words])
    assert found.term(words) is None
    assert {code for code, _label in found.candidates("terms", words)} == codes


@pytest.mark.parametrize("words", UNITS)
def test_a_unit_is_known_by_symbol_and_name(words: str) -> None:
    found = known(units=[words]).unit(words)
    assert found is not None
    assert found.code == UNITS[words]


@pytest.mark.parametrize("words", TAXA)
def test_a_species_is_known_by_its_common_name_and_with_its_author(words: str) -> None:
    found = known(taxa=[words]).taxon(words)
    assert found is not None
    assert found.name == TAXA[words]


@pytest.mark.parametrize("words", ASKED)
def test_a_name_above_under_or_between_is_asked_about(words: str) -> None:
    found = known(taxa=[words])
    assert found.taxon(words) is None
    assert ASKED[words] in [name for name, _label in found.candidates("taxa", words)]


def test_everyday_words_cost_one_statement_more_for_each_vocabulary() -> None:
    with CaptureQueriesContext(connection) as seen:
        found = known(countries=["USA", "DRC", "KE"], taxa=["African elephant"], terms=["tusk"], units=["kilos"])
        assert all([found.country("USA"), found.taxon("African elephant"), found.term("tusk"), found.unit("kilos")])
    assert len(seen) <= 8


@pytest.mark.parametrize(
    ("one", "other"), [("Boxes", "box"), ("Teeth", "tooth"), ("Côte\u00a0d’Ivoire", "cote divoire"), ("BABIES", "baby")]
)
def test_what_people_do_not_mean_makes_no_difference(one: str, other: str) -> None:
    assert fold_everyday(one) == fold_everyday(other)
