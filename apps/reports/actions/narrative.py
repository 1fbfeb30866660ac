"""Where a narrative is written: in clear, or sealed under RED. The database refuses RED in clear (migration 0006)."""

from typing import Any
from uuid import UUID

from apps.reports.models import Report
from apps.reports.queries.narrative import FIELD
from apps.sharing.policy import Tlp
from apps.vault.actions import forget, seal


def narrative_columns(*, owner: UUID, report_id: UUID, tlp: str, text: str) -> dict[str, Any]:
    """The columns of a narrative under that marking; ``owner`` is the originator. Its label must be there already."""
    if not text:
        return {"narrative": "", "narrative_sealed": None}  # that it was destroyed, if it was, still holds
    sealed = seal(owner=owner, field=FIELD, row=report_id, plain=text.encode()) if tlp == Tlp.RED else None
    return {"narrative": "" if sealed else text, "narrative_sealed": sealed, "narrative_destroyed_at": None}


def forget_key(report: Report, columns: dict[str, Any]) -> None:
    """Take the key away of a narrative that was sealed and is no longer; call it once ``columns`` are written."""
    if report.narrative_sealed is not None and columns["narrative_sealed"] is None:
        forget(row=report.id)
