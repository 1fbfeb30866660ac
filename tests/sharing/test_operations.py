"""A joint operation opens what belongs to it while it runs: for reading, for notices and for what waits to be sent.

Operations are launched by a room above that is not built yet; here their tokens are held as that room will write them.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.agencies.acting import acting
from apps.agencies.models import Agency, HeldToken
from apps.agencies.policy import FIRST_OPERATION
from apps.agencies.queries import actor_of
from apps.notifications import gate
from apps.notifications.actions import notify, send_due
from apps.notifications.gate import Look
from apps.notifications.models import Dispatch, Notification
from apps.notifications.states import NoticeKind
from apps.outbox.actions import relay
from apps.sharing.actions import relabel
from apps.sharing.models import Grant
from apps.sharing.queries import agreement, facts_of, locked_labels, members, tokens_in
from tests.callers import ETIS, Caller, read
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OPERATION = FIRST_OPERATION + 7
HOUR = timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC)


def _joins(code: str, *, since: timedelta = -HOUR, until: timedelta | None = HOUR) -> HeldToken:
    begun, ends = now() + since, None if until is None else now() + until
    return HeldToken.objects.create(agency=Agency.objects.get(code=code), token=OPERATION, since=begun, until=ends)


def _over(held: HeldToken) -> None:
    HeldToken.objects.filter(id=held.id).update(since=now() - 2 * HOUR, until=now() - timedelta(seconds=1))


@pytest.fixture
def report(cast: Cast) -> UUID:
    """Singapore's, for law enforcement only, part of the operation."""
    shared = Caller(cast.officer("SG-CUSTOMS")).submitted(ETIS)
    relay()
    (label,) = locked_labels([shared])
    facts = replace(facts_of(label), operation=OPERATION)
    relabel(label=label, facts=facts, members=members(tokens_in(facts)), now=now())
    return shared


def _status(cast: Cast, code: str, report: UUID) -> int:
    """As of this moment: the cast's own actors stand at a fixed time."""
    return Caller(cast.liaison(code)).get(f"reports/{report}/").status_code


def _may_be_told(cast: Cast, code: str, report: UUID) -> bool:
    look = Look(cast.user("liaison", code).id, report)
    return look in gate.allowed({look}, now=now())


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [(-HOUR, HOUR, 200), (-HOUR, None, 200), (HOUR, 2 * HOUR, 404), (-2 * HOUR, -HOUR, 404)],
    ids=["it runs", "it runs without an end", "it has not begun", "it is over"],
)
def test_its_dates_decide_at_each_request_and_for_each_notice(
    cast: Cast, report: UUID, since: timedelta, until: timedelta | None, status: int
) -> None:
    _joins("VN-CUSTOMS", since=since, until=until)
    assert _status(cast, "VN-CUSTOMS", report) == status
    assert _may_be_told(cast, "VN-CUSTOMS", report) is (status == 200)
    assert all(agrees for _, agrees in agreement())


def test_a_participant_lists_it_while_it_runs_and_from_the_next_request_on_no_more(cast: Cast, report: UUID) -> None:
    held, vietnam = _joins("VN-CUSTOMS"), Caller(cast.liaison("VN-CUSTOMS"))
    assert vietnam.listed() == [str(report)]
    sentences = [row["sentence"] for row in read(vietnam.get(f"reports/{report}/audience/"))["audience"]]
    assert sentences[1] == "Agencies that take part in its joint operation may read it while the operation runs"
    _over(held)
    assert (vietnam.listed(), vietnam.get(f"reports/{report}/").status_code) == ([], 404)
    assert Grant.objects.get(label_id=report, basis="OPERATION").revoked_at is None  # its end needs no clean-up


def test_an_ngo_in_the_operation_does_not_read_what_is_for_law_enforcement_only(cast: Cast, report: UUID) -> None:
    _joins("WILDAID")
    assert _status(cast, "WILDAID", report) == 404
    assert not _may_be_told(cast, "WILDAID", report)


def test_who_does_not_take_part_reads_nothing_of_it(cast: Cast, report: UUID) -> None:
    _joins("VN-CUSTOMS")
    assert _status(cast, "STRANGER", report) == 404


def test_the_database_holds_the_dates_too(cast: Cast, report: UUID) -> None:
    held = _joins("VN-CUSTOMS")
    user = cast.user("liaison", "VN-CUSTOMS").id
    for over, seen in ((False, 1), (True, 0)):
        if over:
            _over(held)
        actor = actor_of(user_id=user, now=now())
        assert actor is not None
        with acting(actor):
            assert Grant.objects.filter(label_id=report).count() == seen


def test_what_waits_to_be_sent_when_it_ends_is_cancelled(cast: Cast, report: UUID) -> None:
    held, user = _joins("VN-CUSTOMS"), cast.user("liaison", "VN-CUSTOMS").id
    words = {"kind": NoticeKind.REPORT_WITHDRAWN, "cause": report, "object_id": report, "label_id": report}
    assert notify(**words, reference="", users=[user], now=now()) == 1  # type: ignore[arg-type]  # kinds and ids
    _over(held)
    send_due()
    assert list(Dispatch.objects.filter(user_id=user).values_list("state", flat=True)) == ["CANCELLED"]
    assert Notification.objects.filter(user_id=user).count() == 1
