"""The end of access: sessions, API tokens and what somebody has begun for others. All of it counts from the next request."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from apps.agencies.actions.managing import manage, of_another
from apps.agencies.actions.sessions import end_sessions
from apps.agencies.models import ApiToken, Invitation, Session, User
from apps.agencies.policy import Actor
from apps.agencies.states import LIVE, InvitationState
from apps.audit.actions import record


def end_access(*, user_id: UUID, now: datetime) -> dict[str, object]:
    """End an account's sessions and tokens, in the caller's transaction; returns how many there were of each."""
    return {"sessions": end_sessions(user_id=user_id), "tokens": _revoke(ApiToken.objects.filter(user_id=user_id), now)}


def take_back_invitations(*, user_id: UUID) -> int:
    """Take back what an administrator who leaves has invited and nobody has taken up: it may be their own way back in."""
    theirs = Invitation.objects.filter(Q(invited_by_id=user_id) | Q(confirmed_by_id=user_id))
    open_ones = theirs.filter(state__in=LIVE)
    return open_ones.update(state=InvitationState.REVOKED)


def sign_out_user(*, actor: Actor, user_id: UUID, now: datetime) -> int:
    """End every session of an account that the actor manages; returns how many. Its API tokens stay."""
    user = of_another(actor=actor, user_id=user_id)
    ended = end_sessions(user_id=user_id)
    _record(actor, "sign_out_user", user, {"sessions": ended}, now)
    return ended


def revoke_tokens_of(*, actor: Actor, user_id: UUID, now: datetime) -> int:
    """End every API token of an account that the actor manages; returns how many were live."""
    user = of_another(actor=actor, user_id=user_id)
    revoked = _revoke(ApiToken.objects.filter(user_id=user_id), now)
    _record(actor, "revoke_tokens_of", user, {"tokens": revoked}, now)
    return revoked


def close_agency(*, actor: Actor, agency_id: UUID, now: datetime) -> None:
    """End what the people of an agency that leaves have open: sessions, tokens, invitations. Its reports and answers stay.

    Whether it takes part is a column of its own, which every request asks; when it comes back, people sign in anew.
    """
    manage(actor=actor, agency_id=agency_id)
    people = User.objects.filter(agency_id=agency_id)
    people.update(session_epoch=F("session_epoch") + 1)
    facts = {
        "sessions": Session.objects.filter(account__in=people.values("id")).delete()[0],
        "tokens": _revoke(ApiToken.objects.filter(user__agency_id=agency_id), now),
        "invitations": Invitation.objects.filter(agency_id=agency_id, state__in=LIVE).update(
            state=InvitationState.REVOKED
        ),
    }
    record(
        actor=actor, verb="close_agency", kind="agency", object_id=agency_id, owner_id=agency_id, facts=facts, now=now
    )


def _revoke(tokens: QuerySet[ApiToken], now: datetime) -> int:
    return tokens.filter(revoked_at__isnull=True).update(revoked_at=now)


def _record(actor: Actor, verb: str, user: User, facts: dict[str, object], now: datetime) -> None:
    record(actor=actor, verb=verb, kind="account", object_id=user.id, owner_id=user.agency_id, facts=facts, now=now)
