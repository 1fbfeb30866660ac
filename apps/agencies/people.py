"""What those who manage accounts see of them: who there is, who was invited. Never a secret, never another agency's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from apps.agencies.models import ApiToken, Invitation, ProviderSubject, Session, User
from apps.agencies.policy import Actor, may_manage
from apps.agencies.queries import account_by_email
from apps.agencies.states import InvitationState
from apps.audit.models import Entry
from apps.core.errors import NotAllowed, NotFound

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Person:
    """An account, and whether it has a second factor (which, nobody else learns)."""

    account: User
    enrolled: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What an account has open at this moment: browsers that are signed in, valid API tokens, providers that know it."""

    sessions: int
    tokens: int
    providers: int


def people_of(*, actor: Actor) -> list[Person]:
    """The accounts of the actor's agency, the open ones first, in two statements; NotAllowed where it manages none."""
    agency = managed_agency(actor)
    accounts = User.objects.filter(agency_id=agency).order_by("-is_active", "name", "email")[:MOST_SHOWN]
    with_factor = enrolled()
    return [Person(account, account.id in with_factor) for account in accounts]


def person_for(*, actor: Actor, user_id: UUID) -> Person:
    """One account of the actor's agency; an account of another one, and the platform's, is absent (NotFound)."""
    found = User.objects.filter(id=user_id, agency_id=managed_agency(actor)).first()
    if found is None:
        raise NotFound
    return Person(found, found.id in enrolled())


def held_by(user_id: UUID, *, now: datetime) -> Held:
    """What the account has open; for whoever manages it."""
    sessions = Session.objects.filter(account=user_id, expire_date__gt=now, seen_at__gt=now - settings.SESSION_IDLE)
    tokens = ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True, expires_at__gt=now)
    return Held(sessions.count(), tokens.count(), ProviderSubject.objects.filter(user_id=user_id).count())


def invitations_of(*, actor: Actor) -> Sequence[Invitation]:
    """The open invitations of the actor's agency, the newest first, those that came to an end by time among them."""
    waiting = Invitation.objects.filter(agency_id=managed_agency(actor), state=InvitationState.OPEN)
    return list(waiting.order_by("-created_at")[:MOST_SHOWN])


def invitation_for(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """An invitation that the actor may take back or send again; another one is absent (NotFound)."""
    found = Invitation.objects.filter(id=invitation_id).first()
    if found is None or not may_manage(actor=actor, agency_id=found.agency_id):
        raise NotFound
    return found


def invitation_to_mail(invitation_id: UUID, now: datetime) -> Invitation | None:
    """An invitation that may still be taken up; None for one that may not."""
    return _open(Invitation.objects.filter(id=invitation_id).first(), now)


def invitation_brought(digest: bytes, now: datetime) -> Invitation | None:
    """What a link opens now. None where it is bad, used, taken back, too old, or where its address has an account."""
    found = _open(Invitation.objects.select_related("agency").filter(digest=digest).first(), now)
    return found if found and account_by_email(found.email) is None else None


def have_touched(*, one: UUID, other: UUID, since: datetime) -> bool:
    """Whether one of these people made, changed, opened or brought in the other's account since then.

    As the trail has it, and as the account's invitation says who wanted it.
    """
    rows = Entry.objects.filter(object_kind="account", at__gte=since)
    changed = rows.filter(Q(user_id=one, object_id=other) | Q(user_id=other, object_id=one))
    brought = Invitation.objects.filter(account__created_at__gte=since).filter(
        _brings(one, other) | _brings(other, one)
    )
    return changed.exists() or brought.exists()


def _brings(one: UUID, other: UUID) -> Q:
    return (Q(invited_by_id=one) | Q(confirmed_by_id=one)) & Q(account_id=other)


def enrolled() -> frozenset[UUID]:
    """The accounts that have a second factor: of the agency that asks, of all for platform administrators."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT agencies_enrolled()")
        return frozenset(row[0] for row in cursor.fetchall())


def managed_agency(actor: Actor) -> UUID:
    """The agency whose accounts the actor manages on the product's pages; NotAllowed where there is none."""
    if actor.agency_id is None or not may_manage(actor=actor, agency_id=actor.agency_id):
        raise NotAllowed
    return actor.agency_id


def _open(found: Invitation | None, now: datetime) -> Invitation | None:
    if found is None or found.state != InvitationState.OPEN or found.expires_at <= now:
        return None
    return found if found.agency is None or found.agency.active else None
