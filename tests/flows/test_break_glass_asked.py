"""Break-glass, before anything is open: who asks, who approves, and what is refused."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.core.errors import Conflict, NotAllowed
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.outbox.models import Event
from apps.sharing.actions import approve_opening, ask_to_open, refuse_opening
from apps.sharing.models import Grant, Opening
from apps.sharing.states import OpeningState
from tests.callers import ETIS, Caller
from tests.cast import NOW, Cast
from tests.flows.glass import (
    REASON,
    actor,
    asked,
    browser,
    look,
    nothing_is_open,
    reference,
    staff,
)
from tests.web.visiting import Shown

pytestmark = pytest.mark.django_db


def test_who_asked_never_approves(first: Actor, report: UUID) -> None:
    opening = asked(first, report)
    with acting(first), pytest.raises(NotAllowed) as refused:
        approve_opening(actor=first, opening_id=opening.id, now=datetime.now(UTC))
    assert refused.value.code == "two_people"
    relay()
    assert Opening.objects.get().state == OpeningState.ASKED
    nothing_is_open(report)


def test_the_database_knows_the_two_people_too(first: Actor, second: Actor, report: UUID) -> None:
    opening = asked(first, report)
    approve = (
        "UPDATE sharing_opening SET state = 'APPROVED', approved_by_id = %s, approved_at = now(), until = now() + %s"
    )
    for who, by, for_ in (
        (first, first, "60 minutes"),  # oneself
        (first, second, "60 minutes"),  # in another's name
        (second, first, "60 minutes"),
        (second, second, "61 minutes"),
    ):
        with acting(who), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(approve + "::interval WHERE id = %s", [by.user_id, for_, opening.id])
    for change in ("state = 'OPEN'", "label_id = NULL", "reason = 'another'", "token = 1", "owner_id = NULL"):
        with acting(second), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE sharing_opening SET {change}")
    for who in (first, second):
        with acting(who), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE sharing_label SET opened = '{2000000000}'")
    assert Opening.objects.get().state == OpeningState.ASKED


def test_of_two_who_approve_at_once_one_is_told_that_somebody_was_quicker(
    first: Actor, second: Actor, report: UUID
) -> None:
    opening, third = asked(first, report), actor(staff("third"))
    with acting(second):
        approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))
    with acting(third), pytest.raises(Conflict):
        approve_opening(actor=third, opening_id=opening.id, now=datetime.now(UTC))
    relay()
    row = Opening.objects.get()
    assert (row.approved_by_id, row.state) == (second.user_id, OpeningState.OPEN)
    assert Event.objects.filter(name="sharing.opening_approved").count() == 1
    assert Grant.objects.filter(basis="BREAK_GLASS").count() == 1


@pytest.mark.parametrize("who", ["first", "second"])
def test_nothing_is_opened_for_somebody_who_was_closed_before_the_worker_came(
    first: Actor, second: Actor, report: UUID, who: str
) -> None:
    opening = asked(first, report)
    with acting(second):
        approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))
    User.objects.filter(id=(first if who == "first" else second).user_id).update(is_active=False)
    relay()
    row = Opening.objects.get()
    assert (row.state, row.label_id) == (OpeningState.ENDED, None)
    nothing_is_open(report)
    assert not Notification.objects.filter(kind="BREAK_GLASS").exists()


def test_what_a_closed_account_asked_for_is_not_approved(first: Actor, second: Actor, report: UUID) -> None:
    opening = asked(first, report)
    User.objects.filter(id=first.user_id).update(is_active=False)
    with acting(second), pytest.raises(Conflict):
        approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))


def test_a_day_later_nobody_approves_what_was_asked(first: Actor, second: Actor, report: UUID) -> None:
    opening = asked(first, report)
    Opening.objects.update(asked_at=F("asked_at") - timedelta(hours=24, seconds=1))
    with acting(second), pytest.raises(Conflict):
        approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))
    assert asked(first, report).id != opening.id
    assert sorted(Opening.objects.values_list("state", flat=True)) == ["ASKED", "REFUSED"]


@pytest.mark.parametrize("kind", ["unknown", "withdrawn"])
def test_what_is_not_there_or_withdrawn_is_not_opened(
    cast: Cast, first: Actor, second: Actor, report: UUID, kind: str
) -> None:
    wanted = "SR-2026-00000000" if kind == "unknown" else reference(report)
    with acting(first):
        opening = ask_to_open(actor=first, reference=wanted, reason=REASON, now=datetime.now(UTC))
    assert opening.state == OpeningState.ASKED  # whether there is one is not told
    Caller(cast.liaison("SG-CUSTOMS")).post(f"reports/{report}/withdraw/")
    with acting(second):
        approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))
    relay()
    row = Opening.objects.get()
    assert (row.state, row.label_id, row.owner_id) == (OpeningState.ENDED, None, None)
    assert look(first, opening.id).status_code == 404
    assert "nothing was opened" in Shown(browser(first).get("/break-glass/"), 200)
    nothing_is_open(report)


def test_drafts_are_never_opened(cast: Cast, first: Actor, second: Actor) -> None:
    Caller(cast.officer("SG-CUSTOMS")).draft(ETIS)
    with acting(first), pytest.raises(Exception, match="invalid"):
        ask_to_open(actor=first, reference="", reason=REASON, now=NOW)
    assert Opening.objects.count() == 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"reference": "SR-2026-1"}, "reference"),
        ({"reference": "SR-2026-1A2B3C4D' OR 1=1"}, "reference"),
        ({"reference": ""}, "reference"),
        ({"reason": "Too short"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": " " * 30}, "reason"),
        ({"reason": "A reason with a \x00 in it, long enough"}, "reason"),
    ],
)
def test_a_reference_and_a_reason_are_asked_for(first: Actor, words: dict[str, str], named: str) -> None:
    entered = {"reference": "SR-2026-1A2B3C4D", "reason": REASON, **words}
    answer = Shown(browser(first).post("/break-glass/ask/", entered), 422)
    assert {"reference": "Enter the reference of a report", "reason": "Say why in 20 to 500"}[named] in answer
    assert Opening.objects.count() == 0


def test_the_second_person_or_the_first_may_say_no(first: Actor, second: Actor, report: UUID) -> None:
    for who in (first, second):
        opening = asked(first, report)
        with acting(who):
            refuse_opening(actor=who, opening_id=opening.id, now=datetime.now(UTC))
        with acting(second), pytest.raises(Conflict):
            approve_opening(actor=second, opening_id=opening.id, now=datetime.now(UTC))
    relay()
    nothing_is_open(report)


def test_the_same_is_not_asked_for_twice_at_once(first: Actor, report: UUID) -> None:
    asked(first, report)
    with pytest.raises(Conflict):
        asked(first, report)
    assert Opening.objects.count() == 1


@pytest.mark.parametrize("path", ["ask/", "{opening}/approve/"])
def test_asking_and_approving_ask_again_who_it_is(first: Actor, second: Actor, report: UUID, path: str) -> None:
    opening = asked(first, report)
    client = Client()
    client.force_login(User.objects.get(id=second.user_id))  # signed in, and no proof of the last five minutes
    words = {"reference": "SR-2026-1A2B3C4D", "reason": REASON}
    client.post("/break-glass/" + path.format(opening=opening.id), words)
    assert Opening.objects.get().state == OpeningState.ASKED
