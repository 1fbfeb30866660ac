"""The worker's watchdog: it tells a deaf worker from an idle one and from one whose broker is away."""

import time
from collections.abc import Iterator

import pytest
from celery import Celery

from apps.outbox import bell
from config.local.valkey import Valkey
from config.watchdog import Watchdog, waiting_for


@pytest.fixture
def sender(broker: Valkey) -> Iterator[Celery]:
    """An application of this test's broker."""
    sender = bell._sender()
    sender.conf.update(broker_url=broker.url.replace("unix://", "redis+socket://"))
    yield sender
    sender.close()


def test_a_worker_is_deaf_when_a_task_has_waited_too_long_and_none_was_taken(broker: Valkey, sender: Celery) -> None:
    watchdog = Watchdog(waiting_for(sender), patience=0.3)
    sender.send_task("apps.outbox.tasks.relay")
    assert not watchdog.deaf()
    time.sleep(0.35)
    assert watchdog.deaf()
    watchdog.heard()
    assert not watchdog.deaf()


def test_a_worker_without_work_is_not_deaf(broker: Valkey, sender: Celery) -> None:
    watchdog = Watchdog(waiting_for(sender), patience=0.05)
    sender.send_task("apps.outbox.tasks.relay")
    broker.flush()
    time.sleep(0.1)
    assert not watchdog.deaf()


def test_a_worker_whose_broker_is_away_is_not_deaf(broker: Valkey, sender: Celery) -> None:
    watchdog = Watchdog(waiting_for(sender), patience=0.05)
    sender.send_task("apps.outbox.tasks.relay")
    broker.kill()
    time.sleep(0.1)
    assert not watchdog.deaf()
