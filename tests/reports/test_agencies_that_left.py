"""Codes of agencies that are none any more (or not yet): whoever guesses at them is told what is told of any other word.

Who has entered one while it was a member keeps the entry, and is told of it before the report goes out.
"""

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from apps.agencies.models import Agency
from apps.outbox.models import Event
from apps.reports.models import Report
from apps.sharing.models import Grant
from tests.callers import PANGOLINS, Caller, read, refused
from tests.cast import Cast
from tests.web.visiting import Shown, Visitor, flat, rows

pytestmark = pytest.mark.django_db
GONE, NEVER = "UG-CUSTOMS", "XX-CUSTOMS"  # of one length, so that the bytes can be compared
UNKNOWN = "There is no agency of that code."


def _leaves() -> None:
    Agency.objects.filter(code=GONE).update(active=False)


@pytest.fixture
def officer(cast: Cast) -> Caller:
    return Caller(cast.liaison("HK-CUSTOMS"))


@pytest.fixture
def draft(officer: Caller) -> UUID:
    """It names Uganda's customs and leaves nobody out; then Uganda's customs leaves."""
    made = officer.draft(PANGOLINS, named=["KE-CUSTOMS", GONE])
    _leaves()
    return made


def _said(answer: Any, code: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that can be learnt of an answer, without the code itself."""
    headers = sorted((name, value) for name, value in answer.headers.items())
    return answer.status_code, answer.content.replace(code.encode(), b"?"), headers


@pytest.mark.parametrize("field", ["named", "withheld_from"])
@pytest.mark.parametrize("path", ["reports/", "reports/preview/", "draft"])
def test_a_code_of_one_that_left_is_answered_as_one_of_nobody(officer: Caller, field: str, path: str) -> None:
    _leaves()
    own = officer.draft()
    own_draft, answers = partial(officer.patch, f"reports/{own}/"), []
    for code in (GONE, NEVER):
        entered = {field: ["KE-CUSTOMS", code]}
        answer = own_draft(entered) if path == "draft" else officer.post(path, {**PANGOLINS, **entered})
        refused(answer, 400, "invalid", f"{field}.1")
        answers.append(_said(answer, code))
    assert answers[0] == answers[1]
    assert UNKNOWN in answers[0][1].decode()
    assert Report.objects.count() == 1


@pytest.mark.parametrize("field", ["named", "withheld_from"])
def test_the_page_answers_it_as_it_answers_one_of_nobody(cast: Cast, field: str) -> None:
    _leaves()
    visitor = Visitor(cast, "liaison", "HK-CUSTOMS")
    texts = []
    for code in (GONE, NEVER):
        page = visitor.post(
            "/reports/new/seizure/", {**flat(PANGOLINS), **rows(field, [{"agency": code}]), "do": "save"}, 422
        )
        assert f"“{code}” is not in the list." in page
        texts.append(page.main.replace(code, "?"))
    assert texts[0] == texts[1]
    assert Report.objects.count() == 0


def test_a_list_by_an_originator_that_left_is_answered_as_one_by_nobody(cast: Cast, officer: Caller) -> None:
    """But to those who read something of it: to them it is a name like any other."""
    report = Caller(cast.officer(GONE)).submitted(
        PANGOLINS, named=["KE-CUSTOMS"], place={"country": "UG", "name": "Jinja"}
    )
    _leaves()
    kenya, stranger = Caller(cast.liaison("KE-CUSTOMS")), Caller(cast.liaison("STRANGER"))
    for code in (GONE, NEVER):
        refused(stranger.get(f"reports/?originator={code}"), 400, "invalid", "originator")
    asked = {code: stranger.post("reports/search/", {"originator": code}) for code in (GONE, NEVER)}
    assert _said(asked[GONE], GONE) == _said(asked[NEVER], NEVER)
    assert [row["id"] for row in read(kenya.get(f"reports/?originator={GONE}"))["results"]] == [str(report)]


def test_what_a_draft_names_stays_in_it_whatever_else_is_changed(officer: Caller, draft: UUID) -> None:
    assert officer.patch(f"reports/{draft}/", {"title": "Another"}).status_code == 200
    assert officer.post("reports/preview/", {"report": str(draft)}).status_code == 200
    copy = officer.post(f"reports/{draft}/copy/")
    assert copy.status_code == 201
    for each in (draft, read(copy)["id"]):
        assert sorted(read(officer.get(f"reports/{each}/"))["named"]) == ["KE-CUSTOMS", GONE]


def test_its_submission_says_which_entry_it_is_and_moves_nothing(officer: Caller, draft: UUID) -> None:
    named = read(officer.get(f"reports/{draft}/"))["named"]
    answer = officer.post(f"reports/{draft}/submit/")
    refused(answer, 400, "incomplete", f"named.{named.index(GONE)}")
    assert read(answer)["errors"] == {f"named.{named.index(GONE)}": [UNKNOWN]}
    assert (Report.objects.get().state, Grant.objects.count(), Event.objects.count()) == ("DRAFT", 0, 0)
    assert officer.patch(f"reports/{draft}/", {"named": ["KE-CUSTOMS"]}).status_code == 200
    assert officer.post(f"reports/{draft}/submit/").status_code == 200


def test_whom_a_draft_leaves_out_is_not_let_in_by_leaving_and_coming_back(cast: Cast, officer: Caller) -> None:
    """The entry is not dropped: nobody sends it while one who was left out is away."""
    draft = officer.draft(PANGOLINS, withheld_from=[GONE], tlp="GREEN")
    _leaves()
    refused(officer.post(f"reports/{draft}/submit/"), 400, "incomplete", "withheld_from.0")
    Agency.objects.filter(code=GONE).update(active=True)
    assert officer.post(f"reports/{draft}/submit/").status_code == 200
    assert Caller(cast.liaison(GONE)).get(f"reports/{draft}/").status_code == 404


def test_the_pages_of_a_draft_say_who_it_is_that_left(cast: Cast, draft: UUID) -> None:
    visitor = Visitor(cast, "liaison", "HK-CUSTOMS")
    said = f"{GONE}: {UNKNOWN}"
    assert said in visitor.get(f"/reports/{draft}/check/")
    assert said in visitor.post(f"/reports/{draft}/check/", status=422)
    tasks = visitor.get(f"/reports/{draft}/")
    assert "Check and send" in tasks
    assert f"/reports/{draft}/check/" not in tasks.html
    section = Shown(visitor.client.get(f"/reports/{draft}/edit/handling/"), 200)
    assert GONE in section.boxes.values(), "the entry stands where it was typed"
    assert Report.objects.get().state == "DRAFT"
