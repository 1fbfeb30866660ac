"""What follows the first step of signing in."""

from collections.abc import Collection
from enum import StrEnum

from allauth.mfa.models import Authenticator
from django.conf import settings

from apps.agencies.acting import proving
from apps.agencies.models import User
from apps.agencies.queries import factors_of

PASSKEY, APP = Authenticator.Type.WEBAUTHN.value, Authenticator.Type.TOTP.value
RECOVERY = Authenticator.Type.RECOVERY_CODES.value


class Step(StrEnum):
    """What a right password leads to: in, to the second factor, to enrolling one first, or to enrolling a passkey."""

    IN = "IN"
    SECOND = "SECOND"
    ENROL = "ENROL"
    PASSKEY = "PASSKEY"


def next_step(*, user: User, proved: str = "") -> Step:
    """What follows the right password of that account, and the second factor that was ``proved``, if one was."""
    with proving(user.id):
        kinds = set(factors_of(user.id).values_list("type", flat=True))
    if user.needs_passkey():
        return _by_passkey(kinds, proved)
    if proved:
        return Step.IN
    return Step.SECOND if kinds else Step.ENROL if settings.SECOND_FACTOR_REQUIRED else Step.IN


def _by_passkey(kinds: Collection[str], proved: str) -> Step:
    """Only a passkey leads in. Whoever has none enrols one, after what they have; so does whoever has lost theirs.

    A code of an app serves for that only as long as there is no passkey: else the app alone would be enough.
    """
    if proved == PASSKEY:
        return Step.IN
    serves = {RECOVERY} if PASSKEY in kinds else {RECOVERY, APP}
    return Step.PASSKEY if not kinds or proved in serves else Step.SECOND
