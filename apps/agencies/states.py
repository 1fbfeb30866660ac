"""The states of an invitation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InvitationState(TextChoices):
    """How far an invitation has come. One that nobody took in time stays open, and its link opens nothing."""

    OPEN = "OPEN", _("Waiting for an answer")
    ACCEPTED = "ACCEPTED", _("Accepted")
    REVOKED = "REVOKED", _("Taken back")


INVITATION_ARROWS = {InvitationState.OPEN: frozenset({InvitationState.ACCEPTED, InvitationState.REVOKED})}
