"""Who comes in by a passkey only, as the environment says."""

from apps.agencies.policy import PLATFORM_ADMIN, Role
from config import env

NAME = "COUNTERPART_PASSKEY_FOR"
KNOWN = (*(role.value for role in Role), PLATFORM_ADMIN)


def passkey_for() -> frozenset[str]:
    """The roles, by commas in any case; nobody by default. Raises Misconfigured where one is unknown."""
    asked = frozenset(word.upper() for word in env.words(NAME))
    wrong = sorted(asked.difference(KNOWN))
    if wrong:
        raise env.Misconfigured(f"{NAME}: {', '.join(wrong)}: it names {', '.join(KNOWN)}, by commas.")
    return asked
