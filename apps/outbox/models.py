"""Events that happened, and their deliveries to the handlers that subscribed."""

from typing import ClassVar

from django.db import models

from apps.core.ids import new_id
from apps.outbox.states import DeliveryState


class Event(models.Model):
    """Something that happened: its name and the ids it concerns."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=64)
    payload = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Delivery(models.Model):
    """One event for one handler."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=128)
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=128, blank=True, help_text="Type of the last failure; never its message.")

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "handler"], name="outbox_delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.DONE, done_at__isnull=False)
                | (~models.Q(state=DeliveryState.DONE) & models.Q(done_at__isnull=True)),
                name="outbox_delivery_done_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=models.Q(state=DeliveryState.PENDING), name="outbox_delivery_pending"
            ),
            models.Index(fields=["next_at"], condition=models.Q(state=DeliveryState.DEAD), name="outbox_delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} of {self.event_id}"
