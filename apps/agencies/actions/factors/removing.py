"""Removing second factors: one's own one by one, or all of an account whose person has lost them."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings

from apps.agencies.acting import acting, proving
from apps.agencies.actions.managing import of_another, tell_of_change
from apps.agencies.actions.sessions import end_sessions
from apps.agencies.events import DoorsChanged
from apps.agencies.models import User
from apps.agencies.policy import Actor, needs_passkey
from apps.audit.actions import record
from apps.core.errors import Conflict, NotFound
from apps.core.words import N_
from apps.outbox.actions import publish

RECOVERY, PASSKEY = Authenticator.Type.RECOVERY_CODES, Authenticator.Type.WEBAUTHN


class LastFactor(Conflict):
    """The only second factor, where one is required."""

    code = "last_factor"
    sentence = N_("This is your only second factor, and one is required. Add another one first.")


class LastPasskey(LastFactor):
    """The only passkey of somebody who comes in by nothing else."""

    sentence = N_("This is your only passkey, and your role asks for one. Add another one first.")


def remove_factor(*, actor: Actor, factor_id: int, now: datetime) -> None:
    """Remove one of the actor's own factors; with the last one the recovery codes go too.

    Raises NotFound for one that is none of theirs, LastFactor where the account would be left without one that it needs.
    """
    with proving(actor.user_id):
        User.objects.select_for_update().only("id").get(id=actor.user_id)
        own = Authenticator.objects.filter(user_id=actor.user_id)
        row = own.exclude(type=RECOVERY).filter(pk=factor_id).first()
        if row is None:
            raise NotFound
        others = own.exclude(type=RECOVERY).exclude(pk=row.pk).exists()
        if not others and settings.SECOND_FACTOR_REQUIRED:
            raise LastFactor
        if _is_needed(actor, row.type) and own.filter(type=PASSKEY).count() == 1:
            raise LastPasskey
        (own.filter(pk=factor_id) if others else own).delete()
        _note(actor, actor.user_id, actor.agency_id, "remove_factor", {"factor": str(row.type), "row": factor_id}, now)


def _is_needed(actor: Actor, kind: str) -> bool:
    return kind == PASSKEY and needs_passkey(roles=actor.roles, staff=actor.staff, asked=settings.PASSKEY_FOR)


def reset_factors(*, actor: Actor, user_id: UUID, now: datetime) -> int:
    """Remove all factors of an account that the actor manages, and end its sessions; returns how many there were.

    For a person who has lost telephone and codes: the next sign-in enrols anew, and those who answer for the account are
    told. NotFound for an account that the actor does not manage, NotAllowed for the actor's own.
    """
    with acting(actor):
        user = of_another(actor=actor, user_id=user_id)
        with proving(user_id):
            removed = int(Authenticator.objects.filter(user_id=user_id).delete()[0])
        ended = end_sessions(user_id=user_id)
        tell_of_change(actor=actor, user_id=user_id, now=now)
        _note(actor, user_id, user.agency_id, "reset_factors", {"factors": removed, "sessions": ended}, now)
    return removed


def _note(
    actor: Actor, user_id: UUID, agency_id: UUID | None, verb: str, facts: dict[str, object], now: datetime
) -> None:
    publish(DoorsChanged(user_id=user_id), now=now)
    record(actor=actor, verb=verb, kind="account", object_id=user_id, owner_id=agency_id, facts=facts, now=now)
