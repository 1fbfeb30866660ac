"""Pages of a list by the key of the last row shown, never by an offset: what comes in meanwhile moves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from apps.core.cursors import moment_of, of_moment
from apps.web.shown.words import Shown

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Keyset:
    """Where a page begins: below the row of this time and id; from the newest where there is none."""

    field: str
    time: datetime | None = None
    id: UUID | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str], *, field: str) -> "Keyset":
        """The page that ``?after=`` asks for; Invalid for a mark that is none of ours."""
        mark = query.get("after", "")
        return cls(field, *moment_of(mark)) if mark else cls(field)

    @property
    def before(self) -> tuple[datetime, UUID] | None:
        """The row below which the page begins."""
        return (self.time, self.id) if self.time and self.id else None

    def page(self, rows: QuerySet[M], many: int) -> tuple[list[M], str]:
        """At most so many rows of a list that is ordered by ``field`` and id, newest first, and the mark of what follows."""
        if self.time:
            below = Q(**{f"{self.field}__lt": self.time}) | Q(**{self.field: self.time, "id__lt": self.id})
            rows = rows.filter(below)
        return self.cut(list(rows[: many + 1]), many)

    def cut(self, found: list[M], many: int) -> tuple[list[M], str]:
        """So many of the rows found, one more than so many, and the mark of what follows them."""
        last = found[many - 1] if len(found) > many else None
        return found[:many], of_moment(getattr(last, self.field), last.pk) if last else ""

    def links(self, address: str, query: Mapping[str, str], following: str) -> Shown:
        """What the pagination part reads: where older rows are, and the way back."""
        return pages(address, query, following, first=self.time is None)


def pages(address: str, query: Mapping[str, str], following: str, *, first: bool) -> Shown:
    """The links of a page of a list. ``following`` is the mark of the next one, empty on the last."""
    older = f"{address}?{urlencode({**query, 'after': following})}" if following else ""
    newest = address + (f"?{urlencode(query)}" if query else "")
    return {"next_url": older, "first_url": "" if first else newest}
