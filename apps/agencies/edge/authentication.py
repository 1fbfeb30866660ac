"""Who asks: an API token or the browser's session."""

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from apps.agencies import queries
from apps.agencies.models import ApiToken, User
from apps.agencies.policy import Actor
from apps.core.clock import now


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
