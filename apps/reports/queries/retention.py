"""Sealed texts whose retention is over. For the machine: no person asks this."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from apps.reports.models import Report
from apps.reports.policy.retention import class_of
from apps.vault.policy import Retention, over

FIELDS = ("id", "label__originator_id", "state", "updated_at", "submitted_at", "withdrawn_at")


@dataclass(frozen=True, slots=True)
class Due:
    """A report whose sealed text is past its class."""

    report_id: UUID
    owner_id: UUID
    retention: Retention


def due_for_shredding(*, now: datetime) -> Iterator[Due]:
    """All of them, in the order of their ids; one statement, read as it comes."""
    rows = sealed().order_by("id").values_list(*FIELDS)
    return (due for row in rows.iterator(chunk_size=2000) if (due := judged(row, now)))


def sealed() -> QuerySet[Report]:
    """The reports that hold a sealed text."""
    return Report.objects.filter(narrative_sealed__isnull=False)


def judged(row: tuple[Any, ...], now: datetime) -> Due | None:
    """What is due of a row of FIELDS; None where its time is not over."""
    report_id, owner_id, state, updated_at, submitted_at, withdrawn_at = row
    retention, since = class_of(
        state=state, updated_at=updated_at, submitted_at=submitted_at, withdrawn_at=withdrawn_at
    )
    days = settings.RETENTION_DAYS
    return Due(report_id, owner_id, retention) if over(retention=retention, since=since, days=days, now=now) else None
