"""Who has opened this, and the print: the owner's view, and nobody else's."""

from datetime import datetime
from uuid import UUID

import pytest

from apps.audit.actions import gather, record
from apps.audit.models import Entry
from apps.outbox.actions import relay
from apps.reports.models import Report
from tests.callers import ETIS, Caller, read, refused
from tests.cast import NOW, Cast
from tests.counting import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> UUID:
    """Singapore's, sent; Kenya is a counterpart."""
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS)
    relay()
    return report


def trail(caller: Caller, report: UUID, query: str = "") -> list[dict[str, object]]:
    """The rows of the trail's first page."""
    answer = caller.get(f"reports/{report}/trail/{query}")
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, object]] = read(answer)["results"]
    return rows


def test_the_originator_sees_which_agency_opened_it_and_its_own_people_by_name(cast: Cast, report: UUID) -> None:
    own, kenya = Caller(cast.analyst("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    kenya.get(f"reports/{report}/")
    own.get(f"reports/{report}/")
    kenya.get(f"reports/{report}/audience/")

    found = trail(own, report)

    assert [(row["agency"], row["person"], row["roles"], row["verb"], row["kind"]) for row in found] == [
        ("KE-CUSTOMS", None, ["LIAISON"], "read", "audience"),
        ("SG-CUSTOMS", cast.analyst("SG-CUSTOMS").name, ["ANALYST"], "read", "report"),
        ("KE-CUSTOMS", None, ["LIAISON"], "read", "report"),
    ]
    assert all(datetime.fromisoformat(str(row["at"])).tzinfo for row in found)


def test_reading_what_is_asked_is_an_access_too(cast: Cast, report: UUID) -> None:
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    (referral,) = read(kenya.get("referrals/"))["results"]
    kenya.get(f"referrals/{referral['id']}/")
    rows = trail(Caller(cast.officer("SG-CUSTOMS")), report)
    assert [(row["agency"], row["kind"]) for row in rows] == [("KE-CUSTOMS", "referral")]


def test_lists_searches_and_refusals_do_not_stand_in_it(cast: Cast, report: UUID) -> None:
    kenya, stranger = Caller(cast.liaison("KE-CUSTOMS")), Caller(cast.liaison("STRANGER"))
    kenya.get("reports/")
    kenya.post("reports/search/", {"q": "ivory"})
    refused(stranger.get(f"reports/{report}/"), 404, "not_found")
    assert trail(Caller(cast.officer("SG-CUSTOMS")), report) == []


@pytest.mark.parametrize("code", ["KE-CUSTOMS", "STRANGER"])
def test_to_anybody_else_there_is_no_trail(cast: Cast, report: UUID, code: str) -> None:
    reader = Caller(cast.liaison(code))
    there = reader.get(f"reports/{report}/trail/")
    absent = reader.get("reports/00000000-0000-4000-8000-000000000000/trail/")
    assert (there.status_code, there.content) == (absent.status_code, absent.content)
    refused(there, 404, "not_found")


def test_break_glass_stands_in_it_as_the_platforms(cast: Cast, report: UUID) -> None:
    owner = Report.objects.get(id=report).label.originator_id
    record(actor=cast.platform, verb="break_glass_read", kind="report", object_id=report, owner_id=owner, now=NOW)
    (row,) = trail(Caller(cast.officer("SG-CUSTOMS")), report)
    person = "Platform administrator (admin@counterpart.example)"
    assert (row["agency"], row["person"], row["verb"]) == (None, person, "break_glass_read")


def test_pages_follow_each_other_without_a_gap_and_their_marks_tell_no_number(cast: Cast, report: UUID) -> None:
    own, kenya = Caller(cast.officer("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    for _ in range(5):
        kenya.get(f"reports/{report}/")
    whole, paged, query = trail(own, report), [], "?limit=2"
    while query:
        answer = read(own.get(f"reports/{report}/trail/{query}"))
        paged += answer["results"]
        query = "?" + answer["next"].partition("?")[2] if answer["next"] else ""
    assert (len(paged), paged) == (5, whole)


def test_the_trail_takes_the_same_statements_for_one_access_and_for_many(cast: Cast, report: UUID) -> None:
    own, kenya = Caller(cast.officer("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    counts = []
    for more in (1, 9):
        for _ in range(more):
            kenya.get(f"reports/{report}/")
        gather()
        with counted() as count:
            trail(own, report)
        counts.append(int(count))
    assert counts[0] == counts[1] <= 10, count.statements


def test_a_search_leaves_how_many_it_found_and_by_what_but_not_the_words(cast: Cast, report: UUID) -> None:
    Caller(cast.liaison("KE-CUSTOMS")).post("reports/search/", {"q": "secretword", "country": "KE"})
    gather()
    entry = Entry.objects.get(verb="search_reports")
    assert entry.payload == '{"count": 0, "filters": ["q", "country"]}'


def test_an_answer_that_was_kept_leaves_a_line_when_it_is_shown_again(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    for _ in range(2):
        assert officer.post("reports/", ETIS, **{"Idempotency-Key": "one"}).status_code == 201
    gather()
    assert Entry.objects.filter(verb="draft_report").count() == 1
    assert Entry.objects.filter(verb="replay", user_id=officer.actor.user_id).count() == 1


def test_where_the_line_cannot_be_written_there_is_no_answer(
    cast: Cast, report: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    kenya.client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("apps.agencies.edge.seen.note", _broken)
        answer = kenya.get(f"reports/{report}/")
    assert answer.status_code == 500
    assert b"ivory" not in answer.content
    assert kenya.get(f"reports/{report}/").status_code == 200


def _broken(**_: object) -> None:
    raise OSError("the disk is full")
