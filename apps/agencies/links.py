"""Links that let their reader choose a password: signed, good for two hours, spent by the choice (Django's tokens)."""

from uuid import UUID

from django.contrib.auth.tokens import default_token_generator
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from apps.agencies.models import User
from apps.agencies.queries import account_to_write_to


def words(user: User) -> tuple[str, str]:
    """The two words of a link of that account: who, and the proof."""
    return urlsafe_base64_encode(user.id.bytes), default_token_generator.make_token(user)


def account(uid: str, token: str) -> User | None:
    """The account that a link opens now, or None."""
    try:
        ident = UUID(bytes=urlsafe_base64_decode(uid))
    except ValueError:
        return None
    user = account_to_write_to(ident)
    return user if user and default_token_generator.check_token(user, token) else None
