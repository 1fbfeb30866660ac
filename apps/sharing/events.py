"""What has happened to labels and to openings by break-glass."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.outbox.events import DomainEvent


@dataclass(frozen=True, slots=True)
class OpeningApproved(DomainEvent):
    """A second platform administrator has approved an opening by break-glass."""

    name: ClassVar[str] = "sharing.opening_approved"
    opening_id: UUID


@dataclass(frozen=True, slots=True)
class OpeningEnded(DomainEvent):
    """An opening was ended before its time was over."""

    name: ClassVar[str] = "sharing.opening_ended"
    opening_id: UUID


@dataclass(frozen=True, slots=True)
class LabelsStale(DomainEvent):
    """What is known of an agency (its token) has changed; labels behind ``after`` have yet to be judged again."""

    name: ClassVar[str] = "sharing.labels_stale"
    agency: int
    after: UUID


@dataclass(frozen=True, slots=True)
class AccessEnded(DomainEvent):
    """Some who were let in to a shared thing no longer are; ``change`` is this one change's id."""

    name: ClassVar[str] = "sharing.access_ended"
    label_id: UUID
    change: UUID
