"""A place in which tests seal."""

from typing import TypedDict
from uuid import UUID


class Place(TypedDict):
    """Whose, which field, which row."""

    owner: UUID | None
    field: str
    row: UUID


OWNER, ROW = UUID(int=1), UUID(int=3)
PLACE: Place = {"owner": OWNER, "field": "reports_report.narrative", "row": ROW}
