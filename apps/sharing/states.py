"""How far an opening by break-glass has come."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OpeningState(TextChoices):
    """ASKED by one, APPROVED by another, OPEN once the worker has let the asker in, then ENDED; or REFUSED."""

    ASKED = "ASKED", _("Waits for a second administrator")
    APPROVED = "APPROVED", _("Approved, being opened")
    OPEN = "OPEN", _("Open")
    ENDED = "ENDED", _("Over")
    REFUSED = "REFUSED", _("Refused")


S = OpeningState
ARROWS = {
    S.ASKED: frozenset({S.APPROVED, S.REFUSED}),
    S.APPROVED: frozenset({S.OPEN, S.ENDED}),
    S.OPEN: frozenset({S.ENDED}),
}
LIVE = (S.ASKED, S.APPROVED, S.OPEN)
