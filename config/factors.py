"""Who comes in by a passkey only, as the environment says."""

from apps.agencies.policy import PLATFORM_ADMIN, Role
from config import env

NAME = "COUNTERPART_PASSKEY_FOR"
KNOWN = (*(role.value for role in Role), PLATFORM_ADMIN)


def passkey_for() -> frozenset[str]:
    """The roles, by commas in any case; nobody by default. Raises Misconfigured where one is unknown."""
    return env.some_of(NAME, KNOWN)
