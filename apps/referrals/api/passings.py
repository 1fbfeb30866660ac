"""Passing on: a recipient asks that one more agency of its country reads a report; the worker answers."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agencies.edge.base import View
from apps.agencies.edge.described import KEY, answers
from apps.core.clock import now
from apps.core.errors import Conflict
from apps.referrals import actions
from apps.referrals.api.referrals import entered
from apps.referrals.queries import passing_shown, passing_to, passings_for
from apps.referrals.states import PassingState
from apps.reports.queries import report_for, tombstone

TAGS = ["passing on"]
Out = serializers.Serializer[Any]


class PassingAsked(Out):
    """To whom, and why that agency needs to know."""

    agency = serializers.CharField(help_text="Code of a law-enforcement agency of your own country.")
    reason = serializers.CharField(max_length=actions.LONGEST_PASSING_REASON)


class Passing(PassingAsked):
    """What was asked, and the answer. A refusal says the same whatever its cause."""

    id = serializers.UUIDField()
    report = serializers.UUIDField()
    asked_by = serializers.CharField()
    state = serializers.ChoiceField(PassingState.values)
    sentence = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)


class PassingList(Out):
    """All that was asked, oldest first; there are no more than a country has agencies, so there are no pages."""

    results = Passing(many=True)


class Passings(View):
    """``reports/{id}/passings/``"""

    def recheck(self) -> None:
        if tombstone(self.actor, report_for(actor=self.actor, report_id=self.kwargs["id"])):
            raise Conflict

    @extend_schema(
        operation_id="list_passings",
        summary="What your agency asked to pass on; of your own report, what anybody did",
        tags=TAGS,
        responses=answers(200, PassingList),
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it so
        report = report_for(actor=self.actor, report_id=id)
        rows = passings_for(actor=self.actor, report_id=id)
        self.seen("passing", object_id=id, owner_id=report.label.originator_id, count=len(rows))
        return Response({"results": [passing_shown(row) for row in rows]})

    @extend_schema(
        operation_id="ask_to_pass_on",
        summary="Ask to pass it on to one more law-enforcement agency of your country",
        tags=TAGS,
        request=PassingAsked,
        parameters=[KEY],
        responses=answers(201, Passing, 400, 403, 409, 415, 422),
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        words = entered(self.entered, "agency", "reason")
        asked = actions.ask_to_pass_on(actor=self.actor, report_id=id, now=now(), **words)
        row = passing_to(actor=self.actor, report_id=id, agency_id=asked.agency_id)
        return Response(passing_shown(row or asked), status=201)


urlpatterns = [path("reports/<uuid:id>/passings/", Passings.as_view(), name="passings")]
