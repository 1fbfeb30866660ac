"""Who has opened a report of one's own agency."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agencies.edge.base import View
from apps.agencies.edge.described import PAGING, answers
from apps.agencies.edge.paging import next_page, page_size, parameters
from apps.agencies.policy import Role
from apps.core.cursors import moment_of, of_moment
from apps.referrals.opened import VERBS, Opened, opened


class Opening(serializers.Serializer[Any]):
    """One access. `agency` is null for the platform's own people (break-glass), `person` for people of other agencies.

    `approved_by` is the second administrator of a `break_glass`, the opening itself; `person` asked for it.
    """

    at = serializers.DateTimeField()
    verb = serializers.ChoiceField(VERBS)
    kind = serializers.CharField(help_text="What was opened: report, audience, referral, passing.")
    agency = serializers.CharField(allow_null=True)
    person = serializers.CharField(allow_null=True)
    approved_by = serializers.CharField(allow_null=True)
    roles = serializers.ListField(child=serializers.ChoiceField([role.value for role in Role]))


class TrailPage(serializers.Serializer[Any]):
    """A page of accesses, newest first."""

    results = Opening(many=True)
    next = serializers.URLField(allow_null=True)


class Trail(View):
    """``reports/{id}/trail/``"""

    @extend_schema(
        operation_id="report_trail",
        summary="Who has opened a report of your agency",
        tags=["reports"],
        parameters=PAGING,
        responses=answers(200, TrailPage, 400),
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it so
        query = parameters(request, ["cursor", "limit"])
        limit = page_size(query.get("limit"))
        before = moment_of(query["cursor"]) if query.get("cursor") else None
        report, rows = opened(actor=self.actor, report_id=id, before=before, limit=limit + 1)
        count, owner = len(rows[:limit]), report.label.originator_id
        self.seen("trail", object_id=id, owner_id=owner, count=count, verb="read_trail")
        cursor = of_moment(*rows[limit - 1].mark) if len(rows) > limit else None
        return Response({"results": [_shown(row) for row in rows[:limit]], "next": next_page(request, cursor)})


def _shown(row: Opened) -> dict[str, Any]:
    return {
        "at": row.at,
        "verb": row.verb,
        "kind": row.kind,
        "agency": row.agency or None,
        "person": row.person or None,
        "approved_by": row.approved_by or None,
        "roles": list(row.roles),
    }


urlpatterns = [path("reports/<uuid:id>/trail/", Trail.as_view(), name="trail")]
