"""Reading the vocabularies: what words resolve to, what forms offer."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.reference.matching import fold_name
from apps.reference.models import BLANK_UNIT, UNSPECIFIED_TAXON, Country, SpecimenTerm, Taxon, Unit
from apps.reference.queries import (
    choices_countries,
    choices_taxa,
    choices_terms,
    choices_units,
    coordinating_body,
    country_labels,
    known,
    label_in,
    suggest_taxa,
)

pytestmark = pytest.mark.usefixtures("vocabularies")


def taxon(words: str) -> str | None:
    found = known(taxa=[words]).taxon(words)
    return found.name if found else None


def term(words: str) -> str | None:
    found = known(terms=[words]).term(words)
    return found.code if found else None


def unit(words: str) -> str | None:
    found = known(units=[words]).unit(words)
    return found.code if found else None


def test_all_words_of_a_report_are_looked_up_in_four_statements() -> None:
    with CaptureQueriesContext(connection) as seen:
        found = known(
            countries=["NG", "VN", "NA", "XX"] * 50,
            taxa=["Manis spp.", "Phataginus tricuspis"] * 50,
            terms=["SCA", "tusks", "SKO"] * 50,
            units=["KGM", "KIL"] * 50,
        )
        assert all([found.country("NG"), found.taxon("Manis spp."), found.term("SKO"), found.unit("KIL")])
    assert len(seen) == 4


def test_words_that_nothing_knows_are_none_and_cost_one_statement_more_for_each_vocabulary() -> None:
    with CaptureQueriesContext(connection) as seen:
        found = known(countries=["ZZ", "NG"], taxa=["Nessie", "Manis spp."])
        assert not any([found.country("ZZ"), found.taxon("Nessie")])
    assert len(seen) == 4


def test_nothing_is_asked_where_there_are_no_words() -> None:
    with CaptureQueriesContext(connection) as seen:
        found = known(countries=["", " "], taxa=[""], terms=[], units=[])
        assert (found.country(""), found.taxon(""), found.term(""), found.unit("")) == (None, None, None, None)
    assert len(seen) == 0


def test_na_is_namibia() -> None:
    found = known(countries=["NA"]).country("NA")
    assert found is not None
    assert (found.label, found.alpha3) == ("Namibia", "NAM")


@pytest.mark.parametrize("words", ["na", " NA ", "\uff2e\uff21"])
def test_a_country_code_is_read_in_any_case_spacing_and_width(words: str) -> None:
    found = known(countries=[words]).country(words)
    assert found == Country(code="NA")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Manis tricuspis", "Manis tricuspis"),
        ("Phataginus tricuspis", "Manis tricuspis"),
        ("  phataginus   TRICUSPIS ", "Manis tricuspis"),
        ("Smutsia gigantea", "Manis gigantea"),
        ("Loxodonta cyclotis", "Loxodonta africana"),
        ("Panthera uncia", "Uncia uncia"),
        ("Manis spp.", "Manis spp."),
        ("manis sp", "Manis spp."),
        ("Manis", "Manis spp."),
        ("Elephantidae spp.", "Elephantidae"),
        ("Malayopython reticulatus", "Python reticulatus"),
        ("Panax quinquefolius var. ginseng", "Panax ginseng"),
        ("Testudines spp.", "Testudines spp."),
        ("Taxon not stated", UNSPECIFIED_TAXON),
        ("Manis  ", "Manis spp."),
    ],
)
def test_a_synonym_resolves_in_any_case_and_spacing(words: str, name: str) -> None:
    assert taxon(words) == name


@pytest.mark.parametrize(
    "words",
    ["Nessiteras rhombopteryx", "Manis tri", "", "spp.", "Manis\x00", "\u202eManis", "M" * 10_000, "%", "\ud800"],
)
def test_what_is_no_name_resolves_to_nothing(words: str) -> None:
    assert taxon(words) is None
    assert term(words) is None
    assert unit(words) is None


def test_a_name_that_means_two_taxa_is_not_guessed() -> None:
    for name in ("Manis javanica", "Manis pentadactyla"):
        row = Taxon.objects.get(name=name)
        Taxon.objects.filter(pk=row.pk).update(synonyms=[*row.synonyms, "Manis dubia"])
    assert taxon("Manis dubia") is None
    Taxon.objects.filter(name="Manis javanica").update(active=False)
    assert taxon("Manis dubia") == "Manis pentadactyla"


def test_the_bearer_of_a_name_comes_before_one_that_has_it_as_a_synonym() -> None:
    Taxon.objects.filter(name="Manis javanica").update(synonyms=["Manis pentadactyla"])
    assert taxon("Manis pentadactyla") == "Manis pentadactyla"


def test_a_synonym_added_by_an_administrator_resolves_at_once() -> None:
    assert taxon("Pangolinus novus") is None
    row = Taxon.objects.get(name="Manis javanica")
    row.synonyms = ["Pangolinus  Novus"]
    row.save()
    assert taxon("pangolinus novus") == "Manis javanica"


@pytest.mark.parametrize(
    "words",
    ["Manis spp.", "MANIS  SP", "Iguana species", "\uff2dANIS\u00a0spp", " Ursus\tmaritimus ", "Aves", "Ptyas spp x"],
)
def test_postgresql_folds_a_name_as_python_does(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference_taxon_keys(%s, '{}')", [words])
        (keys,) = cursor.fetchone()
    assert keys == [fold_name(words)]


def test_the_look_up_of_taxa_can_use_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Taxon.objects.filter(keys__overlap=["manis"]).order_by().explain()
    assert "taxon_keys_gin" in plan


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("SCA", "SCA"),
        ("sca", "SCA"),
        ("Tusks", "TUS"),
        ("ivory carvings", "IVC"),
        ("scale", "SCA"),
        ("SKO", "LPS"),
        ("leather items", "LPS"),
        ("PKY", "KEY"),
        ("CSD", "COR"),
        ("OTH", "OTH"),
        ("QQQ", None),
    ],
)
def test_both_generations_of_terms_are_read_and_the_new_one_is_answered(words: str, code: str | None) -> None:
    assert term(words) == code


def test_fins_were_split_so_a_person_has_to_say_which() -> None:
    fins = known(terms=["FIN"]).term("FIN")
    assert fins is not None
    assert (fins.code, fins.active, fins.successor_id, fins.alternatives) == (
        "FIN",
        False,
        None,
        ["DFN", "FFN"],
    )


@pytest.mark.parametrize(
    ("words", "code"), [("KGM", "KGM"), ("KIL", "KGM"), ("SQM", "MTK"), ("CUM", "MTQ"), ("TON", "TON"), ("QQQ", None)]
)
def test_both_generations_of_units_are_read_and_the_new_one_is_answered(words: str, code: str | None) -> None:
    assert unit(words) == code


@pytest.mark.parametrize(
    ("code", "grams"),
    [("KGM", "1000"), ("GRM", "1"), ("MGM", "0.001"), ("TNE", "1000000"), ("TON", "1000000"), ("PND", "453.59237")],
)
def test_a_unit_of_mass_knows_its_grams(code: str, grams: str) -> None:
    assert Unit.objects.get(code=code).grams == Decimal(grams)


def test_only_units_of_mass_have_grams() -> None:
    assert set(Unit.objects.filter(grams__isnull=False).values_list("dimension", flat=True)) == {"MASS"}
    assert Unit.objects.get(code=BLANK_UNIT).dimension == "COUNT"


def test_ivory_is_classed_as_the_table_of_terms_says() -> None:
    classed = SpecimenTerm.objects.exclude(ivory="").order_by("code").values_list("code", "ivory")
    assert dict(classed) == {"IJW": "WORKED", "IVC": "WORKED", "IVP": "RAW", "KEY": "WORKED", "TUS": "RAW"}


def test_countries_are_offered_by_label_with_the_pseudo_countries_last() -> None:
    options = choices_countries(language="en")
    codes = [code for code, _ in options]
    assert len(options) == 257
    assert codes[:3] == ["AF", "AX", "AL"]
    assert codes[-8:] == ["XF", "XM", "XA", "XE", "HS", "XO", "XX", "XV"]
    assert dict(options)["TW"] == "Taiwan, Province of China"


def test_only_what_is_written_today_is_offered() -> None:
    assert len(choices_terms(language="en")) == 93
    assert not {"FIN", "OTH", "SKO"} & dict(choices_terms(language="en")).keys()
    assert sorted(dict(choices_units(language="en"))) == ["CMQ", "GRM", "KGM", "LTR", "MLT", "MTK", "MTQ", "MTR", "NAR"]
    assert dict(choices_units(language="en"))["NAR"] == "number of specimens"
    assert len(choices_taxa(language="en")) == 215
    Taxon.objects.filter(name="Aves").update(active=False)
    assert "Aves" not in dict(choices_taxa(language="en"))


def test_each_list_of_choices_is_one_statement() -> None:
    for choices in (choices_countries, choices_taxa, choices_terms, choices_units):
        with CaptureQueriesContext(connection) as seen:
            choices(language="en")
        assert len(seen) == 1


def test_a_taxon_is_offered_under_both_its_names() -> None:
    options = dict(choices_taxa(language="en"))
    assert options["Manis tricuspis"] == "Manis tricuspis – White-bellied pangolin"
    assert options["Manis spp."] == "Manis spp. – Pangolins (all eight species)"


@pytest.mark.parametrize(
    ("language", "label"),
    [("fr", "Kenia"), ("zh-hans", "\u80af\u5c3c\u4e9a"), ("zh-hant", "zh"), ("vi", "Kenya"), ("en", "Kenya")],
)
def test_a_label_falls_back_to_the_base_language_and_then_to_english(language: str, label: str) -> None:
    Country.objects.filter(code="KE").update(labels={"fr": "Kenia", "zh-hans": "\u80af\u5c3c\u4e9a", "zh": "zh"})
    assert label_in(Country.objects.get(code="KE"), language) == label
    assert country_labels(codes=["KE", "ZZ"], language=language) == {"KE": label}
    assert dict(choices_countries(language=language))["KE"] == label


def test_suggestions_begin_with_what_begins_with_the_words() -> None:
    with CaptureQueriesContext(connection) as seen:
        found = [row.name for row in suggest_taxa("man", 50)]
    assert len(seen) == 1
    assert found[:10] == sorted(found[:10])
    assert {name[:3] for name in found[:10]} == {"Man"}
    assert found[10:] == sorted(found[10:])
    assert (found[10], found[-1], len(found)) == ("Caiman crocodilus", "Testudo hermanni", 18)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("phataginus tri", "Manis tricuspis"),
        ("WHITE-BELLIED", "Manis tricuspis"),
        ("african savannah", "Loxodonta africana"),
    ],
)
def test_suggestions_know_former_and_english_names(words: str, name: str) -> None:
    assert name in [row.name for row in suggest_taxa(words)]


@pytest.mark.parametrize("words", ["", "a", "%%", "__", "\x00\x00", "zzzz"])
def test_suggestions_are_none_for_what_is_too_short_or_unknown(words: str) -> None:
    assert suggest_taxa(words) == []


def test_no_more_is_suggested_than_asked_for() -> None:
    assert len(suggest_taxa("an", 7)) == 7


def test_a_pseudo_country_is_looked_after_by_the_coordinating_body_unless_another_is_named() -> None:
    africa = Country.objects.get(code="XF")
    assert (africa.pseudo, coordinating_body(africa)) == (True, "WCO")
    africa.coordinator = "INTERPOL"
    assert coordinating_body(africa) == "INTERPOL"
