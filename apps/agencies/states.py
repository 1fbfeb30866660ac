"""The states of an invitation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InvitationState(TextChoices):
    """How far an invitation has come. One that nobody took in time stays open, and its link opens nothing.

    PROPOSED is what a platform administrator has asked for and no second one has confirmed: no link is mailed.
    """

    PROPOSED = "PROPOSED", _("Waiting for a second administrator")
    OPEN = "OPEN", _("Waiting for an answer")
    ACCEPTED = "ACCEPTED", _("Accepted")
    REVOKED = "REVOKED", _("Taken back")


INVITATION_ARROWS = {
    InvitationState.PROPOSED: frozenset({InvitationState.OPEN, InvitationState.REVOKED}),
    InvitationState.OPEN: frozenset({InvitationState.ACCEPTED, InvitationState.REVOKED}),
}
LIVE = (InvitationState.PROPOSED, InvitationState.OPEN)  # of these there is one for an address in an agency
