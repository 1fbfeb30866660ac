"""The worker's channel to its broker, so that neither a broker that goes away while a task runs nor a word in it that is no
message takes the worker with it.

Kombu 5.7 ends in an AttributeError there, and Celery calls it unrecoverable: giving back or acknowledging a message looks
for a transport that is gone by then. Our tasks have no arguments and what they ask for stands in rows, so a message that
can't be acknowledged may come again (after the visibility timeout) or never: nothing is lost with it. What is no message of
Celery's at all (kombu would end the worker) was put there by somebody else: it is dropped, and the log says that there was one.

A message that could not be acknowledged must not count as being worked on either: with as many of them as the worker may hold
it would look at its connection no more, and wait for a broker that has long been back.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

from kombu.transport import redis, virtual

log = logging.getLogger(__name__)
NO_MESSAGE = (ValueError, KeyError, TypeError, AttributeError)  # of parsing; what a connection raises is none of these


class Channel(redis.Channel):
    """A channel that says nothing of its messages once it is closed."""

    do_restore = False

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]  # kombu's stubs leave it out
        except NO_MESSAGE as error:
            if self._lost():
                raise
            log.error("what is no message was in the broker, and is dropped", extra={"why": type(error).__name__})  # noqa: TRY400
            raise Empty from None

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        if not self._lost():
            with self._given_back(delivery_tag):
                super().basic_ack(delivery_tag, multiple=multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not self._lost():
            with self._given_back(delivery_tag):
                super().basic_reject(delivery_tag, requeue=requeue)

    @contextmanager
    def _given_back(self, delivery_tag: str) -> Iterator[None]:
        """Where the broker does not take it, the worker holds it no more either."""
        try:
            yield
        except Exception:
            virtual.QoS.ack(self.qos, delivery_tag)
            raise

    def _lost(self) -> bool:
        return bool(self.closed or self.connection is None or self.connection.client is None)


def install() -> None:
    """Have every connection of this process use it."""
    redis.Transport.Channel = Channel
