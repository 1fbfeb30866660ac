"""Loading the published vocabularies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core.errors import Invalid
from apps.reference.actions import Loaded, ReferenceData, load_reference
from apps.reference.models import Country, HsCode, SpecimenTerm, Taxon, Unit, Vocabulary
from seeds.reference import reference_data

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
NOTHING = Loaded(0, 0, 0)
COUNTS: dict[type[Vocabulary], int] = {Country: 257, Unit: 44, SpecimenTerm: 123, Taxon: 215, HsCode: 97}


def entries() -> int:
    return Entry.objects.filter(verb="load_reference").count()


def counts() -> dict[type[Vocabulary], int]:
    return {model: QuerySet(model).count() for model in COUNTS}


def without(code: str) -> ReferenceData:
    data = reference_data()
    return replace(data, countries=[row for row in data.countries if row.code != code])


def test_the_first_load_adds_every_row_of_every_file(loaded: dict[str, Loaded]) -> None:
    assert {name: did.added for name, did in loaded.items()} == {
        "country": 257,
        "unit": 44,
        "specimenterm": 123,
        "taxon": 215,
        "hscode": 97,
    }
    assert counts() == COUNTS


@pytest.mark.usefixtures("loaded")
def test_a_second_load_reads_five_tables_and_writes_nothing() -> None:
    recorded = entries()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        again = load_reference(data=reference_data(), now=LATER)
    statements = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert set(again.values()) == {NOTHING}
    assert len(statements) == 5
    assert all(sql.startswith("SELECT") for sql in statements)
    assert entries() == recorded
    assert not any(QuerySet(model).filter(changed_at=LATER).exists() for model in COUNTS)


@pytest.mark.usefixtures("emptied")
def test_a_load_that_moved_something_is_recorded_once_with_counts() -> None:
    before = entries()
    load_reference(data=reference_data(), now=NOW)
    assert entries() == before + 1
    assert '"taxon": [215, 0, 0]' in (Entry.objects.filter(verb="load_reference").latest("seq").payload or "")


@pytest.mark.usefixtures("loaded")
def test_a_row_that_left_the_files_is_deactivated_and_comes_back_with_them() -> None:
    assert load_reference(data=without("TV"), now=LATER)["country"] == Loaded(0, 0, 1)
    tuvalu = Country.objects.get(code="TV")
    assert (tuvalu.active, tuvalu.changed_at) == (False, LATER)
    assert load_reference(data=without("TV"), now=LATER)["country"] == NOTHING
    assert load_reference(data=reference_data(), now=LATER)["country"] == Loaded(0, 1, 0)
    assert Country.objects.get(code="TV").active


@pytest.mark.usefixtures("loaded")
def test_a_changed_row_is_the_only_one_written() -> None:
    Taxon.objects.filter(name="Manis spp.").update(appendix="II", synonyms=[])
    assert load_reference(data=reference_data(), now=LATER)["taxon"] == Loaded(0, 1, 0)
    assert list(Taxon.objects.filter(changed_at=LATER).values_list("name", "appendix")) == [("Manis spp.", "I")]


@pytest.mark.usefixtures("loaded")
def test_a_taxon_keeps_its_identity_when_it_changes() -> None:
    before = Taxon.objects.get(name="Manis gigantea").pk
    Taxon.objects.filter(pk=before).update(common_name="Giant pangolin")
    load_reference(data=reference_data(), now=LATER)
    after = Taxon.objects.get(name="Manis gigantea")
    assert (after.pk, after.common_name) == (before, "Giant ground pangolin")


@pytest.mark.usefixtures("loaded")
def test_what_administrators_decided_survives_a_load() -> None:
    Country.objects.create(code="XK", label="House code", official_name="House code", pseudo=True)
    Country.objects.filter(code="XF").update(coordinator="INTERPOL", labels={"fr": "Afrique"}, label="Africa")
    assert load_reference(data=reference_data(), now=LATER)["country"] == Loaded(0, 1, 0)
    africa = Country.objects.get(code="XF")
    assert (africa.label, africa.coordinator, africa.labels) == (
        "Africa (country not specified)",
        "INTERPOL",
        {"fr": "Afrique"},
    )
    assert Country.objects.get(code="XK").active


@pytest.mark.usefixtures("loaded")
def test_an_empty_file_deactivates_nothing() -> None:
    done = load_reference(data=replace(reference_data(), taxa=[]), now=LATER)
    assert "taxon" not in done
    assert Taxon.objects.filter(active=True).count() == 215


@pytest.mark.usefixtures("emptied")
def test_progress_is_told_of_every_row() -> None:
    told: list[int] = []
    data = reference_data()
    load_reference(data=data, now=NOW, progress=told.append)
    assert told == [257, 44, 123, 215, 97]
    assert sum(told) == len(data)


def contradict_synonym(data: ReferenceData) -> None:
    data.taxa[0].synonyms.append("manis  SPP.")


def contradict_code(data: ReferenceData) -> None:
    data.units[1].code = data.units[0].code


def contradict_hs_term(data: ReferenceData) -> None:
    data.hs_codes[0].terms.append("QQQ")


@pytest.mark.parametrize(
    ("contradict", "field"),
    [(contradict_synonym, "taxon.manis"), (contradict_code, "unit.GRM"), (contradict_hs_term, "term.QQQ")],
)
@pytest.mark.usefixtures("emptied")
def test_files_that_contradict_themselves_are_refused_and_nothing_is_written(
    contradict: Callable[[ReferenceData], None], field: str
) -> None:
    data = reference_data()
    contradict(data)
    with pytest.raises(Invalid) as refusal:
        load_reference(data=data, now=NOW)
    assert list(refusal.value.errors) == [field]
    assert set(counts().values()) == {0}


@pytest.mark.parametrize(
    "row",
    [
        Country(code="na", label="Namibia", alpha3="XNA", numeric="999"),
        Country(code="QQ", label="No codes"),
        Country(code="QQ", label="", pseudo=True),
        Country(code="QQ", label="Another Kenya", alpha3="KEN", numeric="999"),
        Country(code="QQ", label="Another Kenya", alpha3="QQQ", numeric="404"),
        Unit(code="QQQ", label="mass without grams", dimension="MASS"),
        Unit(code="QQQ", label="negative mass", dimension="MASS", grams=Decimal(-1)),
        Unit(code="QQQ", label="metres with grams", dimension="LENGTH", grams=Decimal(1)),
        Unit(code="QQQ", label="replaced and active", dimension="COUNT", successor_id="NAR"),
        Unit(code="QQQ", label="replaced by itself", dimension="COUNT", successor_id="QQQ", active=False),
        SpecimenTerm(code="QQ1", label="a digit"),
        SpecimenTerm(code="QQQ", label="half ivory", ivory="HALF"),
        SpecimenTerm(code="QQQ", label="replaced and active", successor_id="SCA"),
        Taxon(name="", rank="SPECIES"),
        Taxon(name="MANIS SPP.", rank="GENUS"),
        HsCode(code="05071", label="five digits"),
    ],
    ids=lambda row: f"{type(row).__name__} {row.pk or row}",
)
@pytest.mark.usefixtures("loaded")
def test_the_database_refuses(row: Vocabulary) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert counts() == COUNTS
