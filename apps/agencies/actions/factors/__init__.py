"""Second factors: enrolling, proving and removing them. Call these outside ``acting``: they open their own transactions.

Allauth's table and its arithmetic of codes are used, and fido2 for passkeys; its pages are not (docs/adr/0014).
"""

from apps.agencies.actions.factors.enrolling import (
    enrol_passkey,
    enrol_totp,
    new_recovery_codes,
    new_totp,
    offer_passkey,
    open_totp,
    totp_address,
)
from apps.agencies.actions.factors.proving import CodeRefused, TooManyTries, challenge, prove_by_code, prove_by_passkey
from apps.agencies.actions.factors.removing import remove_factor, reset_factors

__all__ = [
    "CodeRefused",
    "TooManyTries",
    "challenge",
    "enrol_passkey",
    "enrol_totp",
    "new_recovery_codes",
    "new_totp",
    "offer_passkey",
    "open_totp",
    "prove_by_code",
    "prove_by_passkey",
    "remove_factor",
    "reset_factors",
    "totp_address",
]
