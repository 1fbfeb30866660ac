"""Invisible and absent cannot be told apart: not by a byte, a header, or the number of statements."""

import re
from uuid import uuid4

import pytest

from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.referrals.models import Referral
from tests.callers import ETIS, Caller, read
from tests.cast import Cast
from tests.counting import counted

pytestmark = pytest.mark.django_db
BODIES: dict[str, object] = {
    "decline": {"reason": "Not ours"},
    "actions": {"kind": "ENQUIRY", "text": "Opened"},
    "close": {"outcome": "Done"},
}
REPORT = ("", "audience", "submit", "withdraw", "copy")
REFERRAL = ("", "acknowledge", "accept", "decline", "reopen", "actions", "close")


class Story:
    """A report from Singapore, withheld from Uganda, with a referral and notices in Kenya, and a draft."""

    def __init__(self, cast: Cast) -> None:
        sender = Caller(cast.officer("SG-CUSTOMS"))
        self.report = sender.submitted(ETIS, withheld_from=["UG-CUSTOMS"])
        self.draft = sender.draft(ETIS)
        relay()
        self.referral = Referral.objects.get(agency__code="KE-CUSTOMS").id
        self.notice = Notification.objects.filter(user=cast.user("liaison", "KE-CUSTOMS")).latest("created_at").id


def _doors(story: Story) -> list[tuple[str, str, object]]:
    """Every door that takes an id: how it is asked, for what is there."""
    doors: list[tuple[str, str, object]] = [("POST", f"notifications/{story.notice}/read/", None)]
    for report in (story.report, story.draft):
        doors += [
            ("GET" if name in {"", "audience"} else "POST", _under("reports", report, name), None) for name in REPORT
        ]
        doors += [("PATCH", f"reports/{report}/", {"title": "x"}), ("DELETE", f"reports/{report}/", None)]
        doors.append(("POST", "reports/preview/", {"report": str(report)}))
    doors += [
        ("POST" if name else "GET", _under("referrals", story.referral, name), BODIES.get(name)) for name in REFERRAL
    ]
    return doors


def _under(room: str, row: object, name: str) -> str:
    return f"{room}/{row}/{name}/" if name else f"{room}/{row}/"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("liaison", "UG-CUSTOMS"),
        ("officer", "UG-CUSTOMS"),
        ("liaison", "STRANGER"),
        ("admin", "SG-CUSTOMS"),
        ("analyst", "WWF"),
    ],
)
def test_what_is_there_and_what_is_not_answer_alike(cast: Cast, word: str, code: str) -> None:
    story = Story(cast)
    outsider = Caller(cast.actor(word, code))
    for method, address, body in _doors(story):
        absent, other = _absent(address), _absent_body(body)
        with counted() as there:
            seen = outsider.call(method, address, body)
        with counted() as nowhere:
            missed = outsider.call(method, absent, other)
        assert seen.status_code in {403, 404}, (method, address)
        assert (seen.status_code, seen.content, dict(seen.headers)) == (
            missed.status_code,
            missed.content,
            dict(missed.headers),
        )
        assert list(map(_plain, there.statements)) == list(map(_plain, nowhere.statements)), (method, address)


def _absent(address: str) -> str:
    return re.sub(r"[0-9a-f-]{36}", str(uuid4()), address)


def _absent_body(body: object) -> object:
    return {"report": str(uuid4())} if isinstance(body, dict) and "report" in body else body


ID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
TIME = r"datetime\.datetime\([^)]*\)|\d{4}-\d\d-\d\dT[^'\"]*"


def _plain(statement: str) -> str:
    """A statement without the ids and times in it."""
    return re.sub(f"{ID}|{TIME}", "…", statement)


def test_no_list_search_or_count_of_an_outsider_is_moved_by_what_it_may_not_see(cast: Cast) -> None:
    """The same requests in two worlds: with the report, and without it."""
    outsiders = [
        Caller(cast.actor(*who)) for who in (("liaison", "UG-CUSTOMS"), ("liaison", "STRANGER"), ("analyst", "WWF"))
    ]
    before = [_asked(outsider) for outsider in outsiders]
    Story(cast)
    assert [_asked(outsider) for outsider in outsiders] == before


def _asked(outsider: Caller) -> list[tuple[int, bytes, int]]:
    lists = ["reports/", "reports/?q=ivory", "reports/?q=1", "reports/?country=UG", "reports/?originator=SG-CUSTOMS"]
    lists += [
        "reports/?state=SUBMITTED",
        "reports/?taxon=Loxodonta africana",
        "reports/?since=2019-01-01",
        "reports/?limit=1",
    ]
    lists += ["referrals/", "referrals/?of=mine", "referrals/?state=OPEN", "notifications/", "me/"]
    found = []
    for address in lists:
        with counted() as count:
            answer = outsider.get(address)
        found.append((answer.status_code, answer.content, int(count)))
    searched = outsider.post("reports/search/", {"q": "ivory", "country": "UG"})
    return [*found, (searched.status_code, searched.content, 0)]


def test_what_others_have_taken_is_free_for_everybody_else(cast: Cast) -> None:
    """A case number, a key, a title: nobody can learn that another agency uses it."""
    taken = {**ETIS, "case_number": "OPERATION/7", "title": "The same"}
    answers = [
        Caller(cast.officer(code)).post("reports/", taken, **{"Idempotency-Key": "the same"})
        for code in ("SG-CUSTOMS", "UG-CUSTOMS", "STRANGER")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    told = [{**read(answer), "id": "", "created_at": "", "updated_at": ""} for answer in answers]
    own = {"originator", "author"}
    assert [{name: value for name, value in each.items() if name not in own} for each in told[1:]] == [
        {name: value for name, value in told[0].items() if name not in own}
    ] * 2
