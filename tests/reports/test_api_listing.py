"""What a list is narrowed to, and how its pages follow each other."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from apps.core.ids import position
from apps.reports.models import Report
from apps.sharing.models import Grant, Label
from tests.callers import ETIS, PANGOLINS, Caller, read
from tests.cast import Cast

pytestmark = pytest.mark.django_db


class Shelf:
    """Four reports and a draft, all of them China's to read: it is on every route; two are Hong Kong's own."""

    def __init__(self, cast: Cast) -> None:
        self.hong_kong, self.singapore = Caller(cast.liaison("HK-CUSTOMS")), Caller(cast.liaison("SG-CUSTOMS"))
        china = {"country": "CN", "part": "DESTINATION"}
        skins = {"items": [{"taxon": "Loxodonta africana", "term": "SKI", "quantity": "3", "unit": "NAR"}]}
        self.ids = {
            "scales": self.hong_kong.submitted(route=[*PANGOLINS["route"], china]),
            "tusks": self.singapore.submitted(ETIS),
            "prices": self.singapore.submitted(
                {"kind": "ANALYSIS", "title": "Prices of rhino horn", "named": ["HK-CUSTOMS", "CN-CUSTOMS"]}
            ),
            "boat": self.singapore.submitted(
                {
                    **ETIS,
                    **skins,
                    "title": "A boat",
                    "place": {"country": "TZ"},
                    "route": [{"country": "CN", "part": "TRANSIT"}, china],
                },
            ),
            "draft": self.hong_kong.draft(title="Scales again", route=[china]),
        }
        self.china = Caller(cast.liaison("CN-CUSTOMS"))

    def names(self, reader: Caller, query: str) -> list[str]:
        """What a query finds, by name, newest first."""
        by_id = {str(row): name for name, row in self.ids.items()}
        return [by_id[row] for row in reader.listed(f"?{query}")]


@pytest.fixture
def shelf(cast: Cast) -> Shelf:
    return Shelf(cast)


FOUND: dict[str, list[str]] = {
    "": ["boat", "prices", "tusks", "scales"],
    "q=": ["boat", "prices", "tusks", "scales"],
    "q=ivory": ["tusks"],
    "q=IVORY raw": ["tusks"],
    'q="raw ivory"': ["tusks"],
    'q="ivory raw"': [],
    "q=ivory or horn": ["prices", "tusks"],
    "q=horn -rhino": [],
    "q=pangolins": ["scales"],
    "q=' OR 1=1 --": [],
    "q=???": [],
    "country=cn": ["boat", "tusks", "scales"],
    "country=NG": ["scales"],
    "country=HK": ["scales"],
    "country=TZ": ["boat"],
    "country=FR": [],
    "country=NA": [],
    "country=CN&part=DESTINATION": ["boat", "tusks", "scales"],
    "country=CN&part=TRANSIT": ["boat"],
    "country=CN&part=ORIGIN": [],
    "country=TZ&part=DISCOVERY": ["boat"],
    "country=CN&part=DISCOVERY": [],
    "part=EXPORT": ["tusks"],
    "part=DISCOVERY": ["boat", "tusks", "scales"],
    "taxon=Manis spp.": ["scales"],
    "taxon=manis": ["scales"],
    "taxon=Loxodonta africana": ["boat", "tusks"],
    "taxon=Panthera tigris": [],
    "kind=ANALYSIS": ["prices"],
    "kind=SEIZURE&originator=SG-CUSTOMS": ["boat", "tusks"],
    "originator=hk-customs": ["scales"],
    "originator=KE-CUSTOMS": [],
    "state=SUBMITTED": ["boat", "prices", "tusks", "scales"],
    "state=DRAFT": [],
    "state=WITHDRAWN": [],
    "q=boat&country=TZ&kind=SEIZURE&taxon=Loxodonta africana&originator=SG-CUSTOMS&state=SUBMITTED": ["boat"],
    "limit=2": ["boat", "prices"],
}


@pytest.mark.parametrize("query", FOUND)
def test_a_filter_finds_what_it_says_and_nothing_else(shelf: Shelf, query: str) -> None:
    assert shelf.names(shelf.china, query) == FOUND[query]


def test_ones_own_drafts_stand_among_the_others_and_are_found_by_their_titles(shelf: Shelf) -> None:
    names = shelf.names
    assert names(shelf.hong_kong, "") == ["draft", "prices", "scales"]
    assert names(shelf.hong_kong, "state=DRAFT") == names(shelf.hong_kong, "q=again") == ["draft"]
    assert names(shelf.hong_kong, "q=scales") == names(shelf.hong_kong, "taxon=Manis spp.") == ["draft", "scales"]
    assert names(shelf.hong_kong, "country=CN") == ["draft", "scales"]
    assert names(shelf.hong_kong, "country=NG") == ["scales"]


def test_a_search_by_post_finds_the_same(shelf: Shelf) -> None:
    for body, query in (
        ({"q": "ivory", "limit": 5}, "q=ivory"),
        ({"country": "CN", "part": "TRANSIT"}, "country=CN&part=TRANSIT"),
        ({}, ""),
    ):
        answer = shelf.china.post("reports/search/", body)
        assert [row["id"] for row in read(answer)["results"]] == shelf.china.listed(f"?{query}")


def _moved(report: UUID, at: datetime) -> None:
    """As if it had been submitted then."""
    place = position(at)
    Label.objects.filter(id=report).update(position=place)
    Grant.objects.filter(label_id=report).update(position=place)
    Report.objects.filter(id=report).update(submitted_at=at)


def test_times_are_those_of_the_submission_and_days_count_whole(shelf: Shelf) -> None:
    for name, at in (
        ("scales", datetime(2019, 1, 16, 0, 0, tzinfo=UTC)),
        ("tusks", datetime(2019, 1, 16, 23, 59, 59, 999_000, tzinfo=UTC)),
        ("prices", datetime(2019, 1, 17, 0, 0, tzinfo=UTC)),
        ("boat", datetime(2019, 1, 15, 12, 0, tzinfo=UTC)),
    ):
        _moved(shelf.ids[name], at)
    found: dict[str, Any] = {
        query: shelf.names(shelf.china, query)
        for query in (
            "since=2019-01-17",
            "since=2019-01-16&until=2019-01-16",
            "until=2019-01-15",
            "since=2019-01-16T23:59:59.999Z&until=2019-01-17T00:00:00Z",
            "since=2019-01-17T01:00:00%2B02:00&until=2019-01-17T01:59:59%2B02:00",
            "since=1901-01-01&until=2019-01-16&q=ivory",
        )
    }
    assert found == {
        "since=2019-01-17": ["prices"],
        "since=2019-01-16&until=2019-01-16": ["tusks", "scales"],
        "until=2019-01-15": ["boat"],
        "since=2019-01-16T23:59:59.999Z&until=2019-01-17T00:00:00Z": ["prices", "tusks"],
        "since=2019-01-17T01:00:00%2B02:00&until=2019-01-17T01:59:59%2B02:00": [],
        "since=1901-01-01&until=2019-01-16&q=ivory": ["tusks"],
    }


def test_next_is_an_absolute_address_that_keeps_what_was_asked_and_ends_with_null(shelf: Shelf) -> None:
    first = read(shelf.china.get("reports/?kind=SEIZURE&limit=2"))
    assert first["next"].startswith("http://testserver/api/v1/reports/?kind=SEIZURE&limit=2&cursor=")
    second = read(shelf.china.get(first["next"]))
    assert [row["id"] for row in first["results"] + second["results"]] == shelf.china.listed("?kind=SEIZURE")
    assert second["next"] is None


def test_the_next_page_of_a_search_is_asked_by_post_with_the_same_body(shelf: Shelf) -> None:
    body = {"kind": "SEIZURE", "limit": 2}
    first = read(shelf.china.post("reports/search/", body))
    assert "kind" not in first["next"]
    second = read(shelf.china.post(first["next"], body))
    assert [row["id"] for row in first["results"] + second["results"]] == shelf.china.listed("?kind=SEIZURE")


def test_a_page_is_fifty_rows_and_two_hundred_at_most(shelf: Shelf) -> None:
    for _ in range(52):
        shelf.hong_kong.draft({"kind": "ANALYSIS"})
    assert len(shelf.hong_kong.listed()) == 50
    assert len(shelf.hong_kong.listed("?limit=200")) == 55


def test_what_is_submitted_while_one_reads_moves_no_page(shelf: Shelf) -> None:
    first = read(shelf.china.get("reports/?limit=2"))
    before = shelf.names(shelf.china, "")
    shelf.singapore.submitted(ETIS)
    rest = read(shelf.china.get(first["next"]))["results"]
    by_id = {str(row): name for name, row in shelf.ids.items()}
    assert [by_id[row["id"]] for row in first["results"] + rest] == before
