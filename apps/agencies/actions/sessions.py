"""Signing in and out. Whoever asks learns nothing but whether this address and this password open an account.

A password is compared outside any transaction (a hash takes 0.14 s), and exactly one hash is computed whether the
account is known, unknown, inactive or without a password. Call these outside ``acting``: they open their own.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from apps.agencies.acting import acting, anonymous
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.agencies.queries import account_by_email, may_sign_in
from apps.audit.actions import MACHINE, record
from apps.core.errors import Refused
from apps.core.words import N_


class SignInRefused(Refused):
    """The one answer to every attempt that fails."""

    code = "sign_in_refused"
    sentence = N_("There is no account with that e-mail address and password.")


@dataclass(frozen=True, slots=True)
class Oneself:
    """The account that an entry is about, as the one who acts: it has just proved who it is."""

    user_id: UUID
    agency_id: UUID | None


def sign_in(*, email: str, password: str, now: datetime) -> User:
    """The account of that address, if the password is right and it may sign in; its session is the caller's to open.

    Raises SignInRefused, the same for every cause. Both ends are recorded; of an unknown address nothing is kept.
    """
    with anonymous():
        user = account_by_email(email)
    right = _matches(user, password)
    admitted = user if user and right and may_sign_in(user) else None
    with anonymous():
        _record(user, admitted, now)
    if admitted is None:
        raise SignInRefused
    return admitted


def sign_out(*, actor: Actor, now: datetime) -> None:
    """Record that the person has left; the session is the caller's to end."""
    with acting(actor):
        ident, agency = actor.user_id, actor.agency_id
        record(actor=actor, verb="sign_out", kind="account", object_id=ident, owner_id=agency, now=now)


def _matches(user: User | None, password: str) -> bool:
    """One hash in every case: without a usable password Django itself computes one for nothing."""
    if user is None:
        make_password(password)
        return False
    return check_password(password, user.password)


def _record(user: User | None, admitted: User | None, now: datetime) -> None:
    ident, agency = (user.id, user.agency_id) if user else (None, None)
    actor = Oneself(admitted.id, admitted.agency_id) if admitted else MACHINE
    verb = "sign_in" if admitted else "sign_in_refused"
    record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, now=now)
