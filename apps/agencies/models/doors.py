"""What stands at the doors: browsers' sessions, answers kept for a key, budgets, pauses, subjects of providers."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from apps.agencies.models.accounts import User
from apps.agencies.policy import Asking
from apps.core.ids import new_id


class IdempotencyKey(models.Model):
    """The answer that one account's POST got, kept 24 hours, written in the transaction of what it did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    scope = models.BinaryField(max_length=32, help_text="SHA-256 of method, path and key.")
    body = models.BinaryField(max_length=32, help_text="SHA-256 of the request's body.")
    status = models.PositiveSmallIntegerField()
    answer = models.BinaryField(help_text="Sealed by the key of the account's agency (apps.vault).")
    about = models.UUIDField(null=True, help_text="The id that the answer names, if it names one.")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "scope"], name="agencies_idempotency_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="agencies_idempotency_age")]

    def __str__(self) -> str:
        return str(self.id)


class Session(AbstractBaseSession):
    """A browser's session: ``expire_date`` is its end whatever happens, ``seen_at`` when it was last used (to a minute)."""

    account = models.UUIDField(null=True, db_index=True)
    seen_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    def __str__(self) -> str:
        return "session"  # its key opens it


class Budget(models.Model):
    """How often something was tried since its window began; of whose it is only a keyed hash is kept."""

    key = models.BinaryField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=32)
    spent = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.kind


class Pause(models.Model):
    """Until when an account, or everybody of an agency, must wait with asking of one kind: a budget of it is spent."""

    id = models.BigAutoField(primary_key=True)
    subject = models.UUIDField(help_text="The account, or the agency.")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in Asking])
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "kind"], name="agencies_pause_once")]

    def __str__(self) -> str:
        return self.kind


class ProviderSubject(models.Model):
    """Which subject of which OpenID provider an account is: bound at the first sign-in, and no other opens it then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    issuer = models.TextField()
    digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of issuer and subject.")
    bound_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "issuer"], name="agencies_one_subject_an_issuer"),
        ]

    def __str__(self) -> str:
        return str(self.id)
