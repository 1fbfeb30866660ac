"""The doorbell: tells the worker that rows wait. It may be lost (the sweep follows); the rows cannot.

It has a broker connection of its own, impatient where the worker's is patient: whoever rings is a person who waits. After
a failure it stays silent for a while, so that a broker that is away or frozen costs one request about a second, and the
next ones nothing.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import Celery
from django.db import transaction

from apps.core.ids import new_id

log = logging.getLogger(__name__)
QUIET = 5.0  # seconds the bell stays silent after the broker did not answer
EXPIRES = 60  # seconds after which a ring says nothing that a sweep has not said
IMPATIENCE = 1.0  # seconds that one ring may wait for the broker to connect, and to answer


class Breaker:
    """Remembers that the broker was away, so that the next requests do not each wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failing = False
        self._silent_until = 0.0

    def allows(self) -> bool:
        """Whether to try. While the broker is failing, one caller in each ``QUIET`` seconds tries for all."""
        with self._lock:
            if not self._failing:
                return True
            now = time.monotonic()
            if now < self._silent_until:
                return False
            self._silent_until = now + QUIET
            return True

    def trip(self) -> None:
        """The broker did not answer."""
        with self._lock:
            self._failing, self._silent_until = True, time.monotonic() + QUIET

    def reset(self) -> None:
        """The broker answered."""
        with self._lock:
            self._failing = False


breaker = Breaker()


def _sender() -> Celery:
    """A Celery application that only sends: in web, worker and commands alike, whichever is their own."""
    app = Celery("counterpart-bell", set_as_current=False, fixups=[])
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(
        broker_transport_options={
            **app.conf.broker_transport_options,
            "socket_timeout": IMPATIENCE,
            "socket_connect_timeout": IMPATIENCE,
            "retry_on_timeout": False,
            "max_retries": 0,
        },
        broker_connection_timeout=IMPATIENCE,
    )
    return app


sender = _sender()


_answered: ContextVar[set[str] | None] = ContextVar("_answered", default=None)


@contextmanager
def answered() -> Iterator[set[str]]:
    """What is rung for meanwhile is handed to the caller, who is a worker and does it: nobody else has to be woken up."""
    rung: set[str] = set()
    token = _answered.set(rung)
    try:
        yield rung
    finally:
        _answered.reset(token)


def ring(task: str) -> None:
    """Ask for a task once the transaction commits. The bell may be lost (the sweep follows); the row cannot."""
    transaction.on_commit(lambda: _ring_now(task), robust=True)


def _ring_now(task: str) -> None:
    here = _answered.get()
    if here is not None:
        here.add(task)
    elif breaker.allows():
        _ask_broker(task)


def _ask_broker(task: str) -> None:
    try:
        _send(task)
    except Exception:  # noqa: BLE001 - whatever the broker's client raises, the caller's work is committed already
        breaker.trip()
        log.warning("the broker did not answer; the sweep will follow", extra={"task": task})
    else:
        breaker.reset()


def _send(task: str) -> None:
    """What ``send_task`` does for a task without arguments, in half its time: nothing is routed, signalled or declared."""
    message = sender.amqp.create_task_message(str(new_id()), task, expires=EXPIRES)
    with sender.producer_pool.acquire(block=True, timeout=IMPATIENCE) as producer:
        producer.publish(
            message.body,
            headers=message.headers,
            serializer="json",
            exchange="",
            routing_key=sender.conf.task_default_queue,
            retry=False,
            **message.properties,
        )
