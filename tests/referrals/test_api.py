"""What is asked of an agency, and its answers, by the API."""

from datetime import timedelta
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F

from apps.outbox.actions import relay
from apps.outbox.models import Event
from apps.referrals.events import ReferralAnswered
from apps.referrals.models import Action, Referral
from apps.referrals.states import ARROWS, INFORMATION_ARROWS, ReferralState
from apps.referrals.subscribers import cancel_on_withdrawal, tell_the_originator
from apps.reports.events import ReportWithdrawn
from tests.callers import ETIS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
VERBS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "acknowledge": ("ACKNOWLEDGED", None),
    "accept": ("ACCEPTED", None),
    "decline": ("DECLINED", {"reason": "Handled by the police"}),
    "reopen": ("OPEN", None),
    "actions": ("ACTED", {"kind": "ENQUIRY", "text": "Case 14 opened"}),
    "close": ("CLOSED", {"outcome": "Two arrests"}),
}


@pytest.fixture
def sender(cast: Cast) -> Caller:
    return Caller(cast.liaison("SG-CUSTOMS"))


@pytest.fixture
def kenya(cast: Cast) -> Caller:
    return Caller(cast.liaison("KE-CUSTOMS"))


@pytest.fixture
def report(sender: Caller) -> UUID:
    """The example, with its referrals opened."""
    report = sender.submitted(ETIS)
    relay()
    return report


def _of(code: str) -> Referral:
    return Referral.objects.get(agency__code=code)


def _rows(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = caller.get(f"referrals/{query}")
    assert answer.status_code == 200, answer.content
    return list(read(answer)["results"])


def _allowed(state: str, verb: str, *, information: bool) -> bool:
    """The arrows as DESIGN draws them; a further action leaves the state as it is."""
    arrows: Any = INFORMATION_ARROWS if information else ARROWS
    if verb == "actions":
        return state in {"ACCEPTED", "ACTED"} and not information
    return VERBS[verb][0] in arrows.get(state, ())


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ReferralState.values)
@pytest.mark.parametrize("code", ["KE-CUSTOMS", "MY-CUSTOMS"])
def test_a_verb_follows_its_arrow_or_moves_nothing(cast: Cast, report: UUID, code: str, state: str, verb: str) -> None:
    referral = _of(code)
    if referral.for_information and state not in {"OPEN", "ACKNOWLEDGED", "CANCELLED"}:
        return  # the database refuses such a row
    Referral.objects.filter(id=referral.id).update(state=state)
    before = (Referral.objects.values().get(id=referral.id), Event.objects.count())
    target, body = VERBS[verb]
    answer = Caller(cast.liaison(code)).post(f"referrals/{referral.id}/{verb}/", body)
    if _allowed(state, verb, information=referral.for_information):
        assert answer.status_code == (201 if verb == "actions" else 200), answer.content
        assert read(answer)["state"] == target
    else:
        refused(answer, 409, "state_moved")
        assert (Referral.objects.values().get(id=referral.id), Event.objects.count()) == before
        assert Action.objects.count() == 0


def test_an_answer_holds_what_was_said_and_done(sender: Caller, kenya: Caller, report: UUID) -> None:
    address = f"referrals/{_of('KE-CUSTOMS').id}/"
    kenya.post(f"{address}accept/")
    kenya.post(f"{address}actions/", {"kind": "ENQUIRY", "text": "Case 14 opened"})
    kenya.post(f"{address}actions/", {"kind": "ARREST", "text": "Two men"})
    closed = read(kenya.post(f"{address}close/", {"outcome": "Two arrests"}))
    assert [(each["kind"], each["text"]) for each in closed["actions"]] == [
        ("ENQUIRY", "Case 14 opened"),
        ("ARREST", "Two men"),
    ]
    assert (closed["state"], closed["outcome"], closed["reason"]) == ("CLOSED", "Two arrests", "")
    assert read(sender.get(address)) == read(kenya.get(address)) == closed


def test_a_mistaken_refusal_is_taken_back_and_why_stays_on_record(kenya: Caller, report: UUID) -> None:
    address = f"referrals/{_of('KE-CUSTOMS').id}/"
    declined = read(kenya.post(f"{address}decline/", {"reason": "Not ours"}))
    assert (declined["state"], declined["reason"], declined["answered_at"] is None) == ("DECLINED", "Not ours", False)
    again = read(kenya.post(f"{address}reopen/"))
    assert (again["state"], again["reason"], again["answered_at"]) == ("OPEN", "Not ours", None)


def test_a_refusal_taken_back_after_its_day_is_not_late_at_once(kenya: Caller, report: UUID) -> None:
    address = f"referrals/{_of('KE-CUSTOMS').id}/"
    kenya.post(f"{address}decline/", {"reason": "Not ours"})
    Referral.objects.update(due_at=F("due_at") - timedelta(days=30))
    again = read(kenya.post(f"{address}reopen/"))
    assert (again["overdue"], again["due_at"] > again["opened_at"]) == (False, True)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("carried", [False, True], ids=["before the worker came", "after it"])
def test_nothing_of_a_withdrawn_report_is_woken(
    sender: Caller, kenya: Caller, report: UUID, verb: str, carried: bool
) -> None:
    address = f"referrals/{_of('KE-CUSTOMS').id}/"
    kenya.post(f"{address}decline/", {"reason": "Not ours"})
    sender.post(f"reports/{report}/withdraw/")
    if carried:
        relay()
    refused(kenya.post(f"{address}{verb}/", VERBS[verb][1]), 409, "state_moved")
    relay()
    assert _of("KE-CUSTOMS").state == "DECLINED"


def test_what_is_taken_up_again_while_its_report_is_withdrawn_ends_all_the_same(
    sender: Caller, kenya: Caller, report: UUID
) -> None:
    """The answer read the report as it was before: it is committed after the worker has cancelled what there was."""
    address = f"referrals/{_of('KE-CUSTOMS').id}/"
    kenya.post(f"{address}decline/", {"reason": "Not ours"})
    kenya.post(f"{address}reopen/")  # its event waits
    Referral.objects.filter(id=_of("KE-CUSTOMS").id).update(state="DECLINED")
    sender.post(f"reports/{report}/withdraw/")
    cancel_on_withdrawal(ReportWithdrawn(report))
    Referral.objects.filter(agency__code="KE-CUSTOMS").update(state="OPEN")
    answered = Event.objects.filter(name="referrals.answered").latest("id")
    tell_the_originator(ReferralAnswered(**{name: UUID(value) for name, value in answered.payload.items()}))
    assert _of("KE-CUSTOMS").state == "CANCELLED"


def test_no_more_actions_are_recorded_than_somebody_can_read(kenya: Caller, report: UUID) -> None:
    referral = _of("KE-CUSTOMS")
    address = f"referrals/{referral.id}/"
    kenya.post(f"{address}accept/")
    kenya.post(f"{address}actions/", {"kind": "ENQUIRY", "text": "One"})
    done = Action.objects.get()
    more = [Action(referral=referral, kind="ENQUIRY", text="More", at=done.at, by_id=done.by_id) for _ in range(199)]
    Action.objects.bulk_create(more)
    refused(kenya.post(f"{address}actions/", {"kind": "ENQUIRY", "text": "Too many"}), 409, "too_many_actions")
    assert Action.objects.count() == 200
    assert kenya.post(f"{address}close/", {"outcome": "Done"}).status_code == 200


def test_only_the_agency_that_is_asked_answers_and_only_its_liaison_officers(
    cast: Cast, sender: Caller, report: UUID
) -> None:
    referral = _of("KE-CUSTOMS").id
    for caller, status, code in (
        (sender, 403, "not_allowed"),
        (Caller(cast.officer("KE-CUSTOMS")), 403, "not_allowed"),
        (Caller(cast.analyst("KE-CUSTOMS")), 403, "not_allowed"),
        (Caller(cast.administrator("KE-CUSTOMS")), 404, "not_found"),
        (Caller(cast.liaison("UG-CUSTOMS")), 404, "not_found"),
        (Caller(cast.liaison("KE-WILDLIFE")), 404, "not_found"),
        (Caller(cast.liaison("STRANGER")), 404, "not_found"),
    ):
        for verb, (_, body) in VERBS.items():
            refused(caller.post(f"referrals/{referral}/{verb}/", body), status, code)
    assert _of("KE-CUSTOMS").state == "OPEN"


@pytest.mark.parametrize(
    ("verb", "body", "paths"),
    [
        ("decline", {}, ("reason",)),
        ("decline", {"reason": "  "}, ("reason",)),
        ("decline", {"reason": 7}, ("reason",)),
        ("decline", {"reason": "a\0b"}, ("reason",)),
        ("decline", {"reason": "x" * 10_001}, ("reason",)),
        ("decline", {"reason": "x", "because": "y"}, ("because",)),
        ("close", {"outcome": None}, ("outcome",)),
        ("close", [], ("",)),
        ("actions", {"text": "x"}, ("kind",)),
        ("actions", {"kind": "enquiry", "text": "x"}, ("kind",)),
        ("actions", {"kind": "\uff33\uff25\uff21\uff32\uff23\uff28", "text": "x"}, ("kind",)),
        ("actions", {"kind": "\u641c\u67e5", "text": "x"}, ("kind",)),
        ("actions", {"kind": "123", "text": "x"}, ("kind",)),
        ("actions", {"kind": "ENQUIRY"}, ("text",)),
        ("actions", {"kind": ["ENQUIRY"], "text": {}}, ("text",)),
        ("acknowledge", {"text": "x"}, ("text",)),
        ("acknowledge", "yes", ("",)),
    ],
)
def test_words_that_cannot_be_meant_move_nothing(
    kenya: Caller, report: UUID, verb: str, body: object, paths: tuple[str, ...]
) -> None:
    before = Referral.objects.values().get(agency__code="KE-CUSTOMS")
    refused(kenya.post(f"referrals/{before['id']}/{verb}/", body), 400, "invalid", *paths)
    assert (Referral.objects.values().get(agency__code="KE-CUSTOMS"), Action.objects.count()) == (before, 0)


def test_the_list_is_ones_own_agencys_and_of_mine_the_others_answers(cast: Cast, sender: Caller, report: UUID) -> None:
    assert [row["agency"] for row in _rows(Caller(cast.officer("KE-CUSTOMS")))] == ["KE-CUSTOMS"]
    assert _rows(sender) == []
    asked = {row["agency"] for row in _rows(sender, "?of=mine")}
    assert asked == {"AE-CUSTOMS", "CN-CUSTOMS", "KE-CUSTOMS", "MY-CUSTOMS", "UG-CUSTOMS"}
    assert _rows(Caller(cast.liaison("KE-CUSTOMS")), "?of=mine") == []


def test_the_list_is_narrowed_to_a_state_and_to_what_is_overdue(sender: Caller, kenya: Caller, report: UUID) -> None:
    Referral.objects.filter(agency__code="UG-CUSTOMS").update(due_at=F("due_at") - timedelta(days=4))
    kenya.post(f"referrals/{_of('KE-CUSTOMS').id}/acknowledge/")
    found = {
        query: {row["agency"] for row in _rows(sender, f"?of=mine&{query}")}
        for query in ("state=ACKNOWLEDGED", "overdue=true", "overdue=false", "state=OPEN&overdue=false", "state=CLOSED")
    }
    assert found == {
        "state=ACKNOWLEDGED": {"KE-CUSTOMS"},
        "overdue=true": {"UG-CUSTOMS"},
        "overdue=false": {"AE-CUSTOMS", "CN-CUSTOMS", "KE-CUSTOMS", "MY-CUSTOMS"},
        "state=OPEN&overdue=false": {"AE-CUSTOMS", "CN-CUSTOMS", "MY-CUSTOMS"},
        "state=CLOSED": set(),
    }
    assert [row["overdue"] for row in _rows(sender, "?of=mine&overdue=true")] == [True]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("of=theirs", "of"),
        ("state=LOST", "state"),
        ("overdue=1", "overdue"),
        ("q=ivory", "q"),
        ("limit=0", "limit"),
        ("cursor=AAAA", "cursor"),
        ("cursor=" + "A" * 22, "cursor"),
        ("cursor=" + "_" * 32, "cursor"),
        ("state=OPEN&state=CLOSED", "state"),
    ],
)
def test_the_list_refuses(kenya: Caller, query: str, path: str) -> None:
    refused(kenya.get(f"referrals/?{query}"), 400, "invalid", path)


def test_pages_follow_each_other_without_a_gap_where_many_are_opened_at_once(sender: Caller, report: UUID) -> None:
    sender.submitted(ETIS)
    relay()
    whole = [row["id"] for row in _rows(sender, "?of=mine")]
    walked, address = [], "referrals/?of=mine&limit=3"
    while address:
        page = read(sender.get(address))
        walked.append([row["id"] for row in page["results"]])
        address = page["next"]
    assert ([len(page) for page in walked], list(chain(*walked))) == ([3, 3, 3, 1], whole)


def test_of_a_withdrawn_report_an_agency_keeps_its_answer_and_nothing_of_the_route(
    sender: Caller, kenya: Caller, report: UUID
) -> None:
    address = f"referrals/{_of('KE-CUSTOMS').id}/"
    kenya.post(f"{address}accept/")
    kenya.post(f"{address}actions/", {"kind": "ENQUIRY", "text": "Case 14 opened"})
    before = read(sender.get(address))
    sender.post(f"reports/{report}/withdraw/")
    for relayed in (False, True):
        theirs = read(kenya.get(address))
        gone: dict[str, object] = {"originator": None, "parts": [], "ask": "", "sentence": ""}
        assert theirs == {**before, **gone, "state": "CANCELLED" if relayed else "ACTED"}
        relay()
    assert read(sender.get(address)) == {**before, "state": "CANCELLED"}
    refused(kenya.post(f"{address}close/", {"outcome": "x"}), 409, "state_moved")
