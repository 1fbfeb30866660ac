"""Passing on under AMBER: a recipient asks, the worker answers from the label's facts, and the originator sees it all."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.agencies.acting import acting
from apps.agencies.models import Agency, User
from apps.agencies.policy import Role
from apps.audit.models import Entry
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.outbox.models import Event
from apps.referrals.events import PassingAsked
from apps.referrals.ledger.proof import prove
from apps.referrals.models import Passing, Referral
from apps.referrals.queries import receivers_for
from apps.referrals.states import PassingState
from apps.referrals.subscribers import judge_passing
from apps.reports.queries import report_for
from apps.sharing.models import Grant, Label
from apps.sharing.queries import agreement
from tests.callers import ETIS, Caller, read, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WHY = "They inspect the port of Mombasa."
NO_CONSENT = "the originator does not consent"
ASK = {"agency": "KE-WILDLIFE", "reason": WHY}


@pytest.fixture
def kenya(cast: Cast) -> Caller:
    return Caller(cast.liaison("KE-CUSTOMS"))


def _shared(cast: Cast, **changes: Any) -> UUID:
    report = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS, **changes)
    relay()
    return report


def _asked(kenya: Caller, report: UUID, **changes: Any) -> dict[str, Any]:
    answer = kenya.post(f"reports/{report}/passings/", {**ASK, **changes})
    assert answer.status_code == 201, answer.content
    return dict(read(answer))


def _list(caller: Caller, report: UUID) -> list[dict[str, Any]]:
    answer = caller.get(f"reports/{report}/passings/")
    assert answer.status_code == 200, answer.content
    return list(read(answer)["results"])


def test_what_is_passed_on_is_read_explained_and_told(cast: Cast, kenya: Caller) -> None:
    report, wildlife = _shared(cast), Caller(cast.liaison("KE-WILDLIFE"))
    assert wildlife.get(f"reports/{report}/").status_code == 404
    asked = _asked(kenya, report)
    assert (asked["state"], asked["sentence"], asked["answered_at"]) == ("ASKED", "", None)
    assert wildlife.get(f"reports/{report}/").status_code == 404
    relay()

    assert wildlife.get(f"reports/{report}/").status_code == 200
    grant = Grant.objects.get(label_id=report, agency__code="KE-WILDLIFE")
    assert (grant.basis, grant.revoked_at, grant.since >= Passing.objects.get().asked_at) == ("PASSED_ON", None, True)
    audience = read(wildlife.get(f"reports/{report}/audience/"))["audience"]
    assert [row["agency"] for row in audience] == ["SG-CUSTOMS", "KE-WILDLIFE"]
    assert audience[1]["sentence"] == "It was passed on to this agency with the originator's consent"
    (referral,) = read(wildlife.get("referrals/"))["results"]
    assert (referral["for_information"], referral["parts"], referral["state"]) == (True, ["PASSED_ON"], "OPEN")
    assert "KE-CUSTOMS" not in str(audience) + str(referral), "whoever passed it on is the originator's to know"
    told = Notification.objects.filter(user=cast.user("liaison", "KE-WILDLIFE")).values_list("kind", flat=True)
    assert list(told) == ["REFERRAL_FOR_INFORMATION"]
    assert _list(wildlife, report) == []
    assert all(agrees for _, agrees in agreement())


def test_the_originator_sees_who_passed_it_on_to_whom_and_why(cast: Cast, kenya: Caller) -> None:
    report, singapore = _shared(cast), Caller(cast.liaison("SG-CUSTOMS"))
    _asked(kenya, report)
    relay()
    (row,) = _list(singapore, report)
    assert (row["asked_by"], row["agency"], row["reason"], row["state"]) == (
        "KE-CUSTOMS",
        "KE-WILDLIFE",
        WHY,
        "GRANTED",
    )
    audience = {row["agency"]: row for row in read(singapore.get(f"reports/{report}/audience/"))["audience"]}
    assert (audience["KE-WILDLIFE"]["basis"], audience["KE-WILDLIFE"]["told"]) == ("PASSED_ON", True)
    for word in ("officer", "liaison"):  # its author and its liaison officers
        assert Notification.objects.filter(user=cast.user(word, "SG-CUSTOMS"), kind="PASSING_ASKED").count() == 1
    assert Notification.objects.filter(user=cast.user("liaison", "KE-CUSTOMS"), kind="PASSING_ANSWERED").count() == 1
    assert Notification.objects.filter(kind__in=["PASSING_ASKED", "PASSING_ANSWERED"]).count() == 3
    verbs = Entry.objects.filter(object_id=row["id"]).order_by("seq").values_list("verb", "owner_id")
    assert list(verbs) == [(verb, cast.agency("SG-CUSTOMS").id) for verb in ("ask_to_pass_on", "pass_on")]
    assert prove(now=datetime.now(UTC)).findings == ()


def _withheld(cast: Cast) -> UUID:
    return _shared(cast, withheld_from=["KE-WILDLIFE"])


def _already_a_reader(cast: Cast) -> UUID:
    return _shared(cast, named=["KE-WILDLIFE"])


def _under_h2(cast: Cast) -> UUID:
    return _shared(cast, handling=["H2"])


def _amber_strict(cast: Cast) -> UUID:
    return _shared(cast, tlp="AMBER_STRICT")


def _red(cast: Cast) -> UUID:
    return _shared(cast, tlp="RED", named=["KE-CUSTOMS"])


CAUSES = [_withheld, _already_a_reader, _under_h2, _amber_strict, _red]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__.strip("_"))
def test_every_refusal_says_the_same_whatever_its_cause_and_moves_nothing(
    cast: Cast, kenya: Caller, cause: Any
) -> None:
    report = cause(cast)
    before = (Grant.objects.count(), Referral.objects.count(), list(Label.objects.values_list("audience", "passed_on")))
    told = Notification.objects.filter(user__agency__code="KE-WILDLIFE").count()
    asked = _asked(kenya, report)
    relay()
    (row,) = _list(kenya, report)
    answer = {name: row[name] for name in ("agency", "asked_by", "reason", "state", "sentence")}
    assert answer == {
        "agency": "KE-WILDLIFE",
        "asked_by": "KE-CUSTOMS",
        "reason": WHY,
        "state": "REFUSED",
        "sentence": NO_CONSENT,
    }
    assert (asked["state"], set(asked)) == ("ASKED", set(row))
    labels = list(Label.objects.values_list("audience", "passed_on"))
    assert (Grant.objects.count(), Referral.objects.count(), labels) == before
    assert Notification.objects.filter(user__agency__code="KE-WILDLIFE").count() == told


def test_who_asks_can_not_tell_a_withheld_agency_from_one_that_reads_it(cast: Cast) -> None:
    """Both worlds, byte by byte but for ids and times: what Kenya is answered, sees of its request, and is told."""
    seen = []
    for cause in (_withheld, _already_a_reader):
        kenya = Caller(cast.liaison("KE-CUSTOMS"))
        report = cause(cast)
        asked = _asked(kenya, report)
        relay()
        ids = {str(report): "report", asked["id"]: "passing"}
        (row,) = _list(kenya, report)
        kinds = Notification.objects.filter(user_id=kenya.actor.user_id, label_id=report).values_list("kind", flat=True)
        shown = {name: ids.get(str(value), value) for name, value in row.items() if not name.endswith("_at")}
        audience = read(kenya.get(f"reports/{report}/audience/"))
        seen.append(
            (shown, sorted(kinds), audience, {k: v for k, v in asked.items() if k not in ("id", "report", "asked_at")})
        )
    assert seen[0] == seen[1]


def test_whoever_lost_the_report_while_it_was_asked_passes_nothing_on(cast: Cast, kenya: Caller) -> None:
    report = _shared(cast)
    _asked(kenya, report)
    User.objects.filter(id=kenya.actor.user_id).update(roles=[Role.AGENCY_ADMIN])
    relay()
    assert Passing.objects.get().state == PassingState.REFUSED
    assert Label.objects.get(id=report).passed_on == []


def _role_lost(kenya: Caller) -> None:
    """An officer reads the report as before, and passes nothing on."""
    User.objects.filter(id=kenya.actor.user_id).update(roles=[Role.OFFICER])


def _account_closed(kenya: Caller) -> None:
    User.objects.filter(id=kenya.actor.user_id).update(is_active=False)


def _agency_inactive(kenya: Caller) -> None:
    Agency.objects.filter(code=kenya.actor.agency_code).update(active=False)


def _of_another_agency(kenya: Caller) -> None:
    """An account never changes its agency, so the request does: it says that China asked, which might pass it on."""
    codes = ("CN-CUSTOMS", "CN-POLICE")
    asked_by, agency = (Agency.objects.get(code=code) for code in codes)
    Passing.objects.update(asked_by=asked_by, agency=agency)


ENDS = [_role_lost, _account_closed, _agency_inactive, _of_another_agency]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__.strip("_"))
def test_who_may_not_ask_any_longer_when_it_is_judged_passes_nothing_on_and_reads_the_same_refusal(
    cast: Cast, kenya: Caller, end: Any
) -> None:
    report = _shared(cast)
    passing = _asked(kenya, report)
    before = (Grant.objects.count(), Referral.objects.count(), list(Label.objects.values_list("audience", "passed_on")))
    end(kenya)
    relay()
    assert Passing.objects.get(id=passing["id"]).state == PassingState.REFUSED
    labels = list(Label.objects.values_list("audience", "passed_on"))
    assert (Grant.objects.count(), Referral.objects.count(), labels) == before
    assert not Notification.objects.filter(user__agency__code="KE-WILDLIFE").exists()
    (row,) = _list(Caller(cast.liaison("SG-CUSTOMS")), report)
    assert (row["state"], row["sentence"]) == ("REFUSED", NO_CONSENT)
    assert Entry.objects.filter(object_id=passing["id"], verb="refuse_to_pass_on").count() == 1


def test_what_is_withdrawn_before_the_answer_is_not_passed_on(cast: Cast, kenya: Caller) -> None:
    report = _shared(cast)
    _asked(kenya, report)
    assert Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/").status_code == 200
    relay()
    assert Passing.objects.get().state == PassingState.REFUSED
    assert not Referral.objects.filter(agency__code="KE-WILDLIFE").exists()


def test_a_withdrawal_ends_what_was_passed_on_as_everything_else(cast: Cast, kenya: Caller) -> None:
    report, wildlife = _shared(cast), Caller(cast.liaison("KE-WILDLIFE"))
    _asked(kenya, report)
    relay()
    Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/")
    relay()
    assert read(wildlife.get(f"reports/{report}/"))["state"] == "WITHDRAWN"
    assert Referral.objects.get(agency__code="KE-WILDLIFE").state == "CANCELLED"
    refused(kenya.post(f"reports/{report}/passings/", ASK), 409, "state_moved")
    assert all(agrees for _, agrees in agreement())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**ASK, "agency": "CN-POLICE"}, "agency"),
        ({**ASK, "agency": "KE-CUSTOMS"}, "agency"),
        ({**ASK, "agency": "SG-CUSTOMS"}, "agency"),
        ({**ASK, "agency": "NO-SUCH"}, "agency"),
        ({**ASK, "agency": 7}, "agency"),
        ({**ASK, "reason": "  "}, "reason"),
        ({**ASK, "reason": "x" * 501}, "reason"),
        ({**ASK, "to": "KE-WILDLIFE"}, "to"),
    ],
)
def test_what_can_never_be_right_is_refused_at_once(cast: Cast, kenya: Caller, body: Any, field: str) -> None:
    report = _shared(cast)
    refused(kenya.post(f"reports/{report}/passings/", body), 400, "invalid", field)
    assert (Passing.objects.count(), Event.objects.filter(name="referrals.passing_asked").count()) == (0, 0)


def test_each_agency_is_asked_for_once_so_that_no_answer_can_be_watched_changing(cast: Cast, kenya: Caller) -> None:
    report = _withheld(cast)
    _asked(kenya, report)
    refused(kenya.post(f"reports/{report}/passings/", ASK), 409, "asked_already")
    relay()
    refused(kenya.post(f"reports/{report}/passings/", ASK), 409, "asked_already")
    assert Passing.objects.count() == 1


def test_only_liaison_officers_of_recipients_ask(cast: Cast) -> None:
    report = _shared(cast)
    for actor, status in (
        (cast.officer("KE-CUSTOMS"), 403),
        (cast.analyst("KE-CUSTOMS"), 403),
        (cast.liaison("SG-CUSTOMS"), 403),
        (cast.administrator("KE-CUSTOMS"), 404),
        (cast.liaison("KE-WILDLIFE"), 404),
        (cast.liaison("STRANGER"), 404),
        (cast.platform, 404),
    ):
        assert Caller(actor).post(f"reports/{report}/passings/", ASK).status_code == status
    assert Passing.objects.count() == 0


def test_the_same_answer_is_not_given_twice_and_two_relays_pass_on_once(cast: Cast, kenya: Caller) -> None:
    report = _shared(cast)
    passing = _asked(kenya, report)
    relay()
    judge_passing(PassingAsked(UUID(passing["id"])))
    assert Grant.objects.filter(label_id=report, agency__code="KE-WILDLIFE").count() == 1
    assert Referral.objects.filter(report_id=report, agency__code="KE-WILDLIFE").count() == 1
    assert Notification.objects.filter(kind="PASSING_ANSWERED").count() == 1


def test_the_second_wall_keeps_requests_to_who_asked_and_the_originator(cast: Cast, kenya: Caller) -> None:
    report = _withheld(cast)
    _asked(kenya, report)
    for code, seen in (("KE-CUSTOMS", 1), ("SG-CUSTOMS", 1), ("CN-CUSTOMS", 0), ("KE-WILDLIFE", 0), ("STRANGER", 0)):
        with acting(cast.liaison(code)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM referrals_passing")
            assert cursor.fetchone() == (seen,), code


def test_what_can_be_chosen_does_not_depend_on_who_reads_or_is_kept_out(cast: Cast, kenya: Caller) -> None:
    offered = []
    for cause in CAUSES:
        report = cause(cast)
        with acting(kenya.actor):
            shown = report_for(actor=kenya.actor, report_id=report)
            offered.append([card.code for card in receivers_for(actor=kenya.actor, report=shown)])
    assert offered == [["KE-WILDLIFE"]] * len(CAUSES)
