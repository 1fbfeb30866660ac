"""Opening, changing and closing accounts. A closed one is kept: what it wrote still has an author."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session

from apps.agencies.events import AccountOpened, PasswordLinkWanted
from apps.agencies.models import ApiToken, User
from apps.agencies.policy import Actor, may_manage
from apps.agencies.queries import account_by_email
from apps.audit.actions import MACHINE, record
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.core.words import N_
from apps.outbox.actions import publish

# What of an account may change. Its address, its agency and its kind may not: whoever moves gets another account,
# or the reports of the old agency that only their author may read would move along.
CHANGEABLE = frozenset({"name", "roles", "language", "time_zone"})


def create_user(*, actor: Actor, user: User, now: datetime) -> User:
    """Open the account that ``user`` (unsaved) describes; nobody knows its password until its person has chosen one.

    A link to choose it is mailed. Raises NotAllowed where the actor manages no accounts of that agency.
    """
    _require(actor, user.agency_id)
    user.email = user.email.strip().lower()
    user.password = make_password(None)
    user.save(force_insert=True)
    publish(AccountOpened(user_id=user.id), now=now)
    facts = {"roles": sorted(user.roles), "staff": user.is_staff}
    _record(actor, "create_user", user, now, facts)
    return user


def create_platform_administrator(*, email: str, name: str, encoded: str, now: datetime) -> User:
    """Make the first administrator of a new platform, with an encoded password; Conflict where the account exists."""
    if account_by_email(email):
        raise Conflict("account_exists", N_("There is an account with that e-mail address."))
    user = User(email=email.strip().lower(), name=name, is_staff=True, password=encoded)
    user.save(force_insert=True)
    record(actor=MACHINE, verb="create_user", kind="account", object_id=user.id, facts={"staff": True}, now=now)
    return user


def change_user(*, actor: Actor, user: User, fields: Collection[str], now: datetime) -> None:
    """Save those of the account's fields that may change; another role counts from the next request on."""
    _require(actor, user.agency_id)
    changed = sorted(CHANGEABLE.intersection(fields))
    if changed:
        user.save(update_fields=changed)
        _record(actor, "change_user", user, now, {"fields": changed, "roles": sorted(user.roles)})


def deactivate_user(*, actor: Actor, user_id: UUID, now: datetime) -> None:
    """Close an account: its sessions and API tokens end at once. Nobody closes the account they are using."""
    user = _managed(actor, user_id)
    if actor.user_id == user_id:
        raise NotAllowed("own_account", N_("You can't close the account you are using."))
    _switch(user, active=False)
    ended = _end_sessions(user_id)
    revoked = ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True).update(revoked_at=now)
    _record(actor, "deactivate_user", user, now, {"sessions": ended, "tokens": revoked})


def reactivate_user(*, actor: Actor, user_id: UUID, now: datetime) -> None:
    """Open a closed account again; its old sessions and tokens stay ended."""
    user = _managed(actor, user_id)
    _switch(user, active=True)
    _record(actor, "reactivate_user", user, now, {})


def send_password_link(*, actor: Actor, user_id: UUID, now: datetime) -> None:
    """Have a link to choose a password mailed to an account that the actor manages."""
    user = _managed(actor, user_id)
    publish(PasswordLinkWanted(user_id=user.id), now=now)
    _record(actor, "send_password_link", user, now, {})


def _require(actor: Actor, agency_id: UUID | None) -> None:
    if not may_manage(actor=actor, agency_id=agency_id):
        raise NotAllowed


def _managed(actor: Actor, user_id: UUID) -> User:
    """An account that the actor manages; one of another agency is absent."""
    user = User.objects.filter(id=user_id).first()
    if user is None or not may_manage(actor=actor, agency_id=user.agency_id):
        raise NotFound
    return user


def _switch(user: User, *, active: bool) -> None:
    if User.objects.filter(id=user.id, is_active=not active).update(is_active=active) != 1:
        raise Conflict


def _end_sessions(user_id: UUID) -> int:
    """Delete the account's sessions; a session's owner stands in its signed data only, so all live ones are read."""
    keys = [row.pk for row in Session.objects.iterator() if row.get_decoded().get("_auth_user_id") == str(user_id)]
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


def _record(actor: Actor, verb: str, user: User, now: datetime, facts: dict[str, object]) -> None:
    record(actor=actor, verb=verb, kind="account", object_id=user.id, owner_id=user.agency_id, facts=facts, now=now)
