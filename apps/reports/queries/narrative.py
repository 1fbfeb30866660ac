"""The narrative of a report. Under RED it stands in the database sealed; everybody else's page reads it from here too."""

from dataclasses import dataclass
from datetime import datetime

from apps.reports.models import Report
from apps.vault.errors import Destroyed
from apps.vault.queries import unseal

FIELD = "reports_report.narrative"  # authenticated with the sealed bytes


@dataclass(frozen=True, slots=True)
class Narrative:
    """What was written; or nothing, and when it was destroyed at the end of its retention."""

    text: str
    destroyed_at: datetime | None = None


def narrative_of(report: Report) -> Narrative:
    """The narrative of a report that the reader may see; one statement where it is sealed, none where not.

    Raises Unreadable where it does not open.
    """
    if report.narrative_sealed is None:
        return Narrative(report.narrative, report.narrative_destroyed_at)
    sealed, owner = bytes(report.narrative_sealed), report.label.originator_id
    try:
        return Narrative(unseal(owner=owner, field=FIELD, row=report.id, sealed=sealed).decode())
    except Destroyed as destroyed:
        return Narrative("", destroyed.at)
