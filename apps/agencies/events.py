"""What has happened to accounts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.outbox.events import DomainEvent


@dataclass(frozen=True, slots=True)
class AccountOpened(DomainEvent):
    """An account was opened by an administrator; its person has yet to choose a password."""

    name: ClassVar[str] = "agencies.account_opened"
    user_id: UUID


@dataclass(frozen=True, slots=True)
class PasswordLinkWanted(DomainEvent):
    """Somebody asked for a link to choose a password. The id may be of no account: the question must not tell."""

    name: ClassVar[str] = "agencies.password_link_wanted"
    user_id: UUID
