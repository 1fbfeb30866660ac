"""Writing down that somebody was refused, so that nobody fills the trail by asking: it can't be trimmed.

Of one account, at one door and for one cause, ten refusals in an hour have their lines; the tenth says that it is the last.
"""

from datetime import datetime, timedelta
from uuid import UUID

from apps.agencies.acting import acting
from apps.agencies.actions.budgets import count, spend
from apps.agencies.policy import Actor
from apps.audit.actions import record
from apps.core.errors import Refused

LINES, WITHIN = 10, timedelta(hours=1)


def note_refusal(
    *, actor: Actor, kind: str, object_id: UUID | None = None, refused: Refused, method: str | None, now: datetime
) -> None:
    """One line of the trail about a refusal, in a transaction of its own. Call it outside ``acting``.

    What finds nothing has a budget already (probing.py), so that each miss has its line; every other refusal has ten.
    """
    facts: dict[str, object] = {"code": refused.code, "method": method}
    if refused.status != 404 or object_id is None:
        key = f"{actor.user_id} {kind} {refused.code}"
        lines = count(kind="refusal-line", key=key, most=LINES, within=WITHIN, now=now)
        if not lines:
            return
        facts |= {"last": True} if lines == LINES else {}
    with acting(actor):
        record(actor=actor, verb="refused", kind=kind, object_id=object_id, facts=facts, now=now)


def is_told(*, door: str, key: str, within: timedelta, now: datetime) -> bool:
    """Whether the trail is told of a spent budget: once in its window, whoever asks on. Call it outside any transaction."""
    return spend(kind="spent-line", key=f"{door} {key}", most=1, within=within, now=now)
