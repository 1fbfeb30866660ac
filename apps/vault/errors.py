"""What is said where something sealed can't be opened."""

import logging
from datetime import datetime
from uuid import UUID

from apps.core import trace
from apps.core.errors import Refused
from apps.core.words import N_

log = logging.getLogger(__name__)


class Unreadable(Refused):
    """A sealed value does not open here: moved, changed, or without its key. Says nothing of which; the log has the ids."""

    status = 500
    code = "unreadable"
    sentence = N_("A part of this can't be opened. Nothing was changed. Tell the operators of this service.")


class Destroyed(Unreadable):
    """Its key, of that ``version``, was destroyed at the end of its retention, ``at`` that time: it opens for nobody."""

    status = 410
    code = "destroyed"
    sentence = N_("This text was destroyed at the end of its retention.")

    def __init__(self, at: datetime, version: int) -> None:
        super().__init__()
        self.at, self.version = at, version


def unreadable(*, field: str, row: UUID, why: str) -> Unreadable:
    """To be raised: the log has the ids, and administrators are told that there is one when the request or task is over."""
    log.error("a sealed value does not open", extra={"field": field, "row": str(row), "why": why})
    trace.did_not_open(field, why)
    return Unreadable()
