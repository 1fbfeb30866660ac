from apps.agencies.models import PARTS, Agency, Jurisdiction, User
from apps.agencies.queries import agencies_without_liaison, countries_without_contact
from apps.reference.models import Country
from tests.cast import Cast

ALL = tuple(part for part, _ in PARTS)


def test_every_country_lacks_contacts_but_the_nine_of_the_cast(cast: Cast) -> None:
    gaps = countries_without_contact()
    assert len(gaps) == Country.objects.filter(pseudo=False).count() - 9
    assert {gap.parts for gap in gaps} == {ALL}
    assert "KE" not in {gap.country.code for gap in gaps}
    assert "IS" in {gap.country.code for gap in gaps}


def test_a_country_is_listed_with_the_parts_it_lacks(cast: Cast) -> None:
    Jurisdiction.objects.filter(country_id="KE", part__in=["TRANSIT", "DISCOVERY"]).delete()
    (kenya,) = [gap for gap in countries_without_contact() if gap.country.code == "KE"]
    assert kenya.parts == ("TRANSIT", "DISCOVERY")


def test_an_agency_that_left_answers_for_nothing(cast: Cast) -> None:
    Agency.objects.filter(code="KE-CUSTOMS").update(active=False)
    (kenya,) = [gap for gap in countries_without_contact() if gap.country.code == "KE"]
    assert kenya.parts == ALL


def test_an_agency_without_an_active_liaison_officer_is_listed(cast: Cast) -> None:
    assert list(agencies_without_liaison()) == []
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    User.objects.filter(email="liaison@hk-customs.example").update(roles=["OFFICER"])
    User.objects.filter(agency__code="WWF").update(is_active=False)
    Agency.objects.filter(code="WWF").update(active=False)
    assert [agency.code for agency in agencies_without_liaison()] == ["HK-CUSTOMS", "KE-CUSTOMS"]
