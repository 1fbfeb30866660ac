"""To which retention class a report's sealed text belongs, and since when."""

from datetime import datetime

from apps.vault.policy import Retention


def class_of(
    *, state: str, updated_at: datetime, submitted_at: datetime | None, withdrawn_at: datetime | None
) -> tuple[Retention, datetime]:
    """The class, and the moment from which its time counts."""
    if state == "WITHDRAWN" and withdrawn_at is not None:
        return Retention.WITHDRAWN, withdrawn_at
    if submitted_at is not None:
        return Retention.SHARED, submitted_at
    return Retention.DRAFT, updated_at
