"""What happens to reports."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from apps.outbox.events import DomainEvent


@dataclass(frozen=True, slots=True)
class ReportSubmitted(DomainEvent):
    """A report got its reference and its audience."""

    name: ClassVar[str] = "reports.submitted"
    report_id: UUID


@dataclass(frozen=True, slots=True)
class ReportWithdrawn(DomainEvent):
    """A report became a tombstone."""

    name: ClassVar[str] = "reports.withdrawn"
    report_id: UUID
