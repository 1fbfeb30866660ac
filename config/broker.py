"""The worker's channel to its broker, so that a broker that goes away while a task runs does not take the worker with it.

Kombu 5.7 ends in an AttributeError there, and Celery calls it unrecoverable: giving back or acknowledging a message looks
for a transport that is gone by then. Our tasks have no arguments and what they ask for stands in rows, so a message that
can't be acknowledged may come again (after the visibility timeout) or never: nothing is lost with it.
"""

from kombu.transport import redis


class Channel(redis.Channel):
    """A channel that says nothing of its messages once it is closed."""

    do_restore = False

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        if not self._lost():
            super().basic_ack(delivery_tag, multiple=multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not self._lost():
            super().basic_reject(delivery_tag, requeue=requeue)

    def _lost(self) -> bool:
        return bool(self.closed or self.connection is None or self.connection.client is None)


def install() -> None:
    """Have every connection of this process use it."""
    redis.Transport.Channel = Channel
