"""What somebody who reaches the broker, and nothing else, can do to a worker: nothing but make it look."""

from functools import partial

import pytest
import redis
from celery import Celery

from tests.drills.rig import POOLS, Rig, wait_for

pytestmark = pytest.mark.drill
NO_MESSAGES = [
    b"garbage",
    b"[]",
    b"7",
    b"null",
    b"{}",
    b'{"properties": 1}',
    b'{"properties": {}, "body": "x"}',
    b"\xff\xfe",
]


def test_a_worker_tells_it_nothing_and_is_not_ended_by_it(rig: Rig) -> None:
    worker = rig.worker()
    rig.submit()
    wait_for(rig, partial(rig.settled, 1), "a first message: the worker listens")
    with Celery(broker=rig.environ["REDIS_URL"].replace("unix://", "redis+socket://"), set_as_current=False) as other:
        asked = other.control.inspect(timeout=2.0)
        assert (asked.ping(), asked.conf(), asked.report()) == (None, None, None)
        other.control.broadcast("shutdown")
    rig.submit()
    wait_for(rig, partial(rig.settled, 2), "another message")
    assert worker.running, rig.logs()


def test_what_is_no_message_is_dropped_and_the_rest_is_carried_by_the_same_worker(rig: Rig) -> None:
    worker = rig.worker()
    rig.submit()
    wait_for(rig, partial(rig.settled, 1), "a first message: the worker listens")
    with redis.Redis.from_url(rig.environ["REDIS_URL"]) as line:
        for word in NO_MESSAGES:
            line.lpush("counterpart", word)
        wait_for(rig, lambda: line.llen("counterpart") == 0, "all of them taken")
    rig.submit(2)
    wait_for(rig, partial(rig.settled, 3), "what came behind them")
    assert worker.running, rig.logs()
    log = worker.log.read_text()
    assert log.count("what is no message was in the broker") == len(NO_MESSAGES)
    assert "garbage" not in log


@pytest.mark.parametrize("pool", POOLS)
def test_a_worker_whose_hands_are_full_when_its_broker_goes_hears_it_when_it_is_back(rig: Rig, pool: str) -> None:
    """What it did is not acknowledged, and it has no connection but the one on which it would wait for more."""
    people = 160  # a task of a hundred messages and one of sixty
    rig.crowd(people)
    rig.sink.delay = 0.02
    rig.beat()
    worker = rig.worker(pool)
    rig.submit()
    wait_for(rig, lambda: len({taken.connection for taken in rig.sink.taken}) == 2, "two tasks that send")
    rig.valkey.kill()
    held = "SELECT count(*) FROM notifications_dispatch WHERE leased_until IS NOT NULL"
    wait_for(rig, lambda: rig.one(held) == 0, "both of them done")
    wait_for(rig, lambda: "Couldn't ack" in worker.log.read_text(), "and without a broker")
    rig.valkey.start()
    rig.sink.delay = 0.0
    rig.submit()
    wait_for(rig, partial(rig.settled, 2 * people), "the next report's messages")
    assert worker.running, rig.logs()
