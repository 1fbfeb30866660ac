"""Names typed whole at the browser and by API: known, or asked with the candidates beside the box."""

import pytest

from apps.reports.models import Report, RouteStop, SeizedItem
from tests.callers import ETIS, PANGOLINS, Caller, read
from tests.cast import Cast
from tests.web.visiting import Visitor, flat

pytestmark = pytest.mark.django_db
NEW = "/reports/new/seizure/"


@pytest.fixture
def officer(cast: Cast) -> Visitor:
    return Visitor(cast, "officer", "SG-CUSTOMS")


@pytest.fixture
def hong_kong(cast: Cast) -> Caller:
    return Caller(cast.liaison("HK-CUSTOMS"))


def test_everyday_names_are_taken_whole(officer: Visitor) -> None:
    words = {
        "place_country": "UK",
        "route-0-country": "Cote d'Ivoire",
        "items-0-taxon": "African elephant",
        "items-0-term": "tusk",
    }
    officer.post(NEW, {**flat(ETIS), **words})
    item = SeizedItem.objects.get()
    assert (item.taxon and item.taxon.name, item.term_id) == ("Loxodonta africana", "TUS")
    assert Report.objects.get().place_country_id == "GB"
    assert RouteStop.objects.get(line=0).country_id == "CI"


def test_a_name_of_two_countries_is_asked_and_answered_by_a_button(officer: Visitor) -> None:
    words = {**flat(ETIS), "route-0-country": "Congo"}
    page = officer.post(NEW, words, 422)
    assert "Stop 1: Which one?" in page
    answer = "choose:route-0-country=Democratic Republic of the Congo"
    assert f'value="{answer}"' in page.html
    answered = officer.post(NEW, {**words, "do": answer})
    officer.post(NEW, {**words, "route-0-country": answered.boxes["route-0-country"]})
    assert RouteStop.objects.get(line=0).country_id == "CD"


def test_a_word_for_several_specimens_is_asked(officer: Visitor) -> None:
    words = {**flat(ETIS), "items-0-term": "ivory"}
    page = officer.post(NEW, words, 422)
    assert "Line 1: Which one?" in page
    assert 'value="choose:items-0-term=IVC"' in page.html
    officer.post(NEW, {**words, "items-0-term": "IVC"})
    assert SeizedItem.objects.get().term_id == "IVC"


def test_the_filter_of_a_list_knows_them_too(officer: Visitor) -> None:
    officer.post(NEW, flat(ETIS))
    assert "Which one?" in officer.get("/drafts/?country=Congo", 422) or "Which one?" in officer.get(
        "/sent/?country=Congo", 422
    )
    answered = officer.get("/sent/?country=Congo&do=choose:country=Democratic+Republic+of+the+Congo")
    assert answered.boxes["country"] == "Democratic Republic of the Congo"


def test_programs_are_told_what_may_be_meant(hong_kong: Caller) -> None:
    items = [{"taxon": "Pholidota", "term": "ivory", "quantity": "1", "unit": "kilograms"}]
    answer = hong_kong.post("reports/", {**PANGOLINS, "items": items, "place": {"country": "Congo"}})
    document = read(answer)
    assert answer.status_code == 400
    assert (
        document["errors"].keys() == document["candidates"].keys() == {"items.0.taxon", "items.0.term", "place.country"}
    )
    assert {"value": "Manis spp.", "label": "Manis spp. – Pangolins (all eight species)"} in document["candidates"][
        "items.0.taxon"
    ]
    assert [each["value"] for each in document["candidates"]["place.country"]] == ["CG", "CD"]


def test_programs_may_use_the_names_too(hong_kong: Caller) -> None:
    items = [{"taxon": "african elephant", "term": "tusks", "quantity": "1", "unit": "kg"}]
    shown = read(hong_kong.post("reports/", {**PANGOLINS, "items": items, "place": {"country": "Hong Kong"}}))
    line = shown["items"][0]
    assert (line["taxon"], line["term"], line["unit"], shown["place"]["country"]) == (
        "Loxodonta africana",
        "TUS",
        "KGM",
        "HK",
    )
    assert line["taxon_reported"] == "african elephant"


def test_a_list_is_narrowed_by_the_same_names(hong_kong: Caller) -> None:
    report = hong_kong.submitted(PANGOLINS)
    for query in ("country=Vietnam", "country=viet+nam", "taxon=pangolin"):
        assert hong_kong.listed(f"?{query}") == [str(report)]
    answer = hong_kong.get("reports/?country=Congo")
    assert answer.status_code == 400
    assert {each["value"] for each in read(answer)["candidates"]["country"]} == {"CD", "CG"}
