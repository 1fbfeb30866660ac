"""The base of every API view: who asks, one transaction as that person, JSON in and out, the same POST answered once."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.agencies import idempotency, queries
from apps.agencies.acting import acting
from apps.agencies.models import ApiToken, User
from apps.agencies.policy import Actor
from apps.audit.actions import record
from apps.core.clock import now
from apps.core.errors import NotAllowed, NotFound, Refused


class JsonIn(BaseParser):
    """Reads application/json with orjson: bounded depth, no NaN, valid UTF-8."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError from error


class JsonOut(BaseRenderer):
    """Writes JSON with orjson; decimals as strings, times as RFC 3339 UTC."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC)


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer …``: one indexed look-up of the token's hash, with account, agency and what it holds."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        words = request.META.get("HTTP_AUTHORIZATION", "").split()
        if not words or words[0].lower() != "bearer":
            return None
        found = queries.actor_by_token(raw=words[1], now=now()) if len(words) == 2 else None
        if found is None:
            raise exceptions.AuthenticationFailed
        actor, token = found
        _note_use(token)
        return token.user, actor

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _note_use(token: ApiToken) -> None:
    """The day of its last use, written once a day: its owner may want to know, and a write per request is dear."""
    today = now().date()
    if token.last_used_on != today:
        ApiToken.objects.filter(id=token.id).update(last_used_on=today)


class Session(SessionAuthentication):
    """The browser's session, with its CSRF check."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        found = super().authenticate(request)
        actor = queries.actor_of(user_id=found[0].pk, now=now()) if found else None
        return (found[0], actor) if found and actor else None


class View(APIView):
    """A view whose methods run in one transaction as the person who asks; ``self.actor`` is that person.

    A POST with an ``Idempotency-Key`` is done once and answered the same again. A refusal (403, 404) is recorded in a
    second transaction, after the first has been rolled back.
    """

    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.actor = request.auth  # both of our authentications give the actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(self.request, *args, **kwargs)
            response = self._answer(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - handled by core.problems, which knows every kind
            self._note_refusal(error)
            response = self.handle_exception(error)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)
        return self.response

    def _answer(self, *args: Any, **kwargs: Any) -> Response:
        handler = getattr(self, str(self.request.method).lower(), self.http_method_not_allowed)
        key = self.request.headers.get("Idempotency-Key", "") if self.request.method == "POST" else ""
        with acting(self.actor):
            if not key:
                return handler(self.request, *args, **kwargs)
            asked = idempotency.Asked(self.actor, "POST", self.request.path, key, self.request._request.body)  # noqa: SLF001
            return idempotency.once(asked=asked, do=lambda: handler(self.request, *args, **kwargs), now=now())

    def _note_refusal(self, error: Exception) -> None:
        if isinstance(error, NotAllowed | NotFound) and hasattr(self, "actor"):
            with transaction.atomic(), acting(self.actor):
                self._record(error)

    def _record(self, error: Refused) -> None:
        record(
            actor=self.actor,
            verb="refused",
            kind=type(self).__name__[:32],
            object_id=self.kwargs.get("id"),
            facts={"code": error.code, "method": self.request.method},
            now=now(),
        )
