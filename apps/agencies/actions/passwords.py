"""Changing a password, and choosing one by a link that was mailed.

Hashes are computed outside any transaction; call these outside ``acting``: they open their own.
"""

from contextlib import AbstractContextManager
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.agencies import links
from apps.agencies.acting import acting, anonymous
from apps.agencies.actions.sessions import Oneself
from apps.agencies.events import PasswordLinkWanted
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.agencies.queries import account_by_email, account_of, may_sign_in
from apps.audit.actions import MACHINE, Who, record
from apps.core.errors import Conflict, Invalid, Refused
from apps.core.ids import new_id
from apps.core.words import N_
from apps.outbox.actions import publish


class LinkExpired(Refused):
    """The link was used, is too old, or was never one of ours."""

    status = 410
    code = "link_expired"
    sentence = N_("This link is no longer valid.")


def change_password(*, actor: Actor, current: str, new: str, now: datetime) -> User:
    """Give the actor's account another password; returns the account, so that the caller can keep its session alive.

    Every other session ends with the old password. Raises Invalid where the current one is wrong or the new one weak,
    Conflict where it has been changed meanwhile.
    """
    with acting(actor):
        user = account_of(actor.user_id)
    if not check_password(current, user.password):
        raise Invalid(errors={"current": [N_("This is not your present password.")]})
    encoded = _encoded(new, user)
    return _replace(user, encoded, acting(actor), actor, "change_password", now)


def request_password_reset(*, email: str, now: datetime) -> None:
    """Have a link mailed to the account of that address, if there is one; the work and the answer are the same if not."""
    with anonymous():
        user = account_by_email(email)
        known = user if user and may_sign_in(user) else None
        publish(PasswordLinkWanted(user_id=known.id if known else new_id()), now=now)
        ident, agency = (known.id, known.agency_id) if known else (None, None)
        record(actor=MACHINE, verb="request_password_reset", kind="account", object_id=ident, owner_id=agency, now=now)


def reset_password(*, uid: str, token: str, new: str, now: datetime) -> User:
    """Set the password of the account that a mailed link names; the link is spent by it, and every session ends.

    Raises LinkExpired where the link does not open an account now, Invalid where the password is weak.
    """
    with anonymous():
        user = links.account(uid, token)
    if user is None:
        raise LinkExpired
    encoded = _encoded(new, user)
    return _replace(user, encoded, anonymous(), Oneself(user.id, user.agency_id), "reset_password", now)


def link_is_valid(*, uid: str, token: str) -> bool:
    """Whether a mailed link would let its reader choose a password now."""
    with anonymous():
        return links.account(uid, token) is not None


def _encoded(new: str, user: User) -> str:
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
        record(actor=actor, verb=verb, kind="account", object_id=user.id, owner_id=user.agency_id, now=now)
    user.password = encoded
    return user
