"""Ends a worker that has gone deaf: tasks wait, the broker answers, and the worker takes none of them.

Consumers that stop consuming after their broker was away are the oldest trouble of Celery on Redis. Kombu 5.7 mends those we
know; this is for the one we don't. A worker that ends is started again by whoever runs it, and nothing is lost with it.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import task_received, worker_ready

log = logging.getLogger(__name__)
PATIENCE = 420.0  # seconds; longer than the longest that all threads may be busy, each with a slow mail server
LOOK = 15.0  # seconds between two looks
GRACE = 30.0  # seconds to end in good order


class Watchdog:
    """Knows since when nothing was taken although something waits. ``waiting`` says how many tasks do."""

    def __init__(self, waiting: Callable[[], int], patience: float = PATIENCE) -> None:
        self._waiting, self._patience = waiting, patience
        self._since = time.monotonic()

    def heard(self, **_: Any) -> None:
        """A task was taken."""
        self._since = time.monotonic()

    def deaf(self) -> bool:
        """Whether something has waited for too long. Nothing waits where the broker does not answer."""
        if not self._count():
            self.heard()
        return time.monotonic() - self._since > self._patience

    def _count(self) -> int:
        try:
            return self._waiting()
        except Exception:  # noqa: BLE001 - whatever the broker's client raises
            return 0


def waiting_for(app: Celery) -> Callable[[], int]:
    """How many tasks wait in the application's queue, asked on a connection of its own."""

    def waiting() -> int:
        with app.connection_for_read() as connection:
            channel: Any = connection.default_channel
            return int(channel.queue_declare(app.conf.task_default_queue, passive=True).message_count)

    return waiting


def install(app: Celery) -> None:
    """Watch over each worker of the application."""
    watchdog = Watchdog(waiting_for(app))

    def watch(**_: Any) -> None:
        watchdog.heard()
        threading.Thread(target=_watch, args=(watchdog,), name="watchdog", daemon=True).start()

    task_received.connect(watchdog.heard, weak=False)
    worker_ready.connect(watch, weak=False)


def _watch(watchdog: Watchdog) -> None:
    while not watchdog.deaf():
        time.sleep(LOOK)
    log.critical("tasks wait and none is taken: this worker ends, to be started again")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)
