"""The HTTP API of referrals: what is asked of one's agency, and its answers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agencies.edge.base import View
from apps.agencies.edge.described import KEY, PAGING, answers, parameter
from apps.agencies.edge.paging import next_page, page_size, parameters
from apps.core.clock import now
from apps.core.cursors import moment_of, of_moment
from apps.core.errors import Conflict, Invalid
from apps.core.words import NOT_AN_OBJECT
from apps.referrals import actions
from apps.referrals.queries import Asked, page_of, referral_for, shown
from apps.referrals.states import ACTION_KIND, ActionKind, ReferralState
from apps.reports.policy.reader import Reader
from apps.reports.queries import tombstone
from apps.sharing.routing import Part

TAGS = ["referrals"]
Out = serializers.Serializer[Any]


class ActionAsked(Out):
    """Something that the agency did, to be recorded."""

    kind = serializers.RegexField(
        ACTION_KIND, max_length=40, help_text=f"{', '.join(ActionKind.values)}, or another code in capitals."
    )
    text = serializers.CharField()


class ReferralAction(ActionAsked):
    """Something that the agency did, and when it was recorded."""

    at = serializers.DateTimeField()


class Referral(Out):
    """What one report asks of one agency, and what that agency answers. The same keys for both."""

    id = serializers.UUIDField()
    report = serializers.UUIDField()
    reference = serializers.CharField()
    agency = serializers.CharField()
    originator = serializers.CharField(allow_null=True)
    parts = serializers.ListField(child=serializers.ChoiceField([part.value for part in Part]))
    ask = serializers.CharField()
    sentence = serializers.CharField(help_text="Why the agency got it.")
    for_information = serializers.BooleanField()
    state = serializers.ChoiceField(ReferralState.values)
    overdue = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    outcome = serializers.CharField()
    actions = ReferralAction(many=True)


class ReferralPage(Out):
    """A page of referrals, newest first."""

    results = Referral(many=True)
    next = serializers.URLField(allow_null=True)


class Reason(Out):
    """Why it is not for the agency."""

    reason = serializers.CharField()


class Outcome(Out):
    """What came of it."""

    outcome = serializers.CharField()


FILTERS = [
    parameter(
        "of", "`mine`: the referrals on your agency's reports, instead of those that your agency got.", enum=["mine"]
    ),
    parameter("state", "How far the answer has come.", enum=ReferralState.values),
    parameter("overdue", "Whether it is open beyond its due time.", enum=["true", "false"]),
]


class OfReferral(View):
    """What is asked of one referral."""

    def recheck(self) -> None:
        referral = referral_for(actor=self.actor, referral_id=self.kwargs["id"])
        if tombstone(self.actor, referral.report):
            raise Conflict

    def shown(self, referral_id: UUID, status: int = 200) -> Response:
        """The referral as it is now."""
        referral = referral_for(actor=self.actor, referral_id=referral_id)
        (data,) = shown(actor=self.actor, referrals=[referral], language=self.actor.language, now=now())
        if self.request.method == "GET":  # a verb's own line says the rest
            self.seen("referral", object_id=referral.id, owner_id=referral.originator_id)
        return Response(data, status=status)


class Referrals(View):
    """``referrals/``"""

    @extend_schema(
        operation_id="list_referrals",
        summary="What is asked of your agency, or of others on your agency's reports",
        tags=TAGS,
        parameters=[*FILTERS, *PAGING],
        responses=answers(200, ReferralPage, 400),
    )
    def get(self, request: Request) -> Response:
        query = parameters(request, ["of", "state", "overdue", "cursor", "limit"])
        limit = page_size(query.get("limit"))
        before = moment_of(query["cursor"]) if query.get("cursor") else None
        rows = page_of(actor=self.actor, wanted=_asked(query), before=before, limit=limit + 1, now=now())
        cursor = of_moment(rows[limit - 1].opened_at, rows[limit - 1].id) if len(rows) > limit else None
        results = shown(actor=self.actor, referrals=rows[:limit], language=self.actor.language, now=now())
        filters = sorted(query.keys() - {"cursor", "limit"})
        self.seen("referral", count=len(results), verb="list", filters=filters)
        return Response({"results": results, "next": next_page(request, cursor)})


def _asked(query: Mapping[str, str]) -> Asked:
    errors: dict[str, list[str]] = {}
    reader = Reader(query, errors)
    overdue = reader.choice("overdue", ["true", "false"], "")
    asked = Asked(
        mine=reader.choice("of", ["mine"], "") == "mine",
        state=reader.choice("state", ReferralState.values, ""),
        overdue=overdue == "true" if overdue else None,
    )
    if errors:
        raise Invalid(errors=errors)
    return asked


class Referred(OfReferral):
    """``referrals/{id}/``"""

    @extend_schema(operation_id="read_referral", summary="A referral", tags=TAGS, responses=answers(200, Referral))
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002 - the address names it so
        return self.shown(id)


def entered(body: object, *names: str) -> dict[str, Any]:
    """The fields of these names; Invalid for others, and for a body that is no object."""
    if not isinstance(body, Mapping):
        raise Invalid(errors={"": [NOT_AN_OBJECT]})
    errors: dict[str, list[str]] = {}
    Reader(body, errors).only(names)
    if errors:
        raise Invalid(errors=errors)
    return {name: body.get(name) for name in names}


def _verb(name: str, summary: str, body: type[Out] | None = None, status: int = 200) -> dict[str, Any]:
    responses = answers(status, Referral, 400, 403, 409, 415, 422)
    return {
        "operation_id": name,
        "summary": summary,
        "tags": TAGS,
        "request": body,
        "parameters": [KEY],
        "responses": responses,
    }


class Acknowledge(OfReferral):
    """``referrals/{id}/acknowledge/``"""

    @extend_schema(**_verb("acknowledge", "Say that it was received and is being looked at"))
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        actions.acknowledge(actor=self.actor, referral_id=id, now=now(), **entered(self.entered))
        return self.shown(id)


class Accept(OfReferral):
    """``referrals/{id}/accept/``"""

    @extend_schema(**_verb("accept", "Take the ask on"))
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        actions.accept(actor=self.actor, referral_id=id, now=now(), **entered(self.entered))
        return self.shown(id)


class Decline(OfReferral):
    """``referrals/{id}/decline/``"""

    @extend_schema(**_verb("decline", "Say that it is not for your agency, and why", Reason))
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        actions.decline(actor=self.actor, referral_id=id, now=now(), **entered(self.entered, "reason"))
        return self.shown(id)


class Reopen(OfReferral):
    """``referrals/{id}/reopen/``"""

    @extend_schema(**_verb("reopen", "Take a mistaken refusal back"))
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        actions.reopen(actor=self.actor, referral_id=id, now=now(), **entered(self.entered))
        return self.shown(id)


class Act(OfReferral):
    """``referrals/{id}/actions/``"""

    @extend_schema(**_verb("record_action", "Note what your agency did", ActionAsked, 201))
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        actions.record_action(actor=self.actor, referral_id=id, now=now(), **entered(self.entered, "kind", "text"))
        return self.shown(id, status=201)


class Close(OfReferral):
    """``referrals/{id}/close/``"""

    @extend_schema(**_verb("close_referral", "End it, with its outcome", Outcome))
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002
        actions.close(actor=self.actor, referral_id=id, now=now(), **entered(self.entered, "outcome"))
        return self.shown(id)


urlpatterns = [
    path("referrals/", Referrals.as_view(), name="referrals"),
    path("referrals/<uuid:id>/", Referred.as_view(), name="referral"),
    path("referrals/<uuid:id>/acknowledge/", Acknowledge.as_view(), name="acknowledge"),
    path("referrals/<uuid:id>/accept/", Accept.as_view(), name="accept"),
    path("referrals/<uuid:id>/decline/", Decline.as_view(), name="decline"),
    path("referrals/<uuid:id>/reopen/", Reopen.as_view(), name="reopen"),
    path("referrals/<uuid:id>/actions/", Act.as_view(), name="actions"),
    path("referrals/<uuid:id>/close/", Close.as_view(), name="close"),
]
