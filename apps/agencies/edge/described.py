"""The words of the schema that every door uses. Serializers describe here; what is read and written is judged elsewhere."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from apps.core.problems import CONTENT_TYPE, TITLES


class Candidate(serializers.Serializer[Any]):
    """What may be meant by a word that means nothing certain: what to send instead, and what it is called."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457). ``code`` is stable; ``errors`` names fields by their path (``items.0.taxon``).

    ``candidates`` holds, by the same paths, what may be meant by a word that means nothing certain.
    """

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)  # type: ignore[assignment]  # a field of that name
    candidates = serializers.DictField(child=Candidate(many=True), required=False)


def answers(status: int, body: Any, *refusals: int) -> dict[Any, Any]:
    """What a door answers: one way where it goes well, and the refusals beside those that every door has."""
    problems = {(code, CONTENT_TYPE): _problem(code) for code in sorted({401, 404, 429, *refusals})}
    return {status: body, **problems}


def _problem(status: int) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=TITLES[status])


def parameter(name: str, description: str, **more: Any) -> OpenApiParameter:
    """A parameter of the query string."""
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, **more)


PAGING = [
    parameter("cursor", "Where the page begins: follow `next` as it is given."),
    OpenApiParameter("limit", OpenApiTypes.INT, description="Rows on a page: 50 where nothing is said, 200 at most."),
]
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        "Up to 255 characters. For 24 hours the same account gets the same answer again for the same method, address, "
        "key and body; 409 while the first one runs, 422 for another body."
    ),
)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular's registry has no types
    """An account's API token."""

    target_class = "apps.agencies.edge.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the same
    """The browser's session; what changes something needs its CSRF token too."""

    target_class = "apps.agencies.edge.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
