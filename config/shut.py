"""What is sealed and did not open, told to administrators once the request or task that met it is over.

The vault stands below those who tell, and where it finds such a thing the transaction is about to be undone. So it notes it
in the trace (apps/core/trace.py), and here, after all of it, an alarm is opened in a transaction of its own.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task
from django.db import Error

from apps.agencies.acting import anonymous
from apps.core import trace
from apps.core.clock import now
from apps.core.trace import Trace
from apps.notifications.actions import alarm
from apps.notifications.policy import AlarmCode, Facts
from config.spans import note

log = logging.getLogger(__name__)


def tell(found: Trace) -> None:
    """Open the alarm where something did not open: how much, and the field and reason of the first. It never raises."""
    if not found.shut:
        return
    field, why = found.shut[0]
    try:
        with anonymous():
            facts: Facts = {"values": len(found.shut), "field": field[:64], "why": why[:64]}
            alarm(code=AlarmCode.UNREADABLE, facts=facts, now=now())
    except Error:
        log.exception("a sealed value does not open, and nobody could be told")


@contextmanager
def traced() -> Iterator[Trace]:
    """A trace, and what it has found is told when the block has ended, however it did."""
    with trace.traced() as found:
        try:
            yield found
        finally:
            tell(found)


class Traced(Task):  # type: ignore[type-arg]  # generic for its types only
    """A task with a trace of its own: its lines in the log have a number in common, and what did not open is told."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        began, failed = now(), dict[str, str]()
        with traced() as found:
            try:
                return super().__call__(*args, **kwargs)
            except BaseException as error:
                failed["error.type"] = type(error).__name__
                raise
            finally:
                note(found, name=str(self.name), began=began, ended=now(), facts=failed)
