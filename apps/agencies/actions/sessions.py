"""Signing in and out. Whoever asks learns nothing but whether this address and this password open an account.

A password is compared outside any transaction (a hash takes 0.14 s), and exactly one hash is computed whether the
account is known, unknown, inactive, without a password or out of tries. Call these outside ``acting``: they open their own.

An account has ten mistakes a quarter of an hour; then even the right password is refused for the rest of it. Each browser
that its person has used before has ten of its own, so that a stranger's mistakes don't keep the person out.
"""

from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from apps.agencies import devices
from apps.agencies.acting import acting, anonymous
from apps.agencies.actions.budgets import refund, spend
from apps.agencies.actions.steps import Step, next_step
from apps.agencies.actions.warning import is_due, warn
from apps.agencies.models import Session, User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import account_by_email, account_to_write_to, may_sign_in
from apps.audit.actions import MACHINE, Who, record
from apps.core.errors import Refused
from apps.core.words import N_

TRIES, FROM_ONE_NETWORK, WITHIN = 10, 100, timedelta(minutes=15)


class _Try(TypedDict):
    """One budget that a try is taken from."""

    kind: str
    key: str
    most: int


class SignInRefused(Refused):
    """The one answer to every attempt that fails."""

    code = "sign_in_refused"
    sentence = N_("There is no account with that e-mail address and password.")


def sign_in(*, email: str, password: str, origin: str = "", device: str = "", now: datetime) -> User:
    """The account of that address, if the password is right and it may sign in; ``next_step`` says what follows.

    ``origin`` is the network that asks, ``device`` what the browser has kept (apps/agencies/devices.py). Raises
    SignInRefused, the same for every cause and for a spent budget. Both ends are recorded; of an unknown address nothing
    is kept. Whose own budget is spent is told by mail, once in an hour.
    """
    with anonymous():
        user = account_by_email(email)
    tries = _tries(user, email, origin, device)
    allowed, spent = _take(tries, now)
    told = spent and is_due(key=str(user.id) if user else email.strip().lower(), now=now)
    right = _matches(user, password)
    admitted = user if user and allowed and right and may_sign_in(user) else None
    step = next_step(user=admitted) if admitted else None
    with anonymous():
        _record(user, step, now)
        if told:
            warn(user_id=user.id if user else None, now=now)
    if admitted is None:
        raise SignInRefused
    for each in tries:
        refund(kind=each["kind"], key=each["key"])
    return admitted


def account_to_admit(*, user_id: UUID) -> User | None:
    """The account that waits for its second step, if it may still sign in."""
    with anonymous():
        return account_to_write_to(user_id)


def sign_out(*, actor: Actor, now: datetime) -> None:
    """Record that the person has left; the session is the caller's to end."""
    with acting(actor):
        ident, agency = actor.user_id, actor.agency_id
        record(actor=actor, verb="sign_out", kind="account", object_id=ident, owner_id=agency, now=now)


def sign_out_everywhere(*, actor: Actor, now: datetime) -> int:
    """End every session of the actor's account, this one too; returns how many. API tokens stay."""
    with acting(actor):
        ended = end_sessions(user_id=actor.user_id)
        ident, agency, facts = actor.user_id, actor.agency_id, {"sessions": ended}
        record(
            actor=actor,
            verb="sign_out_everywhere",
            kind="account",
            object_id=ident,
            owner_id=agency,
            facts=facts,
            now=now,
        )
    return ended


def end_sessions(*, user_id: UUID) -> int:
    """End every session of an account at once, wherever it is open; returns how many. Call it inside a transaction.

    The epoch also ends what is being opened in this very moment, and a first step that waits for its second.
    """
    User.objects.filter(id=user_id).update(session_epoch=F("session_epoch") + 1)
    return Session.objects.filter(account=user_id).delete()[0]


def _matches(user: User | None, password: str) -> bool:
    """One hash in every case: without a usable password Django itself computes one for nothing."""
    if user is None:
        make_password(password)
        return False
    return check_password(password, user.password)


def _tries(user: User | None, email: str, origin: str, device: str) -> list[_Try]:
    """The budgets of a try, its network's first: one that has none left spends nobody's account."""
    own = devices.known(device, user)
    network = [_Try(kind="sign-in-from", key=origin, most=FROM_ONE_NETWORK)] if origin else []
    account = _Try(kind="sign-in-known", key=own, most=TRIES) if own else _strangers(email)
    return [*network, account]


def _take(tries: list[_Try], now: datetime) -> tuple[bool, bool]:
    """Whether there is a try left in each, and whether it is the account's that has none."""
    *network, account = tries
    if not all(spend(**each, within=WITHIN, now=now) for each in network):
        return False, False
    left = spend(**account, within=WITHIN, now=now)
    return left, not left


def _strangers(email: str) -> _Try:
    return _Try(kind="sign-in", key=email.strip().lower(), most=TRIES)


def _record(user: User | None, step: Step | None, now: datetime) -> None:
    actor = Oneself(user.id, user.agency_id) if user and step else MACHINE
    verb = "sign_in_refused" if step is None else "sign_in" if step == Step.IN else "password_accepted"
    _note(actor, user, verb, {}, now)


def _note(actor: Who, user: User | None, verb: str, facts: dict[str, object], now: datetime) -> None:
    ident, agency = (user.id, user.agency_id) if user else (None, None)
    record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, facts=facts, now=now)
