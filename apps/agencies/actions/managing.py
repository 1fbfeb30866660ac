"""Who manages whose accounts, asked again at the moment of the change: nobody acts with a role that has just been lost.

Whoever runs the platform takes access away, and gives none: alone they let nobody in (ADR 0020). Whatever lets somebody in
again is told to those who answer for the account.
"""

from datetime import datetime
from uuid import UUID

from apps.agencies.events import AccountChanged
from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor, Role, may_manage
from apps.audit.actions import Who
from apps.core.errors import NotAllowed, NotFound
from apps.core.ids import new_id
from apps.core.words import N_
from apps.outbox.actions import publish

OWN_ACCOUNT = N_("You can't do this to the account you are using. Another administrator can.")
BY_ITS_AGENCY = N_(
    "Platform administrators open no account again and give no role: the agency's own administrators do. Where it has none, "
    "invite one, which a second platform administrator confirms."
)
AT_THE_SERVER = N_(
    "No page opens a platform administrator's account again. Whoever runs the server does, by the command create_admin."
)


def manage(*, actor: Actor, agency_id: UUID | None) -> None:
    """Change accounts of that agency (None: the platform's) alone, until the transaction ends.

    Two administrators can't shut each other out at once, so an agency that manages itself keeps one, and so does the
    platform: whoever comes second is none any more. Raises NotAllowed.
    """
    if not may_manage(actor=actor, agency_id=agency_id):
        raise NotAllowed
    if agency_id is None:
        list(User.objects.select_for_update().filter(is_staff=True).order_by("id").values_list("id"))
    else:
        list(Agency.objects.select_for_update(no_key=True).filter(id=agency_id).values_list("id"))
    if not _still(actor):
        raise NotAllowed


def managed(*, actor: Actor, user_id: UUID) -> User:
    """An account of those that the actor manages, for changing it; another one is absent (NotFound)."""
    found = User.objects.filter(id=user_id).first()
    if found is None or not may_manage(actor=actor, agency_id=found.agency_id):
        raise NotFound
    manage(actor=actor, agency_id=found.agency_id)
    return User.objects.get(id=user_id)  # as it is now that nobody else changes it


def of_another(*, actor: Actor, user_id: UUID) -> User:
    """The same, but never the actor's own: nobody gives themselves a role or shuts themselves out."""
    found = managed(actor=actor, user_id=user_id)
    if actor.user_id == user_id:
        raise NotAllowed("own_account", OWN_ACCOUNT)
    return found


def require_own_people(*, actor: Actor, user: User) -> None:
    """NotAllowed where a platform administrator would let somebody in again: an account that is closed, or one more role."""
    if actor.staff:
        raise NotAllowed("lets_nobody_in", why_not(user))


def why_not(user: User) -> str:
    """Who does it instead, as a sentence."""
    return AT_THE_SERVER if user.is_staff else BY_ITS_AGENCY


def tell_of_change(*, actor: Who, user_id: UUID, now: datetime) -> None:
    """Have those told who answer for an account that it lets somebody in whom it did not; whoever did it knows."""
    by_id = actor.user_id or new_id()  # a command is nobody, whom no notice could be left out for
    publish(AccountChanged(user_id=user_id, by_id=by_id, change_id=new_id()), now=now)


def _still(actor: Actor) -> bool:
    """Whether the actor is today what they were when the request began."""
    people = User.objects.filter(id=actor.user_id, is_active=True, is_staff=actor.staff)
    return (people if actor.staff else people.filter(roles__contains=[Role.AGENCY_ADMIN])).exists()
