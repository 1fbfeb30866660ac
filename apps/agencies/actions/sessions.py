"""Signing in and out. Whoever asks learns nothing but whether this address and this password open an account.

A password is compared outside any transaction (a hash takes 0.14 s), and exactly one hash is computed whether the
account is known, unknown, inactive, without a password or out of tries. Call these outside ``acting``: they open their own.

An account has ten mistakes a quarter of an hour; then even the right password is refused for the rest of it. A network has
a hundred; then it is refused at once, without a hash, whatever it asks for. Each browser that its person has used before
has ten of its own and spends nobody else's, so that neither a stranger nor a neighbour keeps the person out; when they are
spent it is refused at once as well, since it learns of no account that it does not know.
"""

from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from apps.agencies import devices
from apps.agencies.acting import acting, anonymous
from apps.agencies.actions.budgets import refund, spend
from apps.agencies.actions.refusing import is_told
from apps.agencies.actions.steps import Step, next_step
from apps.agencies.actions.warning import is_due, warn
from apps.agencies.models import Session, User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import account_by_email, account_to_write_to, may_sign_in
from apps.audit.actions import MACHINE, Who, record
from apps.core.errors import Refused
from apps.core.words import N_

TRIES, FROM_ONE_NETWORK, WITHIN = 10, 100, timedelta(minutes=15)
NETWORK, STRANGERS = "sign-in-from", "sign-in"  # a network's budget, and one account's for whoever is not known


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
    is kept, and of a spent budget one line in its window. Whose own budget is spent is told by mail, once in an hour.
    """
    with anonymous():
        user = account_by_email(email)
    tries = _tries(user, email, origin, device)
    spent = next((each for each in tries if not spend(**each, within=WITHIN, now=now)), None)
    right = _matches(user, password) if spent is None or spent["kind"] == STRANGERS else False
    admitted = user if user and spent is None and right and may_sign_in(user) else None
    step = next_step(user=admitted) if admitted else None
    if spent is None:
        with anonymous():
            _record(user, step, now)
    else:
        _note_spent(user, email, spent, now)
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
    """The budgets of a try: a known browser's own alone, else its network's first, which where spent spends no account's."""
    own = devices.known(device, user)
    if own:
        return [_Try(kind="sign-in-known", key=own, most=TRIES)]
    network = [_Try(kind=NETWORK, key=origin, most=FROM_ONE_NETWORK)] if origin else []
    return [*network, _Try(kind=STRANGERS, key=email.strip().lower(), most=TRIES)]


def _note_spent(user: User | None, email: str, spent: _Try, now: datetime) -> None:
    """One line in its window about a budget that is spent, and a mail an hour where it is an account's; no more by asking on.

    A network's line names no account: which one was asked for is nothing that it was let learn.
    """
    network = spent["kind"] == NETWORK
    line = is_told(door=spent["kind"], key=spent["key"], within=WITHIN, now=now)
    told = not network and is_due(key=str(user.id) if user else email.strip().lower(), now=now)
    if not line and not told:
        return
    facts: dict[str, object] = {"cause": "network" if network else "tries"}
    with anonymous():
        if line:
            _note(MACHINE, None if network else user, "sign_in_refused", facts, now)
        if told:
            warn(user_id=user.id if user else None, now=now)


def _record(user: User | None, step: Step | None, now: datetime) -> None:
    actor = Oneself(user.id, user.agency_id) if user and step else MACHINE
    verb = "sign_in_refused" if step is None else "sign_in" if step == Step.IN else "password_accepted"
    _note(actor, user, verb, {}, now)


def _note(actor: Who, user: User | None, verb: str, facts: dict[str, object], now: datetime) -> None:
    ident, agency = (user.id, user.agency_id) if user else (None, None)
    record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, facts=facts, now=now)
