"""A delivery's states."""

from django.db.models import TextChoices


class DeliveryState(TextChoices):
    """PENDING until its handler has committed; DEAD when it failed too often, for an administrator to see and retry."""

    PENDING = "PENDING"
    DONE = "DONE"
    DEAD = "DEAD"


ARROWS = {
    DeliveryState.PENDING: frozenset({DeliveryState.DONE, DeliveryState.DEAD}),
    DeliveryState.DEAD: frozenset({DeliveryState.PENDING}),
}
