"""A referral's states and arrows (DESIGN §6)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReferralState(TextChoices):
    """How far the agency's answer has come."""

    OPEN = "OPEN", _("Waiting for an answer")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Acknowledged")
    ACCEPTED = "ACCEPTED", _("Accepted")
    ACTED = "ACTED", _("Action taken")
    CLOSED = "CLOSED", _("Closed")
    DECLINED = "DECLINED", _("Not for us")
    CANCELLED = "CANCELLED", _("Cancelled")


S = ReferralState
ARROWS = {
    S.OPEN: frozenset({S.ACKNOWLEDGED, S.ACCEPTED, S.DECLINED, S.CANCELLED}),
    S.ACKNOWLEDGED: frozenset({S.ACCEPTED, S.DECLINED, S.CANCELLED}),
    S.ACCEPTED: frozenset({S.ACTED, S.CLOSED, S.CANCELLED}),
    S.ACTED: frozenset({S.CLOSED, S.CANCELLED}),
    S.DECLINED: frozenset({S.OPEN}),  # a mistaken refusal, reopened by the same agency
}
INFORMATION_ARROWS = {S.OPEN: frozenset({S.ACKNOWLEDGED, S.CANCELLED}), S.ACKNOWLEDGED: frozenset({S.CANCELLED})}
ANSWERED = (S.ACKNOWLEDGED, S.ACCEPTED, S.ACTED, S.CLOSED, S.DECLINED)
WAITING = (S.OPEN,)


class ActionKind(TextChoices):
    """What an agency did about it."""

    ENQUIRY = "ENQUIRY", _("Enquiry opened")
    INFORMATION = "INFORMATION", _("Information gathered or sent")
    CONTROL = "CONTROL", _("Control or targeting measure")
    SEARCH = "SEARCH", _("Search")
    SEIZURE = "SEIZURE", _("Seizure")
    ARREST = "ARREST", _("Arrest")
    PROSECUTION = "PROSECUTION", _("Prosecution")
    OTHER = "OTHER", _("Other action")


ACTION_KIND = r"^[A-Z][A-Z0-9_]*$"  # one of these, or an agency's own code


class PassingState(TextChoices):
    """Whether a report may be passed on to one more agency."""

    ASKED = "ASKED", _("Waits for an answer")
    GRANTED = "GRANTED", _("Passed on")
    REFUSED = "REFUSED", _("Refused")


PASSING_ARROWS = {PassingState.ASKED: frozenset({PassingState.GRANTED, PassingState.REFUSED})}
