"""Searching: a verb of its own, because not every role that reads also searches, and every search leaves a line behind."""

from datetime import datetime
from uuid import UUID

from apps.agencies.policy import Actor
from apps.audit.actions import note
from apps.reports.actions.allowed import allow
from apps.reports.policy import Filters
from apps.reports.queries import Page, page_of
from apps.sharing.policy import Verb


def search_reports(*, actor: Actor, filters: Filters, before: UUID | None, limit: int, now: datetime) -> Page:
    """A page of what the actor may see and asks for. The trail holds that they searched by what, and not for what."""
    allow(actor, Verb.SEARCH)
    page = page_of(actor=actor, filters=filters, before=before, limit=limit)
    facts = {"count": len(page.rows), "filters": filters.names}
    note(actor=actor, verb="search_reports", kind="report", object_id=None, facts=facts, now=now)
    return page
