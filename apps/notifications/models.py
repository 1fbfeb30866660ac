"""Notices, what is sent of them, and how each attempt ended."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.agencies.models import User
from apps.core.ids import new_id
from apps.notifications.policy import AlarmCode, Beat
from apps.notifications.states import ChannelKind, DispatchState, NoticeKind, Outcome


class Notification(models.Model):
    """One notice for one account: a kind and ids, never content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=32, choices=NoticeKind)
    cause = models.UUIDField(
        help_text="What caused it (a referral, an answer, a report): none is told of one cause twice."
    )
    object_id = models.UUIDField(help_text="What its link opens.")
    label_id = models.UUIDField(null=True, help_text="The label that its reader must still be able to see.")
    reference = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "cause"], name="notifications_notification_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="notifications_of_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notifications_unread"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Channel(models.Model):
    """An account's way to be reached that was refused: nothing is sent there until it is opened, by a person or by time."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=8, choices=ChannelKind)
    closed_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=16, blank=True, help_text="What the mail server said, as a code.")
    owed_since = models.DateTimeField(
        null=True, editable=False, help_text="What was not sent since then is sent once it is open."
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="notifications_channel_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"


class Dispatch(models.Model):
    """One notification for one channel: claimed under a lease, sent outside any transaction, then settled."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="dispatches")
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        help_text="The recipient, for administrators.",
    )
    channel = models.CharField(max_length=8, choices=ChannelKind, default=ChannelKind.EMAIL)
    state = models.CharField(max_length=12, choices=DispatchState, default=DispatchState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="Not before this time, by the database's clock.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="In a worker's hands until then.")
    held_up = models.BooleanField(
        db_default=False, help_text="The mail server was away at the last attempt: tried again as soon as it is back."
    )
    gathered_until = models.DateTimeField(
        null=True, editable=False, help_text="Follows something on the same report: what comes till then, in one mail."
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "dispatches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "channel"], name="notifications_dispatch_once"),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False) | (~Q(state="SENT") & Q(sent_at__isnull=True)),
                name="notifications_dispatch_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="PENDING") | Q(leased_until__isnull=True),
                name="notifications_dispatch_lease_is_pending",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state="PENDING"), name="notifications_dispatch_pending"),
            models.Index(fields=["created_at"], condition=Q(state="DEAD"), name="notifications_dispatch_dead"),
            models.Index(fields=["user", "next_at"], name="notifications_dispatch_of_user"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """One try to send a dispatch and how it ended: a status code, never a server's words."""

    id = models.BigAutoField(primary_key=True)
    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["at"]

    def __str__(self) -> str:
        return str(self.id)


class Alarm(models.Model):
    """Something that is wrong with the service: counts, codes and ids, never content. Opened and ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, choices=[(code.value, code.value) for code in AlarmCode])
    facts = models.JSONField(default=dict)
    since = models.DateTimeField()
    last_at = models.DateTimeField(help_text="When it was last found to be so.")
    times = models.PositiveIntegerField(default=1, help_text="How often it was found to be so while it was open.")
    told_at = models.DateTimeField(null=True, help_text="When administrators were last told.")
    times_told = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(
        null=True, help_text="The administrator who has seen to it; None: it ended by itself."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(ended_at__isnull=True), name="notifications_alarm_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_by_id__isnull=True) | Q(ended_at__isnull=False), name="notifications_alarm_ended_by"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-since"], name="notifications_alarm_since")]

    def __str__(self) -> str:
        return f"alarm {self.code}"


class Pulse(models.Model):
    """When something that must happen again and again last happened."""

    name = models.CharField(primary_key=True, max_length=16, choices=[(name.value, name.value) for name in Beat])
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
