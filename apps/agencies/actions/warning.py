"""Telling people that somebody tries to come in as them: when tries are spent, and when only the second step fails.

At the door nothing shows of it. Of an address that is nobody's the same is counted and published, about an account that
does not exist; the worker finds none and writes to nobody.
"""

from datetime import datetime, timedelta
from uuid import UUID

from apps.agencies.actions.budgets import spend
from apps.agencies.events import StrangersTried
from apps.core.ids import new_id
from apps.outbox.actions import publish

OFTEN = 3  # wrong codes after a right password
HOUR = timedelta(hours=1)


def is_due(*, key: str, past_first_step: bool = False, now: datetime) -> bool:
    """Whether it is told: once in an hour, and once more where the first step was right. Call it outside any transaction."""
    worse = "+" if past_first_step else ""
    return spend(kind="warning", key=f"{key}{worse}", most=1, within=HOUR, now=now)


def warn(*, user_id: UUID | None, past_first_step: bool = False, now: datetime) -> None:
    """Have the account written to, if there is one; inside the transaction that records the try."""
    publish(StrangersTried(user_id=user_id or new_id(), past_first_step=past_first_step), now=now)
