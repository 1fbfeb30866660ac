"""A program that sends back what it has read takes nothing away that came in between: ETag and If-Match."""

from typing import Any
from uuid import UUID

import pytest

from apps.outbox.actions import relay
from apps.reports.models import Report
from tests.callers import ETIS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
VERBS: dict[str, tuple[str, str, Any]] = {
    "change": ("PATCH", "", {"title": "Changed"}),
    "delete": ("DELETE", "", None),
    "submit": ("POST", "submit/", None),
    "copy": ("POST", "copy/", None),
}


@pytest.fixture
def singapore(cast: Cast) -> Caller:
    return Caller(cast.liaison("SG-CUSTOMS"))


def _tag(caller: Caller, report: UUID) -> str:
    return str(caller.get(f"reports/{report}/")["ETag"])


def _ask(caller: Caller, verb: str, report: UUID, condition: str, name: str = "If-Match") -> Any:
    method, address, body = VERBS[verb]
    return caller.call(method, f"reports/{report}/{address}", body, **{name: condition})


def test_a_stale_program_does_not_lift_an_exclusion(singapore: Caller) -> None:
    report = singapore.draft(ETIS)
    answer = singapore.get(f"reports/{report}/")
    stored, tag = read(answer), answer["ETag"]
    changed = singapore.call("PATCH", f"reports/{report}/", {"withheld_from": ["KE-CUSTOMS"]})
    late = singapore.call("PATCH", f"reports/{report}/", stored | {"title": "From a program"}, **{"If-Match": tag})
    refused(late, 412, "overtaken")
    assert late["ETag"] == changed["ETag"] == _tag(singapore, report) != tag
    assert read(singapore.get(f"reports/{report}/"))["withheld_from"] == ["KE-CUSTOMS"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("condition", ['"bogus"', "W/{tag}", '"a", "b"', '"{tag}x"'])
def test_what_has_changed_since_it_was_read_is_left_alone(singapore: Caller, verb: str, condition: str) -> None:
    report = singapore.draft(ETIS)
    before = list(Report.objects.values())
    tag = _tag(singapore, report)
    refused(
        _ask(singapore, verb, report, condition.replace('"{tag}x"', f'{tag[:-1]}x"').replace("{tag}", tag)),
        412,
        "overtaken",
    )
    assert list(Report.objects.values()) == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("condition", ["{tag}", "*", '"other", {tag}'])
def test_what_is_as_it_was_read_is_done(singapore: Caller, verb: str, condition: str) -> None:
    report = singapore.draft(ETIS)
    answer = _ask(singapore, verb, report, condition.replace("{tag}", _tag(singapore, report)))
    assert answer.status_code in {200, 201, 204}, answer.content


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("condition", ["bogus", '"open', "", '"a" "b"', "W/*"])
def test_a_condition_that_can_not_be_read_is_refused(singapore: Caller, verb: str, condition: str) -> None:
    report = singapore.draft(ETIS)
    answer = _ask(singapore, verb, report, condition)
    if condition:
        refused(answer, 400, "invalid", "If-Match")
        assert Report.objects.get().title == ETIS["title"]


@pytest.mark.parametrize("name", ["If-Unmodified-Since", "If-None-Match"])
def test_a_condition_that_is_not_asked_does_not_pass_for_one_that_holds(singapore: Caller, name: str) -> None:
    report = singapore.draft(ETIS)
    for verb in VERBS:
        refused(_ask(singapore, verb, report, "Sat, 01 Jan 2001 00:00:00 GMT", name), 400, "invalid", name)
    refused(singapore.call("POST", "reports/", ETIS, **{"If-Match": "*"}), 400, "invalid", "If-Match")


def test_a_withdrawal_is_conditional_too_and_each_move_has_its_own_tag(cast: Cast, singapore: Caller) -> None:
    report = singapore.draft(ETIS)
    drafted = _tag(singapore, report)
    submitted = singapore.post(f"reports/{report}/submit/")["ETag"]
    assert submitted == _tag(singapore, report) != drafted
    refused(singapore.call("POST", f"reports/{report}/withdraw/", None, **{"If-Match": drafted}), 412, "overtaken")
    relay()
    kenya = Caller(cast.liaison("KE-CUSTOMS"))
    assert _tag(kenya, report) == submitted
    refused(kenya.call("POST", f"reports/{report}/withdraw/", None, **{"If-Match": '"x"'}), 404, "not_found")
    assert singapore.call("POST", f"reports/{report}/withdraw/", None, **{"If-Match": submitted}).status_code == 200
    assert "ETag" not in kenya.get(f"reports/{report}/")


def test_a_stranger_hears_of_no_condition(cast: Cast, singapore: Caller) -> None:
    report = singapore.draft(ETIS)
    refused(_ask(Caller(cast.liaison("STRANGER")), "change", report, '"x"'), 404, "not_found")
