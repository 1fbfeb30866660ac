"""Who one is."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.agencies.edge.base import View
from apps.agencies.edge.described import answers
from apps.agencies.policy import AgencyKind, Role


class Account(serializers.Serializer[Any]):
    """An account; `agency` is the code of its agency, null for platform staff, who read no reports."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.ChoiceField([role.value for role in Role]))
    agency = serializers.CharField(allow_null=True)
    agency_name = serializers.CharField(allow_null=True)
    agency_kind = serializers.ChoiceField([kind.value for kind in AgencyKind], allow_null=True)
    country = serializers.CharField(allow_null=True)
    law_enforcement = serializers.BooleanField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    staff = serializers.BooleanField()


class Me(View):
    """``me/``"""

    @extend_schema(operation_id="me", summary="Your account", tags=["account"], responses=answers(200, Account))
    def get(self, request: Request) -> Response:
        actor = self.actor
        member = actor.agency_id is not None
        return Response(
            {
                "id": actor.user_id,
                "email": actor.email,
                "name": actor.name,
                "roles": sorted(actor.roles),
                "agency": actor.agency_code or None,
                "agency_name": actor.agency_name or None,
                "agency_kind": actor.kind if member else None,
                "country": actor.country or None,
                "law_enforcement": actor.law_enforcement,
                "language": actor.language,
                "time_zone": actor.time_zone,
                "staff": actor.staff,
            }
        )
