"""What this room decides for those below, and what it does when something happened there.

Whether an account may still be told of a label, and which it sees; labels judged again when an agency has changed; grants
taken back when an opening was ended. The handlers run in the worker.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from apps.agencies.events import AgencyChanged
from apps.agencies.policy import Actor
from apps.agencies.queries import actors_of
from apps.core.clock import now as clock
from apps.core.ids import FIRST
from apps.notifications.gate import Look
from apps.sharing.actions import close_opening, judge_again
from apps.sharing.events import LabelsStale, OpeningEnded
from apps.sharing.models import Label
from apps.sharing.policy import Member, reaches, visible

type_label = tuple[frozenset[int], frozenset[int]]


def may_be_told(looks: Collection[Look], now: datetime) -> AbstractSet[Look]:
    """Those of the looks that hold now, in two statements: the readers' tokens, the labels' arrays."""
    people = actors_of(user_ids={look.user_id for look in looks}, now=now)
    rows = Label.objects.filter(id__in={look.label_id for look in looks}).values_list("id", "audience", "withheld")
    labels = {id_: (frozenset(audience), frozenset(withheld)) for id_, audience, withheld in rows}
    known = [look for look in looks if look.user_id in people and look.label_id in labels]
    return {look for look in known if _holds(look, people[look.user_id], labels[look.label_id])}


def _holds(look: Look, actor: Actor, label: type_label) -> bool:
    """The wall's own condition; or, for who is told that something waits and never what, that of their agency.

    An administrator holds no content token, so the wall would never let one be told that their agency misses a liaison
    officer: the label must let a liaison officer of theirs in. The same is asked of the coordinating body, since that an
    agency was sent something is the secret itself where the body is outside.
    """
    audience, withheld = label
    if look.opens:
        return visible(audience=audience, withheld=withheld, tokens=actor.tokens)
    return actor.agency_id is not None and reaches(audience=audience, withheld=withheld, member=_agency_of(actor))


def _agency_of(actor: Actor) -> Member:
    """The agency of an actor; one that is closed has no actors."""
    return Member(actor.agency_token, actor.agency_code, actor.country, actor.law_enforcement, active=True)


def labels_seen(actor: Actor, labels: Collection[UUID]) -> AbstractSet[UUID]:
    """Those of the labels that the actor sees, in one statement, behind both walls."""
    return set(Label.objects.visible_to(actor).filter(id__in=labels).values_list("id", flat=True))


def judge_labels_of(event: AgencyChanged) -> None:
    """Judge the labels that speak of the agency again, the first of them here."""
    judge_again(agency=event.agency, after=FIRST, now=clock())


def judge_the_next(event: LabelsStale) -> None:
    """Go on behind those that are done."""
    judge_again(agency=event.agency, after=event.after, now=clock())


def shut(event: OpeningEnded) -> None:
    """Take back the grant of an opening that was ended early."""
    close_opening(opening_id=event.opening_id, now=clock())
