"""The role table, asked before anything is read."""

from apps.agencies.policy import Actor
from apps.core.errors import NotAllowed
from apps.sharing.policy import Verb, refusal
from apps.sharing.sentences import REFUSALS


def allow(actor: Actor, verb: Verb) -> None:
    """Raise NotAllowed where the actor's roles or agency may not."""
    why = refusal(verb=verb, roles=actor.roles, kind=actor.kind, law_enforcement=actor.law_enforcement)
    if why is not None or actor.agency_id is None:
        raise NotAllowed(sentence=REFUSALS[why] if why else NotAllowed.sentence)
