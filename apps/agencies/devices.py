"""Browsers that somebody has signed in with before: their mistakes are counted apart from strangers'.

Whoever guesses at an account from elsewhere spends the strangers' budget of it, and can't keep its person out. The word
that a browser keeps opens nothing: it only names whose budget a try is taken from.
"""

import secrets
from datetime import timedelta

from django.core import signing

from apps.agencies.models import User

SALT = "agencies.device"
REMEMBERED = timedelta(days=180)


def word(user: User) -> str:
    """What a browser keeps, once somebody has signed in with it."""
    return signing.dumps([str(user.id), secrets.token_hex(8)], salt=SALT)


def known(kept: str, user: User | None) -> str:
    """The browser's own name where ``kept`` was made for that account and not too long ago; empty for any other."""
    try:
        account, name = signing.loads(kept, salt=SALT, max_age=REMEMBERED)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(name) if user and account == str(user.id) else ""
