"""Invitations: made by an administrator, mailed by the worker, taken up by whoever brings the link.

What a platform administrator asks for is mailed once a second one has confirmed it: who could open accounts alone could read
every agency's reports through one, and approve their own break-glass by another (ADR 0020).

Whether an address has an account elsewhere is nobody's business: inviting it is answered and done the same, and the mail
that the account's owner gets says so instead (apps/agencies/subscribers.py).
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.agencies.acting import invited
from apps.agencies.actions.accounts import checked_roles
from apps.agencies.actions.managing import manage
from apps.agencies.actions.passwords import LinkExpired, encoded
from apps.agencies.events import InvitationProposed, Invited
from apps.agencies.models import Agency, Invitation, User
from apps.agencies.naming import is_name
from apps.agencies.people import have_touched, invitation_brought, invitation_for, invitation_to_mail
from apps.agencies.policy import STRANGERS_FOR, Actor, Oneself
from apps.agencies.queries import account_by_email, digest
from apps.agencies.states import INVITATION_ARROWS, LIVE, InvitationState
from apps.audit.actions import record
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.states import move
from apps.core.words import N_
from apps.outbox.actions import publish

VALID = timedelta(hours=72)
DAY = timedelta(days=1)
MOST_A_DAY, MOST_SENT = 50, 5  # by the administrators of one agency; of one invitation: nobody is showered with mail
TWO_PEOPLE = N_("A second platform administrator confirms it: nobody confirms an invitation of their own.")
NOT_STRANGERS = N_(
    "One of you has made or changed the other's account in the last 24 hours. Somebody else must confirm it."
)


def invite_user(
    *,
    actor: Actor,
    agency_id: UUID | None,
    email: str,
    name: str,
    roles: Collection[str],
    language: str,
    now: datetime,
) -> Invitation:
    """Invite a person to an agency with these roles, or (None, no roles) to administer the platform; a link is mailed.

    A platform administrator's invitation waits for a second one (``confirm_invitation``) before anything is mailed. An
    older invitation of the address by the agency is taken back. Raises NotAllowed where the actor manages no accounts
    of the agency, Invalid with what can't be right, a limit that is reached among it.
    """
    manage(actor=actor, agency_id=agency_id)
    problems = problems_of(
        actor=actor, agency_id=agency_id, email=email, name=name, roles=roles, language=language, now=now
    )
    if problems:
        raise Invalid(errors=problems)
    address = email.strip().lower()
    older = _of(agency_id).filter(email=address, state__in=LIVE)
    older.update(state=InvitationState.REVOKED)
    invitation = Invitation(
        agency_id=agency_id,
        email=address,
        name=name.strip(),
        roles=sorted(set(roles)),
        language=language,
        state=InvitationState.PROPOSED if actor.staff else InvitationState.OPEN,
        platform=actor.staff,
        invited_by_id=actor.user_id,
        created_at=now,
        expires_at=now + VALID,
    )
    invitation.save(force_insert=True)
    publish(InvitationProposed(invitation.id) if actor.staff else Invited(invitation.id), now=now)
    _record(actor, "invite_user", invitation, {"roles": invitation.roles, "staff": agency_id is None}, now)
    return invitation


def problems_of(
    *,
    actor: Actor,
    agency_id: UUID | None,
    email: str,
    name: str,
    roles: Collection[str],
    language: str,
    now: datetime,
) -> dict[str, list[str]]:
    """What can't be right in an invitation, by field. An account that the actor does not manage is no problem here."""
    found = {
        "email": _address_problem(actor, agency_id, email),
        "name": "" if is_name(name) else N_("Enter the person's name."),
        "roles": _roles_problem(agency_id, roles),
        "language": "" if language in dict(settings.LANGUAGES) else N_("Choose one of the languages offered."),
        "agency": "" if _is_open(agency_id) else N_("This agency takes no part at present."),
        "": _limit_problem(actor, now),
    }
    return {field: [sentence] for field, sentence in found.items() if sentence}


def confirm_invitation(*, actor: Actor, invitation_id: UUID, now: datetime) -> Invitation:
    """The second platform administrator's yes: the link is mailed, and the agency's people are told.

    Raises NotAllowed for the one who asked, and where one of the two has made or changed the other's account lately;
    Conflict where it waits no longer, or nobody has asked within 72 hours of the first.
    """
    invitation = invitation_for(actor=actor, invitation_id=invitation_id)
    manage(actor=actor, agency_id=invitation.agency_id)
    _require_second(actor, invitation, now)
    waiting = Invitation.objects.filter(id=invitation_id, expires_at__gt=now).exclude(invited_by_id=actor.user_id)
    until = now + VALID
    move(
        waiting,
        arrows=INVITATION_ARROWS,
        target=InvitationState.OPEN,
        confirmed_by_id=actor.user_id,
        expires_at=until,
    )
    publish(Invited(invitation_id), now=now)
    _record(actor, "confirm_invitation", invitation, {"invited_by": str(invitation.invited_by_id)}, now)
    return invitation


def _require_second(actor: Actor, invitation: Invitation, now: datetime) -> None:
    first = invitation.invited_by_id
    if not actor.staff or first == actor.user_id:
        raise NotAllowed("two_people", TWO_PEOPLE)
    if have_touched(one=actor.user_id, other=first, since=now - STRANGERS_FOR):
        raise NotAllowed("not_strangers", NOT_STRANGERS)


def invite_again(*, actor: Actor, invitation_id: UUID, now: datetime) -> None:
    """Have a new link mailed, good for as long as the first; the old one ends. Conflict where it is open no longer."""
    invitation = invitation_for(actor=actor, invitation_id=invitation_id)
    manage(actor=actor, agency_id=invitation.agency_id)
    if invitation.times_sent >= MOST_SENT:
        raise Conflict(
            "sent_often", N_("It has been sent five times. Take it back, and ask the person for the address.")
        )
    open_ones = Invitation.objects.filter(
        id=invitation_id, state=InvitationState.OPEN, times_sent=invitation.times_sent
    )
    again = invitation.times_sent + 1
    if open_ones.update(times_sent=again, expires_at=now + VALID, digest=None) != 1:
        raise Conflict
    publish(Invited(invitation_id=invitation_id), now=now)
    _record(actor, "invite_again", invitation, {"times": again}, now)


def revoke_invitation(*, actor: Actor, invitation_id: UUID, now: datetime) -> None:
    """Take an invitation back; its link opens nothing from now on. Conflict where it is open no longer."""
    invitation = invitation_for(actor=actor, invitation_id=invitation_id)
    manage(actor=actor, agency_id=invitation.agency_id)
    move(Invitation.objects.filter(id=invitation_id), arrows=INVITATION_ARROWS, target=InvitationState.REVOKED)
    _record(actor, "revoke_invitation", invitation, {}, now)


def issue_link(*, invitation_id: UUID, now: datetime) -> tuple[Invitation, str] | None:
    """The invitation and a new word for its link, as it is being mailed; None where it is open no longer.

    Only the word's hash is kept, so a mail that is written once more has another one, and the one before ends.
    """
    raw = secrets.token_urlsafe(32)
    invitation = invitation_to_mail(invitation_id, now)
    if invitation is None:
        return None
    held = Invitation.objects.filter(id=invitation_id, state=InvitationState.OPEN, times_sent=invitation.times_sent)
    return (invitation, raw) if held.update(digest=digest(raw)) == 1 else None


def brought_invitation(*, word: str, now: datetime) -> Invitation | None:
    """What a link opens now: an invitation that nobody has taken up, or None for whatever reason."""
    with invited(digest(word)):
        return invitation_brought(digest(word), now)


def accept_invitation(*, word: str, name: str, password: str, now: datetime) -> User:
    """Open the account that a link invites to, under this name and password; the link is spent by it.

    Raises LinkExpired where the link opens nothing now, Invalid where the name is none or the password weak. Call it
    outside any transaction: a password is hashed.
    """
    invitation = brought_invitation(word=word, now=now)
    if invitation is None:
        raise LinkExpired
    if not is_name(name):
        raise Invalid(errors={"name": [N_("Enter your name.")]})
    user = User(
        email=invitation.email,
        name=name.strip(),
        agency=invitation.agency,
        roles=invitation.roles,
        is_staff=invitation.agency_id is None,
        language=invitation.language,
    )
    user.password = encoded(password, user)
    with invited(digest(word)):
        _take_up(invitation, user, now)
    return user


def _take_up(invitation: Invitation, user: User, now: datetime) -> None:
    """The account and the end of the invitation, or neither: of two at once one finds it taken."""
    open_ones = Invitation.objects.filter(id=invitation.id, digest=invitation.digest, expires_at__gt=now)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            move(open_ones, arrows=INVITATION_ARROWS, target=InvitationState.ACCEPTED, account=user)
    except (IntegrityError, Conflict) as error:
        raise LinkExpired from error
    facts = {"roles": sorted(user.roles), "staff": user.is_staff, "invitation": str(invitation.id)}
    actor, agency = Oneself(user.id, user.agency_id), user.agency_id
    record(actor=actor, verb="create_user", kind="account", object_id=user.id, owner_id=agency, facts=facts, now=now)


def _address_problem(actor: Actor, agency_id: UUID | None, email: str) -> str:
    """The account of an address is told to those who see it anyway."""
    try:
        validate_email(email.strip())
    except ValidationError:
        return N_("Enter an e-mail address in the correct format, like name@example.com")
    known = account_by_email(email)
    told = known is not None and (actor.staff or (agency_id is not None and known.agency_id == agency_id))
    return N_("There is an account with that e-mail address already.") if told else ""


def _roles_problem(agency_id: UUID | None, roles: Collection[str]) -> str:
    if agency_id is None:
        return N_("A platform administrator reads no reports: choose no role.") if roles else ""
    try:
        checked_roles(roles)
    except Invalid as invalid:
        return invalid.errors["roles"][0]
    return ""


def _limit_problem(actor: Actor, now: datetime) -> str:
    """Counted while nobody else invites for the agency (``manage``)."""
    lately = _of(actor.agency_id).filter(created_at__gt=now - DAY)
    spent = not actor.staff and lately.count() >= MOST_A_DAY
    return N_("Your agency has invited fifty people in a day. Go on tomorrow, or ask the platform.") if spent else ""


def _of(agency_id: UUID | None) -> QuerySet[Invitation]:
    """The invitations to that agency, or to administer the platform."""
    return Invitation.objects.filter(agency_id=agency_id) if agency_id else Invitation.objects.filter(agency=None)


def _is_open(agency_id: UUID | None) -> bool:
    return agency_id is None or Agency.objects.filter(id=agency_id, active=True).exists()


def _record(actor: Actor, verb: str, invitation: Invitation, facts: dict[str, object], now: datetime) -> None:
    ident, agency = invitation.id, invitation.agency_id
    record(actor=actor, verb=verb, kind="invitation", object_id=ident, owner_id=agency, facts=facts, now=now)
