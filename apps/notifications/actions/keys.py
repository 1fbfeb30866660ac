"""The age of keys and secrets, as far as it is known here: looked at each night, since nobody thinks of it by themselves."""

from datetime import UTC, datetime, time

from django.conf import settings

from apps.agencies.models import ApiToken
from apps.audit.queries import signed_since
from apps.notifications.actions.alarms import alarm, all_clear
from apps.notifications.policy import AlarmCode, aged
from apps.vault.queries import data_keys_since, masters_since


def check_keys(*, now: datetime) -> int:
    """Open the alarm where something has been in use for too long, else end it; how many kinds of things have."""
    facts = aged(_in_use(now), limit=settings.KEYS_FOR, at=now)
    if facts is None:
        all_clear(code=AlarmCode.OLD_KEYS, now=now)
        return 0
    alarm(code=AlarmCode.OLD_KEYS, facts=facts, now=now)
    return len(facts) - 2  # all but the oldest's days and the limit


def _in_use(now: datetime) -> dict[str, list[datetime]]:
    """Since when what is in use is: of the environment's secrets only somebody who has replaced them can say so."""
    tokens = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=now)
    signed, replaced = signed_since(), settings.SECRETS_SINCE
    return {
        "masters": masters_since(),
        "data_keys": data_keys_since(),
        "signing_keys": [signed] if signed else [],
        "api_tokens": list(tokens.values_list("created_at", flat=True)),
        "environments": [datetime.combine(replaced, time(), UTC)] if replaced else [],
    }
