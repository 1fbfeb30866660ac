"""The outbox: what is published is carried to each handler, at least once, with its effects, and never lost in silence."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.agencies.acting import acting
from apps.audit.models import Entry
from apps.outbox import actions, events, queries
from apps.outbox.models import Delivery, Event
from apps.outbox.states import ARROWS, DeliveryState
from tests.cast import NOW, Cast
from tests.outbox.conftest import GREET, UNLOAD, Quay, ShipArrived

pytestmark = pytest.mark.usefixtures("db")


def arrived() -> ShipArrived:
    event = ShipArrived(ship_id=uuid4())
    actions.publish(event, now=NOW)
    return event


def delivery(handler: str) -> Delivery:
    return Delivery.objects.get(event__name=ShipArrived.name, handler=handler)


def bring_forward() -> None:
    Delivery.objects.filter(state=DeliveryState.PENDING).update(next_at=Now())


def unloaded() -> int:
    return Entry.objects.filter(verb="unload").count()


def test_an_event_reaches_each_of_its_handlers_once(quay: Quay) -> None:
    event = arrived()
    assert actions.relay() == 2
    assert sorted(quay.heard, key=lambda pair: pair[0]) == [("greet", event), ("unload", event)]
    assert actions.relay() == 0
    assert set(Delivery.objects.values_list("state", "attempts", "error")) == {(DeliveryState.DONE, 1, "")}


def test_an_event_without_handlers_is_kept_and_asks_for_nothing(subscriptions: None) -> None:
    arrived()
    assert Event.objects.filter(name=ShipArrived.name).count() == 1
    assert actions.relay() == 0


def test_what_is_published_in_a_transaction_that_fails_never_happened(quay: Quay) -> None:
    with transaction.atomic():
        arrived()
        transaction.set_rollback(True)
    assert Event.objects.filter(name=ShipArrived.name).count() == 0
    assert actions.relay() == 0


def test_the_bell_rings_once_the_transaction_has_committed_and_not_before(
    quay: Quay, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("apps.outbox.bell._ring_now", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        arrived()
        assert rung == []
    assert rung == ["apps.outbox.tasks.relay"]


def test_a_clock_that_runs_ahead_does_not_delay_what_it_publishes(quay: Quay) -> None:
    actions.publish(ShipArrived(ship_id=uuid4()), now=NOW + timedelta(days=400))
    assert actions.relay() == 2


def test_a_failing_handlers_effects_are_undone_and_the_other_handler_goes_on(quay: Quay) -> None:
    quay.failures = 1
    arrived()
    assert actions.relay() == 2
    assert [name for name, _ in quay.heard] == ["greet"]
    assert unloaded() == 0
    failed = delivery(UNLOAD)
    assert (failed.state, failed.attempts, failed.error) == (DeliveryState.PENDING, 1, "ConnectionError")
    assert delivery(GREET).state == DeliveryState.DONE


def test_a_failed_delivery_waits_and_then_succeeds_once(quay: Quay) -> None:
    quay.failures = 2
    arrived()
    actions.relay()
    assert actions.relay() == 0, "it must wait"
    for _ in range(2):
        bring_forward()
        assert actions.relay() == 1
    done = delivery(UNLOAD)
    assert (done.state, done.attempts, done.error) == (DeliveryState.DONE, 3, "")
    assert unloaded() == 1


def test_what_always_fails_is_given_up_counted_and_can_be_retried(quay: Quay) -> None:
    quay.failures = actions.MOST_ATTEMPTS
    arrived()
    for _ in range(actions.MOST_ATTEMPTS + 5):
        actions.relay()
        bring_forward()
    dead = delivery(UNLOAD)
    assert (dead.state, dead.attempts) == (DeliveryState.DEAD, actions.MOST_ATTEMPTS)
    assert queries.health(now=NOW).counts == {"PENDING": 0, "DONE": 1, "DEAD": 1}
    assert actions.retry(ids=[str(dead.id), str(delivery(GREET).id)], now=NOW) == 1
    assert actions.relay() == 1
    assert delivery(UNLOAD).state == DeliveryState.DONE
    assert unloaded() == 1


def test_a_failures_message_is_stored_nowhere(quay: Quay, caplog: pytest.LogCaptureFixture) -> None:
    quay.failures = 1
    arrived()
    actions.relay()
    assert delivery(UNLOAD).error == "ConnectionError"
    assert "ivory" not in " ".join(record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("attempts", [0, 3])
def test_a_handler_that_this_build_does_not_know_waits_for_one_that_does(quay: Quay, attempts: int) -> None:
    arrived()
    Delivery.objects.filter(handler=UNLOAD).update(handler="apps.of_another_build.subscribers.act", attempts=attempts)
    actions.relay()
    waiting = delivery("apps.of_another_build.subscribers.act")
    assert (waiting.state, waiting.attempts, waiting.error) == (DeliveryState.PENDING, attempts + 1, "KeyError")
    assert [name for name, _ in quay.heard] == ["greet"]


def test_a_handler_that_no_build_knows_is_given_up(quay: Quay) -> None:
    arrived()
    Delivery.objects.filter(handler=UNLOAD).update(handler="apps.gone.act", attempts=actions.MOST_ATTEMPTS - 1)
    actions.relay()
    assert delivery("apps.gone.act").state == DeliveryState.DEAD


def test_an_event_that_this_build_does_not_know_or_reads_otherwise_waits(quay: Quay) -> None:
    arrived()
    Event.objects.filter(name=ShipArrived.name).update(payload={"ship_id": str(uuid4()), "berth": 3})
    actions.relay()
    assert set(Delivery.objects.values_list("state", "error")) == {(DeliveryState.PENDING, "TypeError")}
    Event.objects.update(name="tests.of_another_build")
    bring_forward()
    actions.relay()
    assert set(Delivery.objects.values_list("state", "error")) == {(DeliveryState.PENDING, "KeyError")}


def test_a_handler_that_kills_its_process_is_given_up_too(quay: Quay) -> None:
    arrived()
    Delivery.objects.filter(handler=GREET).delete()
    for _ in range(actions.MOST_ATTEMPTS):
        assert actions._claim() is not None, "the process dies here, each time"
        bring_forward()
    assert actions.relay() == 1
    lost = delivery(UNLOAD)
    assert (lost.state, lost.error) == (DeliveryState.DEAD, actions.LOST)
    assert quay.heard == []


def test_a_delivery_that_another_relay_has_claimed_since_is_left_to_it(quay: Quay) -> None:
    arrived()
    Delivery.objects.filter(handler=GREET).delete()
    claimed = actions._claim()
    assert claimed is not None
    Delivery.objects.update(attempts=F("attempts") + 1)
    actions._carry(claimed, 0.0)
    assert quay.heard == []
    assert delivery(UNLOAD).state == DeliveryState.PENDING


def test_a_handler_that_talks_to_another_machine_runs_outside_any_transaction(subscriptions: None) -> None:
    depth: dict[str, int] = {}

    def inside(event: ShipArrived) -> None:
        depth["inside"] = len(connection.savepoint_ids)

    def outside(event: ShipArrived) -> None:
        depth["outside"] = len(connection.savepoint_ids)

    events.subscribe(ShipArrived, inside)
    events.subscribe(ShipArrived, outside, outside=True)
    arrived()
    at_rest = len(connection.savepoint_ids)
    assert actions.relay() == 2
    assert depth == {"outside": at_rest, "inside": at_rest + 2}
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DONE}


def test_an_outside_handler_that_fails_waits_and_is_tried_again(subscriptions: None) -> None:
    quay = Quay(failures=1)
    events.subscribe(ShipArrived, quay.unload, outside=True)
    arrived()
    actions.relay()
    assert (delivery(UNLOAD).state, delivery(UNLOAD).error) == (DeliveryState.PENDING, "ConnectionError")
    assert actions.relay() == 0
    bring_forward()
    assert actions.relay() == 1
    assert [name for name, _ in quay.heard] == ["unload"]


@pytest.mark.parametrize(("attempts", "longest"), [(1, 2), (4, 16), (11, 2048), (12, 3600), (20, 3600), (4000, 3600)])
def test_a_wait_doubles_is_spread_over_its_whole_range_and_ends_somewhere(attempts: int, longest: int) -> None:
    assert actions.backoff(attempts, 1.0) == timedelta(seconds=longest)
    assert actions.backoff(attempts, 0.5) == timedelta(seconds=longest / 2)
    assert actions.backoff(attempts, 0.0) == timedelta(0)


def test_health_tells_the_age_of_the_oldest_that_waits(quay: Quay) -> None:
    assert queries.health(now=NOW).oldest_pending is None
    arrived()
    health = queries.health(now=NOW + timedelta(minutes=7))
    assert health.oldest_pending == timedelta(minutes=7)
    assert health.counts == {"PENDING": 2, "DONE": 0, "DEAD": 0}


def test_what_was_carried_long_ago_is_forgotten_and_what_was_not_is_kept(quay: Quay) -> None:
    arrived()
    actions.relay()
    quay.failures = 1
    arrived()
    actions.relay()
    assert actions.forget(now=NOW + actions.KEPT) == 0
    assert actions.forget(now=NOW + actions.KEPT + timedelta(seconds=1)) == 1
    assert Delivery.objects.filter(state=DeliveryState.PENDING).count() == 1
    assert Event.objects.filter(name=ShipArrived.name).count() == 1


def test_every_state_is_left_along_a_drawn_arrow_only() -> None:
    assert {state: sorted(targets) for state, targets in ARROWS.items()} == {
        "PENDING": ["DEAD", "DONE"],
        "DEAD": ["PENDING"],
    }


def test_publishing_takes_one_statement_however_many_handlers(quay: Quay, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        arrived()
    assert Delivery.objects.count() == 2


def test_a_person_publishes_and_reads_nothing_of_it(quay: Quay, cast: Cast) -> None:
    officer = cast.officer("SG-CUSTOMS")
    with acting(officer):
        arrived()
        assert (Event.objects.count(), Delivery.objects.count()) == (0, 0)
    assert actions.relay() == 2
