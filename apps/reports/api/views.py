"""Reports: filed, listed, searched, read, submitted, withdrawn, copied."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agencies.edge.base import View
from apps.agencies.edge.paging import next_page, page_size, parameters
from apps.agencies.policy import Asking
from apps.core.clock import now
from apps.core.cursors import of_position, position_of
from apps.core.errors import Conflict, Invalid
from apps.core.words import N_, NOT_AN_OBJECT
from apps.reports import actions
from apps.reports.api import operations
from apps.reports.models import Report as Stored
from apps.reports.policy import Filters, read_filters
from apps.reports.policy.filters import NAMES
from apps.reports.queries import Page, moved, page_of, report_for, shown, tombstone

PAGING = ("cursor", "limit")


class OfReport(View):
    """What is asked of one report: an answer that was kept for a key is shown again only while its report is."""

    conditional = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.condition = request.headers.get("If-Match", "") if request.method != "GET" else ""

    def unchanged(self, report_id: UUID) -> None:
        """Refuse where a condition came along that does not hold."""
        if self.condition:
            actions.require_unchanged(actor=self.actor, report_id=report_id, condition=self.condition)

    def handle_exception(self, exc: Exception) -> Response:
        """Whoever was overtaken hears what it is now."""
        response = super().handle_exception(exc)
        if isinstance(exc, actions.Overtaken):
            response["ETag"] = exc.tag
        return response

    def tagged(self, report: Stored, answer: Response) -> Response:
        """The answer with the report's ETag; a tombstone has none."""
        if not tombstone(self.actor, report):
            answer["ETag"] = actions.tag_of(report)
        return answer

    def recheck(self) -> None:
        if tombstone(self.actor, report_for(actor=self.actor, report_id=self.kwargs["id"])):
            raise Conflict

    def read(self, report_id: UUID) -> Response:
        """The report, to somebody who only reads it."""
        report = report_for(actor=self.actor, report_id=report_id)
        self.seen("report", object_id=report.id, owner_id=report.label.originator_id)
        return self.tagged(report, Response(shown(actor=self.actor, report=report)))

    def shown(self, report_id: UUID, status: int = 200) -> Response:
        """The report as it is now."""
        report = report_for(actor=self.actor, report_id=report_id)
        return self.tagged(report, Response(shown(actor=self.actor, report=report), status=status))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list, understood."""

    filters: Filters
    before: UUID | None
    limit: int


def understood(entered: object, cursor: str | None) -> Asked:
    """The filters and the page in a query or a body; Invalid with what can't be meant."""
    if not isinstance(entered, Mapping):
        raise Invalid(errors={"": [NOT_AN_OBJECT]})
    filters, errors = read_filters({name: value for name, value in entered.items() if name not in PAGING})
    if filters is None:
        raise Invalid(errors=errors)
    return Asked(filters, position_of(cursor) if cursor else None, page_size(entered.get("limit")))


def answer(request: Request, page: Page) -> Response:
    """A page and the address of the next one."""
    cursor = of_position(page.before) if page.before else None
    return Response({"results": page.rows, "next": next_page(request, cursor)})


class Reports(OfReport):
    """``reports/``"""

    conditional = False  # there is nothing yet that could have changed

    def asking(self, request: Request) -> frozenset[Asking]:
        """A list that is asked for words is a search."""
        return frozenset({Asking.SEARCH}) if request.query_params.get("q") else frozenset()

    def recheck(self) -> None:
        """A draft's first answer holds what its own account sent, and nothing else."""

    @extend_schema(**operations.LIST)
    def get(self, request: Request) -> Response:
        query = parameters(request, [*NAMES, *PAGING])
        asked = understood(query, query.get("cursor"))
        page = page_of(actor=self.actor, filters=asked.filters, before=asked.before, limit=asked.limit)
        self.seen("report", count=len(page.rows), verb="list", filters=asked.filters.names)
        return answer(request, page)

    @extend_schema(**operations.CREATE)
    def post(self, request: Request) -> Response:
        report = actions.draft_report(actor=self.actor, data=self.entered, now=now())
        return self.shown(report.id, status=201)


class Search(View):
    """``reports/search/``: the same list, asked by POST; what is searched for stays out of addresses and their logs."""

    keeps_answers = False

    def asking(self, request: Request) -> frozenset[Asking]:
        return frozenset({Asking.SEARCH})

    @extend_schema(**operations.SEARCH)
    def post(self, request: Request) -> Response:
        asked = understood(self.entered, parameters(request, ["cursor"]).get("cursor"))
        page = actions.search_reports(
            actor=self.actor, filters=asked.filters, before=asked.before, limit=asked.limit, now=now()
        )
        return answer(request, page)


class Preview(View):
    """``reports/preview/``"""

    keeps_answers = False

    def asking(self, request: Request) -> frozenset[Asking]:
        """Of a stored draft, too, which may not be there."""
        return frozenset({Asking.PREVIEW, Asking.MISS})

    @extend_schema(**operations.PREVIEW)
    def post(self, request: Request) -> Response:
        actor, stored = self.actor, _stored(self.entered)
        if stored:
            told = actions.preview_draft(actor=actor, report_id=stored, language=actor.language, now=now())
        else:
            told = actions.preview_content(actor=actor, data=self.entered, language=actor.language, now=now())
        self.seen("audience", object_id=stored, owner_id=actor.agency_id, count=len(told.audience), verb="preview")
        return Response(told.data())


def _stored(entered: Any) -> UUID | None:
    """The id in ``{"report": id}``; None where a body of a report was sent instead."""
    if not isinstance(entered, Mapping) or list(entered) != ["report"]:
        return None
    try:
        return UUID(entered["report"])
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(errors={"report": [N_("Enter the id of a report.")]}) from error


class Report(OfReport):
    """``reports/{id}/``"""

    @extend_schema(**operations.READ)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it so
        return self.read(id)

    @extend_schema(**operations.CHANGE)
    def patch(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.unchanged(id)
        actions.change_draft(actor=self.actor, report_id=id, data=self.entered, now=now())
        return self.shown(id)

    @extend_schema(**operations.DELETE)
    def delete(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.unchanged(id)
        actions.delete_draft(actor=self.actor, report_id=id, now=now())
        return Response(status=204)


class Audience(OfReport):
    """``reports/{id}/audience/``"""

    @extend_schema(**operations.AUDIENCE)
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002
        told = actions.audience_for(actor=self.actor, report_id=id, language=self.actor.language, now=now())
        self.seen("audience", object_id=id, owner_id=told.owner_id, count=len(told.audience))
        return Response(told.data())


class Submit(OfReport):
    """``reports/{id}/submit/``"""

    @extend_schema(**operations.SUBMIT)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.unchanged(id)
        report = actions.submit_report(actor=self.actor, report_id=id, now=now())
        return self.tagged(report, Response(moved(report)))


class Withdraw(OfReport):
    """``reports/{id}/withdraw/``"""

    @extend_schema(**operations.WITHDRAW)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.unchanged(id)
        report = actions.withdraw_report(actor=self.actor, report_id=id, now=now())
        return self.tagged(report, Response(moved(report)))


class Copy(OfReport):
    """``reports/{id}/copy/``"""

    @extend_schema(**operations.COPY)
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        self.unchanged(id)
        return self.shown(actions.copy_report(actor=self.actor, report_id=id, now=now()).id, status=201)
