"""What has happened to accounts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.outbox.events import DomainEvent


@dataclass(frozen=True, slots=True)
class Invited(DomainEvent):
    """Somebody was invited to open an account, or is to be sent the link again."""

    name: ClassVar[str] = "agencies.invited"
    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class InvitationProposed(DomainEvent):
    """A platform administrator wants somebody invited; a second one is asked."""

    name: ClassVar[str] = "agencies.invitation_proposed"
    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class BudgetSpent(DomainEvent):
    """An account has asked for more of one kind in an hour than its work explains, ``asked`` times.

    ``whole``: its agency's budget is spent, and everybody of it waits; ``alarm_id`` names this time, so that nobody is told
    of it twice.
    """

    name: ClassVar[str] = "agencies.budget_spent"
    user_id: UUID
    kind: str
    asked: int
    whole: bool
    alarm_id: UUID


@dataclass(frozen=True, slots=True)
class DoorsChanged(DomainEvent):
    """How somebody signs in has changed: another password, or a second factor more or less."""

    name: ClassVar[str] = "agencies.doors_changed"
    user_id: UUID


@dataclass(frozen=True, slots=True)
class AccountChanged(DomainEvent):
    """Somebody else has opened an account again, given it a role or reset how it signs in; ``change_id`` names this time.

    ``by_id`` is whoever did it; of no account where a command did.
    """

    name: ClassVar[str] = "agencies.account_changed"
    user_id: UUID
    by_id: UUID
    change_id: UUID


@dataclass(frozen=True, slots=True)
class StrangersTried(DomainEvent):
    """Somebody's tries to come in as this account are spent, or they have failed at its second step again and again.

    The id may be of no account. ``past_first_step``: they had the right password, or came by the agency's provider.
    """

    name: ClassVar[str] = "agencies.strangers_tried"
    user_id: UUID
    past_first_step: bool


@dataclass(frozen=True, slots=True)
class PasswordLinkWanted(DomainEvent):
    """Somebody asked for a link to choose a password. The id may be of no account: the question must not tell."""

    name: ClassVar[str] = "agencies.password_link_wanted"
    user_id: UUID


@dataclass(frozen=True, slots=True)
class AgencyChanged(DomainEvent):
    """What decides who reads has changed of an agency (its token): its law-enforcement flag, or whether it is active."""

    name: ClassVar[str] = "agencies.agency_changed"
    agency: int
