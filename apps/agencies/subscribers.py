"""What follows when an account needs a password: one mail with a link, sent by the worker and tried again if it fails."""

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext, override

from apps.agencies import links
from apps.agencies.events import AccountOpened, PasswordLinkWanted
from apps.agencies.models import User
from apps.agencies.queries import account_to_write_to
from apps.core.words import N_

SUBJECT = N_("Choose a password for Counterpart")
OPENED = N_("An account has been opened for you on Counterpart. Choose its password here:")
WANTED = N_("Somebody, probably you, asked for a new password for your account on Counterpart. Choose it here:")
VALID = N_("The link works once and for two hours. After that, ask for another one here:")
NOT_YOU = N_("If it was not you, do nothing: your password stays as it is.")


def welcome(event: AccountOpened) -> None:
    """Write to the person of a new account."""
    _write(account_to_write_to(event.user_id), OPENED)


def send_link(event: PasswordLinkWanted) -> None:
    """Write to the account, if there is one; the event may be of none, so that asking tells nothing."""
    _write(account_to_write_to(event.user_id), WANTED, NOT_YOU)


def _write(user: User | None, first: str, last: str = "") -> None:
    if user is None:
        return
    with override(user.language):
        texts = [
            gettext(first),
            _link(user),
            gettext(VALID),
            _address("web:password-reset"),
            gettext(last) if last else "",
        ]
        send_mail(gettext(SUBJECT), "\n\n".join(filter(None, texts)) + "\n", None, [user.email])


def _link(user: User) -> str:
    return _address("web:password-reset-new", *links.words(user))


def _address(name: str, *words: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=words)}"
