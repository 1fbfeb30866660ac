"""The secrets of second factors, sealed by the vault before allauth's tables hold them, and bound to their account."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter

from apps.vault.actions import seal
from apps.vault.queries import unseal

TOTP, RECOVERY, PENDING = "mfa_authenticator.totp", "mfa_authenticator.recovery", "agencies_session.totp"
_place: ContextVar[tuple[str, UUID]] = ContextVar("place")


@contextmanager
def sealed_in(field: str, user_id: UUID) -> Iterator[None]:
    """Whatever allauth stores or reads meanwhile is that field of that account; elsewhere it can do neither."""
    token = _place.set((field, user_id))
    try:
        yield
    finally:
        _place.reset(token)


def sealed(text: str) -> str:
    """The text, sealed for the place that ``sealed_in`` names; LookupError outside of one."""
    field, row = _place.get()
    return b64encode(seal(owner=None, field=field, row=row, plain=text.encode())).decode()


def unsealed(text: str) -> str:
    """What was sealed for that very place; the vault's Unreadable for anything else."""
    field, row = _place.get()
    return unseal(owner=None, field=field, row=row, sealed=b64decode(text)).decode()


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Allauth's hooks: secrets in and out of its tables."""

    def encrypt(self, text: str) -> str:
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unsealed(encrypted_text)
