"""What happens to referrals."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.outbox.events import DomainEvent


@dataclass(frozen=True, slots=True)
class ReferralAnswered(DomainEvent):
    """An agency moved its referral; ``answer_id`` is this one answer's, so that nobody is told of it twice."""

    name: ClassVar[str] = "referrals.answered"
    referral_id: UUID
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class PassingAsked(DomainEvent):
    """A recipient has asked to pass a report on."""

    name: ClassVar[str] = "referrals.passing_asked"
    passing_id: UUID
