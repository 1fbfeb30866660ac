"""Drafts, sent and received: whose is where, what narrows them, a page at a time."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.agencies.models import User
from tests import clocks
from tests.cast import Cast
from tests.web.visiting import Visitor, drafted, sent


@pytest.fixture
def shelf(cast: Cast) -> None:
    """Three reports of Singapore and one of Kenya, a draft of each."""
    singapore, kenya = cast.officer("SG-CUSTOMS"), cast.officer("KE-CUSTOMS")
    sent(singapore, title="Ivory by sea")
    sent(
        singapore,
        title="Pangolin scales by air",
        items=[{"taxon": "Manis spp.", "term": "SCA", "quantity": "1", "unit": "KGM"}],
    )
    sent(singapore, kind="ANALYSIS", title="Routes of a year", tlp="GREEN", items=[], route=[], place={})
    sent(kenya, title="Horn at the airport", place={"country": "KE"}, route=[{"country": "SG", "part": "DESTINATION"}])
    drafted(singapore, title="Not yet sent")
    drafted(kenya, title="Kenya's own draft")


def titles(visitor: Visitor, path: str) -> list[str]:
    known = (
        "Ivory by sea",
        "Pangolin scales by air",
        "Routes of a year",
        "Horn at the airport",
        "Not yet sent",
        "Kenya's own draft",
    )
    page = visitor.get(path)
    return sorted((title for title in known if title in page.main), key=page.main.index)


def test_each_list_holds_what_its_name_says_newest_first(cast: Cast, shelf: None) -> None:
    singapore = Visitor(cast, "officer", "SG-CUSTOMS")
    assert titles(singapore, "/sent/") == ["Routes of a year", "Pangolin scales by air", "Ivory by sea"]
    assert titles(singapore, "/received/") == ["Horn at the airport"]
    assert titles(singapore, "/drafts/") == ["Not yet sent"]
    stranger = Visitor(cast, "officer", "STRANGER")
    assert titles(stranger, "/received/") == ["Routes of a year"]
    assert titles(stranger, "/sent/") == titles(stranger, "/drafts/") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sea"}, ["Ivory by sea"]),
        ({"taxon": "Manis spp."}, ["Pangolin scales by air"]),
        ({"taxon": "Manis spp. – Pangolins (all eight species)"}, ["Pangolin scales by air"]),
        ({"kind": "ANALYSIS"}, ["Routes of a year"]),
        ({"country": "Uganda"}, ["Pangolin scales by air", "Ivory by sea"]),
        ({"country": "UG", "part": "TRANSIT"}, []),
        ({"state": "WITHDRAWN"}, []),
        ({"since": "2999-01-01"}, []),
        ({"until": "2999-01-01", "q": "ivory"}, ["Ivory by sea"]),
    ],
)
def test_a_list_is_narrowed_by_the_filters_of_the_api(
    cast: Cast, shelf: None, query: dict[str, Any], found: list[str]
) -> None:
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    path = "/sent/?" + "&".join(f"{name}={value}" for name, value in query.items())
    assert titles(visitor, path) == found
    if not found:
        assert "Nothing in this list fits the filter" in visitor.get(path)


def test_the_originator_narrows_what_was_received(cast: Cast, shelf: None) -> None:
    uganda = Visitor(cast, "officer", "UG-CUSTOMS")
    assert len(titles(uganda, "/received/?originator=Singapore Customs")) == 3
    assert titles(uganda, "/received/?originator=HK-CUSTOMS") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("country=Atlantis", "“Atlantis” is not in the list."),
        ("taxon=Unicornus", "This species or group is not in the list."),
        ("since=yesterday", "Enter a day"),
        ("kind=POEM", "Select a valid choice."),
        ("q=%00", "Null characters are not allowed."),
    ],
)
def test_a_filter_that_can_not_be_meant_is_said_beside_its_box(
    cast: Cast, shelf: None, query: str, sentence: str
) -> None:
    page = Visitor(cast, "officer", "SG-CUSTOMS").get(f"/sent/?{query}", 422)
    assert page.text.count(sentence) == 2
    assert "Ivory by sea" not in page.main


def test_a_list_goes_on_behind_its_last_line(cast: Cast) -> None:
    for number in range(27):
        drafted(cast.officer("SG-CUSTOMS"), title=f"Draft {number:02}")
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    first = visitor.get("/drafts/")
    assert first.main.count("Continue") == 25
    link = first.html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    older = visitor.get(link.replace("&amp;", "&"))
    assert older.main.count("Continue") == 2
    assert ("Draft 00" in older, "Draft 26" in older) == (True, False)


def test_a_draft_offers_to_go_on_to_copy_and_to_delete_and_an_analyst_only_reads(cast: Cast, shelf: None) -> None:
    own = Visitor(cast, "officer", "SG-CUSTOMS").get("/drafts/")
    assert [word in own.main for word in ("Continue", "Copy", "Delete")] == [True, True, True]
    analyst = Visitor(cast, "analyst", "SG-CUSTOMS").get("/drafts/")
    assert [word in analyst.main for word in ("Continue", "Copy", "Delete")] == [False, False, False]


def test_an_analyst_reads_what_stands_in_a_colleagues_draft_and_finds_no_way_to_change_it(cast: Cast) -> None:
    report_id = drafted(cast.officer("SG-CUSTOMS"), title="Ivory in timber")
    analyst = Visitor(cast, "analyst", "SG-CUSTOMS")
    page = analyst.get(f"/reports/{report_id}/edit/")
    assert [word in page.main for word in ("Ivory in timber", "Those who file can change and send it")] == [True, True]
    assert [word in page.main for word in ("Change", "Delete this draft", "Copy this draft", "<form")] == [False] * 4
    for path in ("edit/what/", "delete/"):
        analyst.get(f"/reports/{report_id}/{path}", 403)


def test_an_empty_list_says_what_comes_into_it(cast: Cast) -> None:
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    assert "A report that you save before sending it waits here" in visitor.get("/drafts/")
    assert "What your agency sends stands here" in visitor.get("/sent/")
    assert "Every report that your agency may read stands here" in visitor.get("/received/")


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Asia/Singapore", "Pacific/Kiritimati", "UTC"])
def test_the_days_of_a_list_are_those_that_its_rows_are_dated_with(cast: Cast, zone: str) -> None:
    person = cast.user("officer", "SG-CUSTOMS")
    User.objects.filter(id=person.id).update(time_zone=zone)
    begun = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
    times = [begun + timedelta(hours=hour) for hour in range(0, 48, 6)]
    with clocks.held(begun) as clock:
        for at in times:
            clock.move_to(at)
            sent(cast.officer("SG-CUSTOMS"), title=f"Ivory of {at:%d %H}")
        visitor = Visitor(cast, "officer", "SG-CUSTOMS")
        for day in (date(2026, 11, 27), date(2026, 11, 28)):
            dated = re.findall(r"sent (\d+) November", visitor.get(f"/sent/?since={day}&until={day}").main)
            assert set(dated) == {str(day.day)}
            assert len(dated) == sum(at.astimezone(ZoneInfo(zone)).date() == day for at in times)


def test_the_first_and_the_last_day_of_the_calendar_can_be_asked_for(cast: Cast, shelf: None) -> None:
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    assert len(titles(visitor, "/sent/?since=0001-01-01&until=9999-12-31")) == 3
    assert titles(visitor, "/sent/?since=9999-12-31") == titles(visitor, "/sent/?until=0001-01-01") == []
