"""What a door showed: one line of the trail for each request that shows content, written before the answer leaves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.agencies.policy import Actor
from apps.audit.actions import note


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown: ids, codes and counts."""

    verb: str
    kind: str
    object_id: UUID | None
    owner_id: UUID | None
    facts: dict[str, object]


class Sees:
    """The hook of both base views. A handler that shows content says what, once; the base writes it, in the transaction of
    the request and before it commits: where the line can't be written there is no answer.
    """

    actor: Actor
    _seen: Seen | None = None

    def seen(
        self,
        kind: str,
        *,
        object_id: UUID | None = None,
        owner_id: UUID | None = None,
        count: int | None = None,
        verb: str = "read",
        **facts: object,
    ) -> None:
        """Say what is shown: an object and the agency that owns it, or how many rows of a list and by which filters'
        names. Never content, and never the words of a search.
        """
        counted = {} if count is None else {"count": count}
        roles = sorted(role.value for role in self.actor.roles)
        self._seen = Seen(verb, kind, object_id, owner_id, {"roles": roles, **counted, **facts})

    def unseen(self) -> None:
        """Take it back: what was to be shown is not, or another line of the trail says it already."""
        self._seen = None

    def leave(self, now: datetime) -> None:
        """Write the line, where something was shown. The bases call it, last in the transaction."""
        seen, self._seen = self._seen, None
        if seen is not None:
            note(
                actor=self.actor,
                verb=seen.verb,
                kind=seen.kind,
                object_id=seen.object_id,
                owner_id=seen.owner_id,
                facts=seen.facts,
                now=now,
            )
