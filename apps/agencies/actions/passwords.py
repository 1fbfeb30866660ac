"""Changing a password, and choosing one by a link that was mailed.

Hashes are computed outside any transaction; call these outside ``acting``: they open their own.
"""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.agencies import links
from apps.agencies.acting import acting, anonymous
from apps.agencies.actions.budgets import refund, spend
from apps.agencies.actions.ending import end_access
from apps.agencies.actions.factors.proving import TRIES, WITHIN, TooManyTries
from apps.agencies.actions.refusing import is_told
from apps.agencies.actions.warning import is_due, warn
from apps.agencies.events import DoorsChanged, PasswordLinkWanted
from apps.agencies.models import User
from apps.agencies.policy import Actor, Oneself
from apps.agencies.queries import account_by_email, account_of, may_sign_in
from apps.audit.actions import MACHINE, Who, record
from apps.core.errors import Conflict, Invalid, Refused
from apps.core.ids import new_id
from apps.core.words import N_
from apps.outbox.actions import publish

HOUR = timedelta(hours=1)
RESETS, RESETS_FROM_ONE_NETWORK = 3, 20


class LinkExpired(Refused):
    """The link was used, is too old, or was never one of ours."""

    status = 410
    code = "link_expired"
    sentence = N_("This link is no longer valid.")


def change_password(*, actor: Actor, current: str, new: str, now: datetime) -> User:
    """Give the actor's account another password; returns the account, so that the caller can keep its session alive.

    Every other session and every API token ends with the old password. Raises Invalid where the current one is wrong or the
    new one weak, Conflict where it has been changed meanwhile.
    """
    user = prove_by_password(actor=actor, password=current, field="current", now=now)
    hashed = encoded(new, user)
    return _replace(user, hashed, acting(actor), actor, "change_password", now)


def prove_by_password(*, actor: Actor, password: str, field: str = "password", now: datetime) -> User:
    """The actor's own account, if this is its password: somebody who is signed in shows that they still are who they were.

    Raises Invalid for ``field`` where it is not, and TooManyTries after ten mistakes in a quarter of an hour.
    """
    budget = {"kind": "reauthentication", "key": str(actor.user_id)}
    allowed = spend(**budget, most=TRIES, within=WITHIN, now=now)
    with acting(actor):
        user = account_of(actor.user_id)
    if allowed and check_password(password, user.password):
        refund(**budget)
        return user
    if not allowed and not is_told(door="reauthentication", key=str(actor.user_id), within=WITHIN, now=now):
        raise TooManyTries
    told = not allowed and is_due(key=str(actor.user_id), now=now)
    with acting(actor):
        ident, agency = actor.user_id, actor.agency_id
        record(actor=actor, verb="proof_refused", kind="account", object_id=ident, owner_id=agency, now=now)
        if told:
            warn(user_id=ident, now=now)
    if not allowed:
        raise TooManyTries
    raise Invalid(errors={field: [N_("This is not your present password.")]})


def request_password_reset(*, email: str, origin: str = "", now: datetime) -> None:
    """Have a link mailed to the account of that address, if there is one; the work and the answer are the same if not.

    An address gets three in an hour, a network asks for twenty; then nothing is mailed, and the answer is the same. Of a
    network that is out of its twenty nothing is published, and one line an hour kept: nobody fills the trail by asking.
    """
    if origin and not spend(kind="reset-from", key=origin, most=RESETS_FROM_ONE_NETWORK, within=HOUR, now=now):
        if is_told(door="reset-from", key=origin, within=HOUR, now=now):
            _note_spent(now)
        return
    allowed = spend(kind="reset", key=email.strip().lower(), most=RESETS, within=HOUR, now=now)
    with anonymous():
        user = account_by_email(email)
        known = user if user and allowed and may_sign_in(user) else None
        publish(PasswordLinkWanted(user_id=known.id if known else new_id()), now=now)
        ident, agency = (known.id, known.agency_id) if known else (None, None)
        record(actor=MACHINE, verb="request_password_reset", kind="account", object_id=ident, owner_id=agency, now=now)


def reset_password(*, uid: str, token: str, new: str, now: datetime) -> User:
    """Set the password of the account that a mailed link names; the link is spent by it, and every session and API token ends.

    Raises LinkExpired where the link does not open an account now, Invalid where the password is weak.
    """
    with anonymous():
        user = links.account(uid, token)
    if user is None:
        raise LinkExpired
    hashed = encoded(new, user)
    return _replace(user, hashed, anonymous(), Oneself(user.id, user.agency_id), "reset_password", now)


def _note_spent(now: datetime) -> None:
    with anonymous():
        facts: dict[str, object] = {"cause": "network"}
        record(actor=MACHINE, verb="request_password_reset", kind="account", object_id=None, facts=facts, now=now)


def link_is_valid(*, uid: str, token: str) -> bool:
    """Whether a mailed link would let its reader choose a password now."""
    with anonymous():
        return links.account(uid, token) is not None


def encoded(new: str, user: User) -> str:
    """The password as it is kept, hashed; Invalid for ``new`` where it is too weak for that account."""
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Invalid("weak_password", errors={"new": list(error.messages)}) from error
    return make_password(new)


def _replace(
    user: User, encoded: str, door: AbstractContextManager[None], actor: Who, verb: str, now: datetime
) -> User:
    """Compare-and-swap on the old hash: of two changes at once, one wins and the other is told."""
    with door:
        if User.objects.filter(id=user.id, password=user.password).update(password=encoded) != 1:
            raise Conflict
        ended = end_access(user_id=user.id, now=now)
        publish(DoorsChanged(user_id=user.id), now=now)
        ident, agency = user.id, user.agency_id
        record(actor=actor, verb=verb, kind="account", object_id=ident, owner_id=agency, facts=ended, now=now)
        return User.objects.get(id=user.id)
