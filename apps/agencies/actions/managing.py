"""Who manages whose accounts, asked again at the moment of the change: nobody acts with a role that has just been lost."""

from uuid import UUID

from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor, Role, may_manage
from apps.core.errors import NotAllowed, NotFound
from apps.core.words import N_

OWN_ACCOUNT = N_("You can't do this to the account you are using. Another administrator can.")


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


def _still(actor: Actor) -> bool:
    """Whether the actor is today what they were when the request began."""
    people = User.objects.filter(id=actor.user_id, is_active=True, is_staff=actor.staff)
    return (people if actor.staff else people.filter(roles__contains=[Role.AGENCY_ADMIN])).exists()
