"""The files that the vocabularies and the cast are read from."""

import re
from zoneinfo import ZoneInfo

import pytest

from apps.agencies.policy import AgencyKind
from apps.reference.matching import clashes
from apps.reference.models import Country
from apps.reference.queries import Known, known
from seeds.reference import DATA, reference_data, rows, synonyms_in

CAST = {
    *("CN-CUSTOMS", "HK-CUSTOMS", "SG-CUSTOMS", "VN-CUSTOMS", "MY-CUSTOMS", "AE-CUSTOMS", "KE-CUSTOMS", "KE-WILDLIFE"),
    *("UG-CUSTOMS", "NG-CUSTOMS", "CN-POST", "CN-POLICE", "WCO", "INTERPOL", "UNODC", "CITES"),
    *("WILDAID", "WWF", "IFAW", "TENCENT", "STRANGER"),
}
ETIS_EXAMPLE = {"SG", "UG", "KE", "AE", "MY", "CN"}
ROUTE_COLUMNS = ("country_discovery", "source_countries", "transit_countries", "destination_countries")


def route_countries() -> set[str]:
    return {
        code for row in rows("known_seizures") for column in ROUTE_COLUMNS for code in row[column].split(";") if code
    }


@pytest.fixture
def seizures(request: pytest.FixtureRequest) -> Known:
    request.getfixturevalue("vocabularies")
    lines = list(rows("known_seizures"))
    return known(
        countries=route_countries(),
        taxa=[line["taxon"] for line in lines],
        terms=[line["term"] for line in lines],
        units=[line["unit"] for line in lines],
    )


def test_na_is_read_as_namibia_and_not_as_a_missing_value() -> None:
    (namibia,) = [row for row in reference_data().countries if row.label == "Namibia"]
    assert (namibia.code, namibia.alpha3, namibia.numeric) == ("NA", "NAM", "516")


def test_the_known_seizures_are_all_there() -> None:
    lines = list(rows("known_seizures"))
    assert len(lines) == 75
    assert len({line["seizure_group"] for line in lines}) == 59
    assert sum(line["is_aggregate"] == "1" for line in lines) == 12
    assert sum(not line["destination_countries"] for line in lines) == 36
    assert sum(not line["country_discovery"] for line in lines) == 10


def test_every_code_of_the_known_seizures_resolves(seizures: Known) -> None:
    lines = list(rows("known_seizures"))
    assert [code for code in sorted(route_countries()) if not seizures.country(code)] == []
    assert [line["id"] for line in lines if line["taxon"] and not seizures.taxon(line["taxon"])] == []
    assert [line["id"] for line in lines if not seizures.term(line["term"])] == []
    assert [line["id"] for line in lines if not seizures.unit(line["unit"])] == []


def test_the_four_groups_that_the_index_lacks_are_added_and_those_alone() -> None:
    index = {row["scientific_name"] for row in rows("species")}
    missing = {line["taxon"] for line in rows("known_seizures") if line["taxon"]} - index
    added = {row["name"] for row in rows("taxa_added")}
    assert missing == {"Testudinidae spp.", "Testudines spp.", "Aves", "Reptilia"}
    assert added - missing == {"Unspecified"}


def test_no_name_means_two_taxa() -> None:
    taxa = reference_data().taxa
    assert clashes((row.name, [row.name, *row.synonyms]) for row in taxa) == {}
    assert clashes([("Manis spp.", ["Manis spp."]), ("Manis", [" MANIS "])]) == {"manis": ["Manis", "Manis spp."]}


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("", []),
        ("Phataginus tricuspis (Rafinesque, 1821)", ["Phataginus tricuspis"]),
        ("Nardostachys jatamansi ", ["Nardostachys jatamansi"]),
        ("Aralia quinquefolia Decne. & Planch., Aralia canadensis Tourn", ["Aralia quinquefolia", "Aralia canadensis"]),
        ("Rhinodon typicus Müller & Henle, 1839, Rhinodon typicus Smith, 1845", ["Rhinodon typicus"]),
        ("Pelochelys cantoris  Boulenger, 1889", ["Pelochelys cantoris"]),
        ("Scleropages aureus Pouyaud, Sudarto & Teugels, 2003", ["Scleropages aureus"]),
        ("Panax quinquefolius var. ginseng (C.A.Mey) Regal", ["Panax quinquefolius var. ginseng"]),
        ("Geochelone platynota (Loveridge and Williams 1957), Geochelon", ["Geochelone platynota"]),
        ("Testudo mydas Linnaeus, 1758, ".ljust(150, "x") + ", Chelonia my", ["Testudo mydas"]),
    ],
)
def test_synonyms_are_read_without_their_authors_and_never_by_half(cell: str, names: list[str]) -> None:
    assert synonyms_in(cell) == names


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("HK", "Hong Kong SAR, China"),
        ("MO", "Macao SAR, China"),
        ("TW", "Taiwan, Province of China"),
        ("VN", "Viet Nam"),
        ("CI", "Côte d'Ivoire"),
        ("CD", "Democratic Republic of the Congo"),
        ("CG", "Congo (Brazzaville)"),
        ("TZ", "United Republic of Tanzania"),
        ("LA", "Lao People's Democratic Republic"),
        ("GB", "United Kingdom"),
    ],
)
def test_countries_and_territories_bear_their_short_names(code: str, label: str) -> None:
    (row,) = [row for row in reference_data().countries if row.code == code]
    assert row.label == label


def test_a_territory_is_a_party_to_cites_as_its_sovereign_is() -> None:
    countries = {row.code: row for row in reference_data().countries}
    pairs = [(row["code"], row["sovereign"]) for row in rows("territories")]
    assert len(pairs) == 50
    assert not {territory for territory, _ in pairs} & {sovereign for _, sovereign in pairs}
    assert [code for code, sovereign in pairs if countries[code].cites_party != countries[sovereign].cites_party] == []
    assert [countries[code].cites_party for code in ("HK", "MO", "TW", "GL", "KP", "SS", "XX")] == [
        *(True, True, True, True),
        *(False, False, False),
    ]


def test_every_override_changes_something() -> None:
    listed = {row["alpha2"]: row for row in rows("iso_countries")}
    for row in rows("country_overrides"):
        assert row["label"] != listed[row["code"]]["official_name_en"], row["code"]
        assert row["note"]


def test_the_successors_of_terms_agree_with_the_names_that_others_use() -> None:
    names = {row["reported_name"]: row["code"] for row in rows("cites_term_names_to_codes")}
    labels = {row["code"]: row["term"] for row in rows("cites_terms")}
    for row in rows("term_successors"):
        if "reads" in row["basis"]:
            assert names[labels[row["code"]]] == row["written_today"], row["code"]


def test_a_historic_code_never_replaces_another() -> None:
    data = reference_data()
    active = {row.pk for row in [*data.terms, *data.units] if row.active}
    successors = [row.successor_id for row in data.terms if row.successor_id]
    successors += [row.successor_id for row in data.units if row.successor_id]
    alternatives = [code for row in data.terms for code in row.alternatives]
    assert len(successors) == 10
    assert set(successors) | set(alternatives) <= active


def test_the_cast_is_the_contracts() -> None:
    cast = list(rows("cast"))
    assert len(cast) == 21
    assert {row["code"] for row in cast} == CAST
    assert {row["kind"] for row in cast} <= set(AgencyKind)
    assert {row["code"]: row["law_enforcement"] for row in cast if row["law_enforcement"]} == {
        "WCO": "yes",
        "INTERPOL": "yes",
        "UNODC": "no",
        "CITES": "no",
    }


def test_the_cast_bears_the_names_of_real_bodies_and_no_address_of_theirs() -> None:
    real = " | ".join(row["agency"] for row in rows("agencies"))
    for row in rows("cast"):
        if row["basis"] == "agencies.csv" and row["code"] != "UNODC":
            assert re.split(r", | \(", row["name"])[0] in real, row["code"]
    assert "UNODC (Global Programme" in real
    assert not [
        path.name
        for path in DATA.glob("*.csv")
        if "@" in path.read_text() and path.name in ("cast.csv", "agencies.csv")
    ]


def test_the_cast_lives_in_countries_and_time_zones_that_exist() -> None:
    codes = {row.code for row in reference_data().countries if not row.pseudo}
    for row in rows("cast"):
        assert row["country"] in codes or row["kind"] in ("INTERNATIONAL", "NGO"), row["code"]
        assert ZoneInfo(row["time_zone"]).key == row["time_zone"]
        assert row["language"] == "en"


def test_the_stranger_is_law_enforcement_from_a_country_on_no_route() -> None:
    (stranger,) = [row for row in rows("cast") if row["code"] == "STRANGER"]
    assert stranger["kind"] == "BORDER"
    assert stranger["country"] == "IS"
    assert "IS" not in route_countries() | ETIS_EXAMPLE
    assert [row["code"] for row in rows("cast") if row["country"] == "IS"] == ["STRANGER"]


def test_each_file_has_its_source_beside_it_with_the_number_of_its_rows() -> None:
    lines = re.findall(
        r"^\| `([a-z_]+)\.csv` \| (\d+) \|", (DATA / "SOURCES.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert dict(lines) == {path.stem: str(len(list(rows(path.stem)))) for path in DATA.glob("*.csv")}


def test_every_country_of_a_route_has_somebody_to_be_told(seizures: Known) -> None:
    pseudo = [code for code in route_countries() if (row := seizures.country(code)) and row.pseudo]
    assert pseudo == ["XF"]
    assert Country.objects.filter(pseudo=True).count() == 8
