"""The doorbell: a broker that is away or frozen costs one caller about a second, the next ones nothing, and raises never."""

import time
from collections.abc import Iterator

import pytest
from django.test import override_settings

from apps.outbox import bell
from config.local.valkey import Valkey

RELAY = "apps.outbox.tasks.relay"


@pytest.fixture
def sender(broker: Valkey, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bell of this test's broker, with a breaker of its own."""
    with override_settings(CELERY_BROKER_URL=broker.url.replace("unix://", "redis+socket://")):
        sender = bell._sender()
        monkeypatch.setattr(bell, "sender", sender)
        monkeypatch.setattr(bell, "breaker", bell.Breaker())
        yield
        sender.close()


def seconds_of_a_ring() -> float:
    begun = time.monotonic()
    bell._ring_now(RELAY)
    return time.monotonic() - begun


def waiting(broker: Valkey) -> int:
    return int(broker._say(b"LLEN counterpart\r\n").strip(b":\r\n"))


@pytest.mark.usefixtures("sender")
def test_a_ring_puts_one_task_without_arguments_into_the_queue(broker: Valkey) -> None:
    bell._ring_now(RELAY)
    assert waiting(broker) == 1
    bell._ring_now(RELAY)
    assert waiting(broker) == 2


@pytest.mark.usefixtures("sender")
def test_a_broker_that_is_away_costs_little_once_and_then_nothing(broker: Valkey) -> None:
    bell._ring_now(RELAY)
    broker.kill()
    assert seconds_of_a_ring() < 2
    assert sum(seconds_of_a_ring() for _ in range(100)) < 0.1


@pytest.mark.usefixtures("sender")
def test_a_frozen_broker_costs_about_a_second_once_and_then_nothing(broker: Valkey) -> None:
    bell._ring_now(RELAY)
    broker.freeze()
    assert 0.5 < seconds_of_a_ring() < 2.5
    assert sum(seconds_of_a_ring() for _ in range(100)) < 0.1
    broker.thaw()


@pytest.mark.usefixtures("sender")
def test_a_broker_that_was_frozen_from_the_start_is_no_worse(broker: Valkey) -> None:
    broker.freeze()
    assert 0.5 < seconds_of_a_ring() < 2.5
    broker.thaw()


@pytest.mark.usefixtures("sender")
def test_a_broker_that_comes_back_is_rung_again(broker: Valkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "QUIET", 0.05)
    broker.kill()
    bell._ring_now(RELAY)
    broker.start()
    time.sleep(0.06)
    bell._ring_now(RELAY)
    bell._ring_now(RELAY)
    assert waiting(broker) == 2


def test_while_the_broker_fails_one_caller_tries_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "QUIET", 0.05)
    breaker = bell.Breaker()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]
    breaker.trip()
    assert [breaker.allows() for _ in range(3)] == [False, False, False]
    time.sleep(0.06)
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.reset()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


@pytest.mark.usefixtures("sender")
def test_what_is_rung_for_where_somebody_answers_wakes_nobody_else(broker: Valkey) -> None:
    with bell.answered() as rung:
        bell._ring_now(RELAY)
        bell._ring_now(RELAY)
    assert (rung, waiting(broker)) == ({RELAY}, 0)
    bell._ring_now(RELAY)
    assert (rung, waiting(broker)) == ({RELAY}, 1)
