"""What this room decides for those below: whether an account may still be told of a label."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import datetime

from apps.agencies.policy import Actor
from apps.agencies.queries import actors_of
from apps.notifications.gate import Look
from apps.sharing.models import Label
from apps.sharing.policy import visible

type_label = tuple[frozenset[int], frozenset[int]]


def may_be_told(looks: Collection[Look], now: datetime) -> AbstractSet[Look]:
    """Those of the looks that hold now, in two statements: the readers' tokens, the labels' arrays."""
    people = actors_of(user_ids={look.user_id for look in looks}, now=now)
    rows = Label.objects.filter(id__in={look.label_id for look in looks}).values_list("id", "audience", "withheld")
    labels = {id_: (frozenset(audience), frozenset(withheld)) for id_, audience, withheld in rows}
    known = [look for look in looks if look.user_id in people and look.label_id in labels]
    return {look for look in known if _holds(look, people[look.user_id], labels[look.label_id])}


def _holds(look: Look, actor: Actor, label: type_label) -> bool:
    """The wall's own condition; or, for who is told that something waits and never what, only that nothing is withheld.

    An administrator holds no content token, so the wall would never let one be told that their agency misses a liaison
    officer. The coordinating body is told the same; but an agency that it was withheld from must not notice even that.
    """
    audience, withheld = label
    if look.opens:
        return visible(audience=audience, withheld=withheld, tokens=actor.tokens)
    return withheld.isdisjoint({actor.agency_token, -actor.agency_token})
