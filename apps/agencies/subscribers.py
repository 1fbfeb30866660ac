"""Mails about accounts: invitations, links to choose a password, changed doors. Sent by the worker, again if it fails."""

from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, override

from apps.agencies import actions, links
from apps.agencies.events import DoorsChanged, Invited, PasswordLinkWanted, StrangersTried
from apps.agencies.models import Invitation, User
from apps.agencies.queries import account_by_email, account_to_write_to, may_sign_in
from apps.core.clock import now
from apps.core.mail import mail
from apps.core.words import N_

SUBJECT = N_("Choose a password for Counterpart")
WANTED = N_("Somebody, probably you, asked for a new password for your account on Counterpart. Choose it here:")
VALID = N_("The link works once and for two hours. After that, ask for another one here:")
NOT_YOU = N_("If it was not you, do nothing: your password stays as it is.")
CHANGED_SUBJECT = N_("How you sign in to Counterpart has changed")
CHANGED = N_(
    "Your password, a second factor, an API token or your agency's sign-in was added to your account, changed or removed."
)
TRIED_SUBJECT = N_("Somebody has tried to sign in to Counterpart as you")
TRIED = N_(
    "Somebody has given wrong passwords for your account so often that further tries are refused for a while. Nobody was let "
    "in by it. If it was you, wait a quarter of an hour, or choose another password."
)
TRIED_SECOND = N_(
    "Somebody has passed the first step of signing in as you, your password or your agency's sign-in, and then failed several "
    "times to prove your second factor. If it was not you, tell your agency's administrator at once, and choose another "
    "password."
)
CHOOSE = N_("A link to choose another password is mailed to you here:")
INVITED_SUBJECT = N_("You are invited to Counterpart")
INVITED = N_("You have been invited to open an account on Counterpart. Choose your name and your password here:")
UNTIL = N_("The link works once, until %(until)s. After that, ask whoever invited you for another one.")
UNEXPECTED = N_("If you did not expect it, do nothing: no account is opened.")
KNOWN = N_("Somebody has invited this address to open an account on Counterpart. It has one, and it stays as it is:")
MOVED = N_(
    "Whoever invited you was not told so. An account belongs to one agency and can't be moved: if you work for another one "
    "now, have your old account closed and give your new agency another address."
)
TELL = N_("If it was not you, tell your agency's administrator at once, and choose another password here:")


def invite(event: Invited) -> None:
    """Write to whoever was invited: a link, or, where the address has an account, that it stays what it is."""
    issued = actions.issue_link(invitation_id=event.invitation_id, now=now())
    if issued is None:
        return
    invitation, word = issued
    known = account_by_email(invitation.email)
    if known is None:
        _invite(invitation, word)
    elif may_sign_in(known):
        with override(known.language):
            _send(known.email, gettext(INVITED_SUBJECT), gettext(KNOWN), _address("web:sign-in"), gettext(MOVED))


def send_link(event: PasswordLinkWanted) -> None:
    """Write to the account, if there is one; the event may be of none, so that asking tells nothing."""
    user = account_to_write_to(event.user_id)
    if user is not None:
        with override(user.language):
            again = _address("web:password-reset")
            texts = [gettext(WANTED), _link(user), gettext(VALID), again, gettext(NOT_YOU)]
            _send(user.email, gettext(SUBJECT), *texts)


def tell_of_doors(event: DoorsChanged) -> None:
    """Write to the account whose way in has changed; what exactly, its own page says."""
    user = account_to_write_to(event.user_id)
    if user is not None:
        with override(user.language):
            texts = [gettext(CHANGED), gettext(TELL), _address("web:password-reset")]
            _send(user.email, gettext(CHANGED_SUBJECT), *texts)


def warn_of_tries(event: StrangersTried) -> None:
    """Write to whom somebody tries to come in as; the event may be of no account, so that the door tells nothing."""
    user = account_to_write_to(event.user_id)
    if user is not None:
        with override(user.language):
            what = TRIED_SECOND if event.past_first_step else TRIED
            texts = [gettext(what), gettext(CHOOSE), _address("web:password-reset")]
            _send(user.email, gettext(TRIED_SUBJECT), *texts)


def _invite(invitation: Invitation, word: str) -> None:
    with override(invitation.language):
        until = formats.date_format(invitation.expires_at, "j F Y H:i e")
        texts = [
            gettext(INVITED),
            _address("web:invitation", word),
            gettext(UNTIL) % {"until": until},
            gettext(UNEXPECTED),
        ]
        _send(invitation.email, gettext(INVITED_SUBJECT), *texts)


def _send(address: str, subject: str, *texts: str) -> None:
    mail(to=address, subject=subject, body="\n\n".join(texts) + "\n", ident=uuid4()).send()


def _link(user: User) -> str:
    return _address("web:password-reset-new", *links.words(user))


def _address(name: str, *words: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=words)}"
