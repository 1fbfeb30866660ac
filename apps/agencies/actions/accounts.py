"""Changing and closing accounts. A closed one is kept: what it wrote still has an author.

Accounts are opened by taking up an invitation (invitations.py), and again by their agency's administrators; a platform
administrator's, the first one's and one that was closed, by a command at the server (ADR 0020).
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from apps.agencies.acting import proving
from apps.agencies.actions.ending import end_access, take_back_invitations
from apps.agencies.actions.managing import managed, of_another, require_own_people, tell_of_change
from apps.agencies.events import DoorsChanged, PasswordLinkWanted
from apps.agencies.models import User
from apps.agencies.naming import is_name
from apps.agencies.policy import Actor, Role
from apps.agencies.queries import account_by_email
from apps.audit.actions import MACHINE, record
from apps.core.errors import Conflict, Invalid
from apps.core.words import N_
from apps.outbox.actions import publish

NO_NAME = N_("Enter a name without characters that are not seen.")
# What of an account may change. Its address, its agency and its kind may not: whoever moves gets another account,
# or the reports of the old agency that only their author may read would move along.
CHANGEABLE = frozenset({"name", "roles", "language", "time_zone"})


def create_platform_administrator(*, email: str, name: str, encoded: str, now: datetime) -> User:
    """Make the first administrator of a new platform, with an encoded password; Conflict where the account exists."""
    if account_by_email(email):
        raise Conflict("account_exists", N_("There is an account with that e-mail address."))
    user = User(email=email.strip().lower(), name=name, is_staff=True, password=encoded)
    user.save(force_insert=True)
    record(actor=MACHINE, verb="create_user", kind="account", object_id=user.id, facts={"staff": True}, now=now)
    return user


def reopen_platform_administrator(*, user: User, encoded: str, now: datetime) -> None:
    """Open a closed platform administrator's account with another password (encoded) and no second factor, at the server.

    Nothing of before opens it: sessions and tokens stay ended. Conflict where it is no such account. The other platform
    administrators are told. Call it inside a transaction.
    """
    closed = User.objects.filter(id=user.id, is_staff=True, is_active=False)
    if closed.update(is_active=True, password=encoded) != 1:
        raise Conflict
    with proving(user.id):
        factors = int(Authenticator.objects.filter(user_id=user.id).delete()[0])
    facts = end_access(user_id=user.id, now=now) | {"factors": factors}
    publish(DoorsChanged(user_id=user.id), now=now)
    tell_of_change(actor=MACHINE, user_id=user.id, now=now)
    record(actor=MACHINE, verb="reactivate_user", kind="account", object_id=user.id, facts=facts, now=now)


def change_user(*, actor: Actor, user: User, fields: Collection[str], now: datetime) -> None:
    """Save those of the account's fields that may change; another role counts from the next request on.

    A role that is lost ends the account's sessions and tokens; one that is gained is given by the agency's own
    administrators and told to it. Nobody changes their own roles (NotAllowed).
    """
    changed = sorted(CHANGEABLE.intersection(fields))
    find = of_another if "roles" in changed else managed
    stored = find(actor=actor, user_id=user.id)
    if "name" in changed and not is_name(user.name):
        raise Invalid(errors={"name": [NO_NAME]})
    if "roles" in changed and not set(user.roles) <= set(stored.roles):
        require_own_people(actor=actor, user=stored)
        tell_of_change(actor=actor, user_id=stored.id, now=now)
    if changed:
        User.objects.filter(id=stored.id).update(**{name: getattr(user, name) for name in changed})
        lost = set(stored.roles) - set(user.roles) if "roles" in changed else set()
        ended = _end_lost(user.id, lost, now) if lost else {}
        _record(actor, "change_user", stored, now, {"fields": changed, "roles": sorted(user.roles), **ended})


def change_roles(*, actor: Actor, user_id: UUID, roles: Collection[str], now: datetime) -> None:
    """Give an account that the actor manages these roles and no other; ``change_user`` says what follows."""
    user = User(id=user_id, roles=checked_roles(roles))
    change_user(actor=actor, user=user, fields=["roles"], now=now)


def checked_roles(roles: Collection[str]) -> list[str]:
    """The roles of an agency's account, each once; Invalid where one is unknown or there is none."""
    if not roles or not {role.value for role in Role}.issuperset(roles):
        raise Invalid(errors={"roles": [N_("Choose at least one of the roles offered.")]})
    return sorted(set(roles))


def deactivate_user(*, actor: Actor, user_id: UUID, now: datetime) -> None:
    """Close an account: its sessions, API tokens and invitations end at once. Nobody closes the account they are using."""
    user = of_another(actor=actor, user_id=user_id)
    _switch(user, active=False)
    facts = end_access(user_id=user_id, now=now) | {"invitations": take_back_invitations(user_id=user_id)}
    _record(actor, "deactivate_user", user, now, facts)


def reactivate_user(*, actor: Actor, user_id: UUID, now: datetime) -> None:
    """Open a closed account of the actor's own agency again, of which the agency is told; its old sessions and tokens stay
    ended. NotAllowed for platform administrators.
    """
    user = managed(actor=actor, user_id=user_id)
    require_own_people(actor=actor, user=user)
    _switch(user, active=True)
    tell_of_change(actor=actor, user_id=user.id, now=now)
    _record(actor, "reactivate_user", user, now, {})


def send_password_link(*, actor: Actor, user_id: UUID, now: datetime) -> None:
    """Have a link to choose a password mailed to an account that the actor manages; those who answer for it are told."""
    user = managed(actor=actor, user_id=user_id)
    publish(PasswordLinkWanted(user_id=user.id), now=now)
    tell_of_change(actor=actor, user_id=user.id, now=now)
    _record(actor, "send_password_link", user, now, {})


def _end_lost(user_id: UUID, lost: set[str], now: datetime) -> dict[str, object]:
    if Role.AGENCY_ADMIN in lost:
        take_back_invitations(user_id=user_id)
    return end_access(user_id=user_id, now=now)


def _switch(user: User, *, active: bool) -> None:
    if User.objects.filter(id=user.id, is_active=not active).update(is_active=active) != 1:
        raise Conflict


def _record(actor: Actor, verb: str, user: User, now: datetime, facts: dict[str, object]) -> None:
    record(actor=actor, verb=verb, kind="account", object_id=user.id, owner_id=user.agency_id, facts=facts, now=now)
