"""Kinds of notices, and the states of what is sent."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeKind(TextChoices):
    """Why an account is told."""

    REFERRAL_OPENED = "REFERRAL_OPENED", _("A report asks something of your agency")
    REFERRAL_FOR_INFORMATION = "REFERRAL_FOR_INFORMATION", _("A report is shared with your agency for information")
    REFERRAL_ANSWERED = "REFERRAL_ANSWERED", _("An agency has answered your report")
    REPORT_WITHDRAWN = "REPORT_WITHDRAWN", _("A report has been withdrawn")
    NO_LIAISON = "NO_LIAISON", _("Something waits for an agency that has no active liaison officer")
    PASSING_ASKED = "PASSING_ASKED", _("An agency has asked to pass your report on")
    PASSING_ANSWERED = "PASSING_ANSWERED", _("Your agency's request to pass a report on has been answered")
    BREAK_GLASS = "BREAK_GLASS", _("Platform administrators have opened a report of your agency by break-glass")
    PROBING = "PROBING", _("An account of your agency has asked for more than its work explains")
    INVITATION_WAITS = "INVITATION_WAITS", _("An invitation waits for a second administrator")
    INVITED = "INVITED", _("Somebody is invited to open an account of your agency")
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED", _("An account was opened again, given a role or had its sign-in reset")
    ALARM = "ALARM", _("The service needs an administrator")


K = NoticeKind
# What waits for an agency must not wait unseen: without a liaison officer, others are told that it waits.
WAITS_FOR_AGENCY = frozenset({K.REFERRAL_OPENED, K.REFERRAL_FOR_INFORMATION})
# Told to people who hold no content role, too, by design: that something waits or was opened, never what.
TOLD_WITHOUT_OPENING = frozenset({K.NO_LIAISON, K.BREAK_GLASS})

# Whatever of these follows on one report within some minutes comes in one mail: one hand can bring about any number.
GATHERED = frozenset({K.REFERRAL_ANSWERED, K.PASSING_ASKED, K.PASSING_ANSWERED})


class DispatchState(TextChoices):
    """How far a message has come."""

    PENDING = "PENDING", _("Waiting to be sent")
    SENT = "SENT", _("Sent")
    DEAD = "DEAD", _("Could not be sent")
    CANCELLED = "CANCELLED", _("Cancelled")


D = DispatchState
DISPATCH_ARROWS = {
    D.PENDING: frozenset({D.SENT, D.DEAD, D.CANCELLED}),
    D.DEAD: frozenset({D.PENDING}),
}


class ChannelKind(TextChoices):
    """Ways to reach an account."""

    EMAIL = "EMAIL", _("E-mail")


class Outcome(TextChoices):
    """How one attempt ended."""

    SENT = "SENT", _("Taken by the mail server")
    TEMPORARY = "TEMPORARY", _("Failed for now")
    PERMANENT = "PERMANENT", _("Failed for good")
