import pytest

from apps.agencies.models import Agency, Jurisdiction, User
from apps.agencies.policy import LAW_ENFORCEMENT_BY_DEFAULT, AgencyKind
from apps.agencies.queries import actor_of
from tests.admin.conftest import Desk, no_rows, type_entries
from tests.cast import NOW, Cast


def fields(**changes: str) -> dict[str, str]:
    """A new agency as the form sends it."""
    typed = {
        "code": "TH-CUSTOMS",
        "name": "Thai Customs",
        "kind": "CUSTOMS",
        "country": "TH",
        "law_enforcement": "unknown",
    }
    return {**typed, "active": "on", "language": "en", **no_rows("jurisdictions"), **changes}


@pytest.mark.parametrize("kind", list(AgencyKind))
def test_law_enforcement_follows_from_the_kind_where_it_is_left_open(desk: Desk, kind: AgencyKind) -> None:
    response = desk.post("agencies_agency_add", **fields(kind=kind.value))
    assert response.status_code == 302
    assert Agency.objects.get(code="TH-CUSTOMS").law_enforcement is (kind in LAW_ENFORCEMENT_BY_DEFAULT)


@pytest.mark.parametrize(("kind", "told", "expected"), [("INTERNATIONAL", "true", True), ("CUSTOMS", "false", False)])
def test_law_enforcement_is_what_the_administrator_says(desk: Desk, kind: str, told: str, expected: bool) -> None:
    desk.post("agencies_agency_add", **fields(kind=kind, law_enforcement=told))
    assert Agency.objects.get(code="TH-CUSTOMS").law_enforcement is expected


def test_a_new_agency_gets_its_token_its_duty_contact_and_what_it_answers_for(
    desk: Desk, entries: type_entries
) -> None:
    rows = {"jurisdictions-TOTAL_FORMS": "2", "jurisdictions-INITIAL_FORMS": "0"}
    rows |= {"jurisdictions-0-country": "TH", "jurisdictions-0-part": "ORIGIN"}
    rows |= {"jurisdictions-1-country": "LA", "jurisdictions-1-part": "TRANSIT"}
    desk.post("agencies_agency_add", **fields(duty_name="On duty", duty_email="duty@th-customs.example", **rows))

    agency = Agency.objects.get(code="TH-CUSTOMS")
    assert 100 <= agency.token < 1_000_000
    assert agency.duty_email == "duty@th-customs.example"
    held = Jurisdiction.objects.filter(agency=agency).values_list("country_id", "part")
    assert set(held) == {("TH", "ORIGIN"), ("LA", "TRANSIT")}
    (entry,) = entries()
    assert (entry.verb, entry.object_kind, entry.object_id) == ("add_agency", "agency", agency.id)
    assert "TH ORIGIN" in (entry.payload or "")
    assert "duty@" not in (entry.payload or "")


def test_a_country_and_part_have_one_contact_and_the_form_says_so(desk: Desk, entries: type_entries) -> None:
    rows = {"jurisdictions-TOTAL_FORMS": "1", "jurisdictions-INITIAL_FORMS": "0"}
    response = desk.post(
        "agencies_agency_add", **fields(**rows, **{"jurisdictions-0-country": "KE", "jurisdictions-0-part": "ORIGIN"})
    )
    assert response.status_code == 200
    assert "already exists" in response.content.decode()
    assert not Agency.objects.filter(code="TH-CUSTOMS").exists()
    assert entries() == []


@pytest.mark.parametrize("code", ["th-customs", "SG-CUSTOMS", "TH CUSTOMS", ""])
def test_a_code_that_can_not_be_comes_back_with_the_form(desk: Desk, code: str) -> None:
    before = Agency.objects.count()
    response = desk.post("agencies_agency_add", **fields(code=code))
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert Agency.objects.count() == before


def test_a_code_does_not_change_and_leaving_is_recorded(desk: Desk, cast: Cast, entries: type_entries) -> None:
    agency = cast.agency("WWF")
    changed = fields(code="OTHER", name="WWF", kind="NGO", country="", law_enforcement="false")
    del changed["active"]
    response = desk.post("agencies_agency_change", agency.id, **changed)
    assert response.status_code == 302
    agency.refresh_from_db()
    assert (agency.code, agency.active) == ("WWF", False)
    assert actor_of(user_id=cast.user("officer", "WWF").id, now=NOW) is None
    assert {(entry.verb, entry.object_id) for entry in entries()} == {
        ("close_agency", agency.id),
        ("change_agency", agency.id),
    }


def test_agencies_and_accounts_can_not_be_deleted(desk: Desk, cast: Cast) -> None:
    for page, row in (("agencies_agency", cast.agency("WWF")), ("agencies_user", cast.user("officer", "WWF"))):
        assert desk.post(f"{page}_delete", row.id, post="yes").status_code == 403
        desk.act(f"{page}_changelist", "delete_selected", row.id)
    assert Agency.objects.filter(code="WWF").exists()
    assert User.objects.filter(email="officer@wwf.example").exists()


def test_a_contact_is_taken_away_and_it_is_recorded(desk: Desk, entries: type_entries) -> None:
    row = Jurisdiction.objects.get(country_id="KE", part="EXPORT")
    assert desk.post("agencies_jurisdiction_delete", row.id, post="yes").status_code == 302
    assert not Jurisdiction.objects.filter(country_id="KE", part="EXPORT").exists()
    (entry,) = entries()
    assert entry.verb == "delete_jurisdiction"
    assert "KE EXPORT" in (entry.payload or "")


def test_the_list_narrows_to_agencies_without_an_active_liaison_officer(desk: Desk) -> None:
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    text = desk.get("agencies_agency_changelist", liaison="none")
    assert "KE-CUSTOMS" in text
    assert "SG-CUSTOMS" not in text
    assert "SG-CUSTOMS" in desk.get(
        "agencies_agency_changelist", kind__exact="CUSTOMS", country__code__exact="SG", active__exact="1"
    )


def test_the_coverage_page_lists_both_gaps_and_is_linked_from_the_start(desk: Desk) -> None:
    assert "/admin/coverage/" in desk.get("index")
    text = desk.get("coverage")
    assert "Iceland" in text
    assert ">Kenya<" not in text
    assert "KE-CUSTOMS" not in text
    Jurisdiction.objects.filter(country_id="KE", part="EXPORT").delete()
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    text = desk.get("coverage")
    assert ">Kenya<" in text
    assert "KE-CUSTOMS" in text


def test_no_duty_contact_is_shown_in_a_list(desk: Desk) -> None:
    assert "duty@" not in desk.get("agencies_agency_changelist")
