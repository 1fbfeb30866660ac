"""API tokens: issued by their account, ended by it or by a platform administrator."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from apps.agencies.events import DoorsChanged
from apps.agencies.models import ApiToken
from apps.agencies.policy import Actor, Scope
from apps.agencies.queries import digest
from apps.audit.actions import record
from apps.core.errors import Invalid, NotAllowed, NotFound
from apps.core.words import N_
from apps.outbox.actions import publish

LONGEST_LIFE = timedelta(days=365)


def make_token(*, actor: Actor, name: str, life: timedelta, scope: Scope, now: datetime) -> tuple[str, ApiToken]:
    """What ``issue_token`` does, and its owner is told by mail: another key opens their account from now on."""
    made = issue_token(actor=actor, name=name, life=life, scope=scope, now=now)
    publish(DoorsChanged(user_id=actor.user_id), now=now)
    return made


def issue_token(
    *, actor: Actor, name: str, life: timedelta, scope: Scope = Scope.ALL, now: datetime
) -> tuple[str, ApiToken]:
    """Make an API token of the actor's own account; returns the token, which nobody can ever read again, and its row."""
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise Invalid(errors={"life": [N_("An API token lives a year at most.")]})
    raw = "cp_" + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=actor.user_id,
        name=name[:80],
        digest=digest(raw),
        hint=raw[-4:],
        scope=scope,
        created_at=now,
        expires_at=now + life,
    )
    token.save(force_insert=True)
    ident, agency, facts = token.id, actor.agency_id, {"scope": scope.value}
    record(actor=actor, verb="issue_token", kind="token", object_id=ident, owner_id=agency, facts=facts, now=now)
    return raw, token


def revoke_token(*, actor: Actor, token_id: UUID, now: datetime) -> None:
    """End one of the actor's own tokens; from the next request on it opens nothing."""
    revoked = ApiToken.objects.filter(id=token_id, user_id=actor.user_id, revoked_at__isnull=True).update(
        revoked_at=now
    )
    if not revoked:
        raise NotFound
    record(actor=actor, verb="revoke_token", kind="token", object_id=token_id, owner_id=actor.agency_id, now=now)


def revoke_tokens(*, actor: Actor, token_ids: Collection[UUID], now: datetime) -> int:
    """End anybody's tokens, as a platform administrator; returns how many were still live."""
    if not actor.staff:
        raise NotAllowed
    rows = ApiToken.objects.filter(id__in=token_ids, revoked_at__isnull=True)
    live = list(rows.values_list("id", "user__agency_id"))
    rows.update(revoked_at=now)
    for token_id, agency_id in live:
        record(actor=actor, verb="revoke_token", kind="token", object_id=token_id, owner_id=agency_id, now=now)
    return len(live)
