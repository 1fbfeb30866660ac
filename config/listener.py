"""Listens for beat from within a worker, which lives when beat does not: who starts the regular work can't report itself.

Where no worker lives either, nothing here can say so: watch ``counterpart_watch_age_seconds`` of ``/metrics`` from outside.
"""

import logging
import threading
import time
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from django.db import connection

log = logging.getLogger(__name__)
LISTEN = "apps.notifications.tasks.listen_for_beat"
LOOK = 60.0  # seconds between two looks


def install(app: Celery) -> None:
    """Listen in each worker of the application."""

    def start(**_: Any) -> None:
        threading.Thread(target=_keep_listening, args=(app,), name="listener", daemon=True).start()

    worker_ready.connect(start, weak=False)


def _keep_listening(app: Celery) -> None:
    while True:
        time.sleep(LOOK)
        look(app)


def look(app: Celery) -> None:
    """One look; a database that does not answer is no reason to stop listening."""
    try:
        if not app.tasks[LISTEN]():
            log.error("beat is silent")
    except Exception:  # the thread must live
        log.exception("nobody knows whether beat is silent")
    finally:
        connection.close()
