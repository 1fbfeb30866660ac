import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from apps.agencies.models import PARTS, Agency, Jurisdiction, User
from apps.agencies.policy import LAW_ENFORCEMENT_BY_DEFAULT, AgencyKind
from apps.audit.models import Entry
from seeds import marks
from seeds.cast import PEOPLE, Counts, load_cast, rows
from tests.agencies.conftest import Hashes, hashes  # noqa: F401 - a fixture
from tests.cast import NOW, Cast

CONTRACT = [
    *("CN-CUSTOMS", "HK-CUSTOMS", "SG-CUSTOMS", "VN-CUSTOMS", "MY-CUSTOMS", "AE-CUSTOMS", "KE-CUSTOMS", "KE-WILDLIFE"),
    *(
        "UG-CUSTOMS",
        "NG-CUSTOMS",
        "CN-POST",
        "CN-POLICE",
        "WCO",
        "INTERPOL",
        "UNODC",
        "CITES",
        "WILDAID",
        "WWF",
        "IFAW",
    ),
    *("TENCENT", "STRANGER"),
]


@pytest.fixture
def nobody(db: None) -> None:
    """A database with vocabularies and nobody in it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session; DELETE FROM agencies_jurisdiction; DELETE FROM agencies_user")
        cursor.execute("DELETE FROM agencies_agency")


def test_the_cast_is_that_of_the_contract(cast: Cast) -> None:
    assert [row["code"] for row in rows()] == CONTRACT
    assert set(Agency.objects.values_list("code", flat=True)) == set(CONTRACT)
    for code in CONTRACT:
        for word, role in PEOPLE.items():
            assert cast.actor(word, code).roles == {role}
    assert (User.objects.count(), User.objects.filter(is_staff=True).count()) == (85, 1)
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert not Agency.objects.exclude(duty_email__endswith=".example").exists()


def test_law_enforcement_is_by_kind_and_for_international_bodies_one_by_one(cast: Cast) -> None:
    bodies = {"WCO": True, "INTERPOL": True, "UNODC": False, "CITES": False}
    for agency in Agency.objects.all():
        expected = bodies.get(agency.code, AgencyKind(agency.kind) in LAW_ENFORCEMENT_BY_DEFAULT)
        assert agency.law_enforcement is expected, agency.code


def test_each_countrys_customs_is_its_contact_for_every_part_and_nobody_else_is(cast: Cast) -> None:
    held = set(Jurisdiction.objects.values_list("country_id", "part", "agency__code"))
    countries = ("CN", "HK", "SG", "VN", "MY", "AE", "KE", "UG", "NG")
    assert held == {(country, part, f"{country}-CUSTOMS") for country in countries for part, _ in PARTS}


def test_a_second_load_changes_nothing_and_costs_the_same_few_statements(nobody: None) -> None:
    with CaptureQueriesContext(connection) as first:
        assert load_cast(users=True, password_hash="x", now=NOW) == Counts(21, 45, 85)
    entries = Entry.objects.count()
    with CaptureQueriesContext(connection) as second:
        assert load_cast(users=True, password_hash="y", now=NOW) == Counts(0, 0, 0)
    assert Entry.objects.count() == entries
    assert set(User.objects.values_list("password", flat=True)) == {"x"}
    assert (len(first), len(second)) == (10, 6)


def test_what_administrators_have_changed_stays(cast: Cast) -> None:
    Agency.objects.filter(code="WWF").update(active=False, duty_name="Somebody")
    User.objects.filter(email="officer@wwf.example").update(roles=["ANALYST"], is_active=False)
    Jurisdiction.objects.filter(country_id="KE", part="EXPORT").update(agency=cast.agency("KE-WILDLIFE"))
    assert not load_cast(users=True, password_hash="x", now=NOW)
    agency, officer = cast.agency("WWF"), cast.user("officer", "WWF")
    assert (agency.active, agency.duty_name, officer.roles, officer.is_active) == (
        False,
        "Somebody",
        ["ANALYST"],
        False,
    )
    assert Jurisdiction.objects.get(country_id="KE", part="EXPORT").agency.code == "KE-WILDLIFE"


def test_without_a_password_nobody_can_sign_in(nobody: None) -> None:
    load_cast(users=True, password_hash=None, now=NOW)
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_seed_hashes_the_demo_password_once_for_everybody(nobody: None, hashes: Hashes) -> None:  # noqa: F811 - the fixture
    call_command("seed", stdout=io.StringIO())
    assert hashes.count == 1
    assert (User.objects.count(), User.objects.values("password").distinct().count()) == (85, 1)


@pytest.mark.parametrize(("words", "people"), [((), 0), (("--users",), 85)])
def test_outside_development_there_are_no_demo_accounts_unless_told_and_nobody_signs_in_to_them(
    nobody: None, settings: Settings, words: tuple[str, ...], people: int
) -> None:
    settings.DEVELOPMENT, settings.DEMO_PASSWORD = False, ""
    call_command("seed", *words, stdout=io.StringIO())
    assert (Agency.objects.count(), User.objects.count()) == (21, people)
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_the_vocabularies_are_loaded_alone_where_only_they_are_asked_for(nobody: None) -> None:
    call_command("seed", "--reference", stdout=io.StringIO())
    assert Agency.objects.count() == 0
    assert marks.is_done("vocabularies")
    assert not marks.is_done("cast")


def test_once_leaves_out_what_the_same_files_have_seeded(nobody: None, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("seed", "--once", stdout=io.StringIO())
    Jurisdiction.objects.filter(country_id="KE").delete()
    call_command("seed", "--once", stdout=io.StringIO())
    assert Jurisdiction.objects.filter(country_id="KE").count() == 0
    monkeypatch.setattr(marks, "_digest", lambda: "other files")
    call_command("seed", "--once", stdout=io.StringIO())
    assert Jurisdiction.objects.filter(country_id="KE").count() == len(PARTS)


@pytest.mark.parametrize("name", ["autumn-1999", "../cast", "answers.py", "Spring-2019"])
def test_an_unknown_scenario_is_refused_before_anything_is_loaded(nobody: None, name: str) -> None:
    with pytest.raises(CommandError, match="There is no scenario"):
        call_command("seed", "--scenario", name, stdout=io.StringIO())
    assert Agency.objects.count() == 0
