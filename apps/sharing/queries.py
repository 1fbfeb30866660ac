"""Reading labels: their facts as the policy takes them, who is in an audience and why, which labels come next."""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from apps.agencies.policy import Actor, Card
from apps.agencies.queries import agencies_by_token, every_agency
from apps.core.errors import NotFound
from apps.core.ids import FIRST, LAST
from apps.sharing.models import Grant, Label, Opening
from apps.sharing.policy import Facts, Handling, Judgement, Member, Stage, Tlp, judge
from apps.sharing.routing import Counterpart, Occasion, Part, RoutePart, Routing
from apps.sharing.states import OpeningState


def label_for(*, actor: Actor, label_id: UUID) -> Label:
    """The label, if the actor may see it; NotFound is the same for absent and invisible."""
    label = Label.objects.visible_to(actor).select_related("originator", "author").filter(id=label_id).first()
    if label is None:
        raise NotFound
    return label


def member(agency: Card) -> Member:
    """An agency as the policy needs it."""
    return Member(agency.token, agency.code, agency.country, agency.law_enforcement, agency.active)


def members(tokens: Collection[int]) -> dict[int, Member]:
    """The agencies with these tokens, in one statement."""
    return {token: member(agency) for token, agency in agencies_by_token(tokens).items()}


def facts_of(label: Label) -> Facts:
    """A stored label's facts; ``label.originator`` and ``label.author`` should be loaded."""
    return Facts(
        originator=label.originator.token,
        author=label.author.token,
        tlp=Tlp(label.tlp),
        law_enforcement_only=label.law_enforcement_only,
        stage=Stage(label.stage),
        handling=frozenset(Handling(code) for code in label.handling),
        named=frozenset(label.named),
        withheld=frozenset(label.withheld),
        counterparts=tuple(counterpart_from(row) for row in label.counterparts),
        operation=label.operation,
        passed_on=frozenset(label.passed_on),
        opened=frozenset(label.opened),
    )


def routing_of(label: Label) -> Routing:
    """What the route resolved to at submission: counterparts, and the parts that no other agency answers for."""
    own, unreached = (tuple(map(part_from, label.unanswered.get(name, ()))) for name in ("own", "unreached"))
    return Routing(tuple(map(counterpart_from, label.counterparts)), own, unreached)


def tokens_in(facts: Facts) -> set[int]:
    """The tokens of every agency that the facts speak of."""
    counterparts = {counterpart.agency for counterpart in facts.counterparts}
    return {facts.originator} | facts.named | facts.withheld | facts.passed_on | counterparts


def counterpart_from(row: Mapping[str, Any]) -> Counterpart:
    """A counterpart from its JSON row."""
    parts = tuple(part_from(part) for part in row["parts"])
    return Counterpart(row["agency"], parts, row["for_information"], row["coordinating"])


def counterpart_row(counterpart: Counterpart) -> dict[str, Any]:
    """A counterpart as a JSON row of the label."""
    return {
        "agency": counterpart.agency,
        "parts": [part_row(part) for part in counterpart.parts],
        "for_information": counterpart.for_information,
        "coordinating": counterpart.coordinating,
    }


def part_row(part: RoutePart) -> dict[str, Any]:
    """A part of a route as JSON; the share as a decimal string."""
    return {
        "part": part.part.value,
        "country": part.country,
        "share": None if part.share is None else str(part.share),
        "seizure_opportunity": part.seizure_opportunity,
        "coordinated": part.coordinated,
        "occasion": part.occasion.value,
    }


def part_from(row: Mapping[str, Any]) -> RoutePart:
    """A part of a route from its JSON row."""
    share = row["share"]
    return RoutePart(
        part=Part(row["part"]),
        country=row["country"],
        share=None if share is None else Decimal(share),
        seizure_opportunity=row["seizure_opportunity"],
        coordinated=row["coordinated"],
        occasion=Occasion(row.get("occasion", Occasion.SEIZURE)),  # rows older than the word are of what was seized
    )


def grants_of(*, actor: Actor, label: Label) -> list[Grant]:
    """The standing grants that the actor may know of: all to the originator, one's own to any other reader."""
    standing = Grant.objects.filter(label=label, revoked_at__isnull=True).select_related("agency")
    if label.originator_id != actor.agency_id:
        standing = standing.filter(token__in=actor.tokens)
    return list(standing.order_by("since", "basis", "token"))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of positions: from ``after`` on, up to and without ``before``."""

    after: UUID = FIRST
    before: UUID = LAST


def newest(*, span: Span, limit: int) -> RawSQL:
    """The positions of what whoever asks (as ``acting`` set it) may see, newest first: ``position__in=newest(…)``.

    The reader's tokens are merged over one index of the grants, and with them the drafts of the reader's agency, which
    have no grants; see migration 0007.
    """
    text = "SELECT sharing_newest(%s, %s, %s)"
    return RawSQL(text, [span.after, span.before, limit])  # noqa: S611  # nosec B611 - constant text, bound values


CLOSED_WITHIN = timedelta(minutes=10)
STANDING = Prefetch("grants", Grant.objects.filter(revoked_at__isnull=True))


def agreement(*, among: Collection[UUID] | None = None, batch: int = 500) -> Iterator[tuple[UUID, bool]]:
    """Every label (or those), by id, and whether policy, arrays and standing grants say the same of it.

    In statements of ``batch`` labels each: one for all of them would have the server write the whole table down first.

    A deactivated agency holds no tokens, so whether it still stands in an array or a grant decides nothing. An opening by
    break-glass must be gone a few minutes after its end.
    """
    over = set(Opening.objects.filter(until__lt=Now() - CLOSED_WITHIN).values_list("token", flat=True))
    known = {token: member(agency) for token, agency in every_agency().items()}
    inactive = {token for token, each in known.items() if not each.active}
    ignored = inactive | {-token for token in inactive}
    for label in _in_batches(among, batch):
        agrees = _agrees(label, judge(facts=facts_of(label), members=known), ignored)
        yield label.id, agrees and over.isdisjoint(label.opened)


def _in_batches(among: Collection[UUID] | None, batch: int) -> Iterator[Label]:
    rows = (
        Label.objects.select_related("originator", "author").prefetch_related(STANDING).defer("search").order_by("id")
    )
    if among is not None:
        rows = rows.filter(id__in=among)
    after = FIRST
    while labels := list(rows.filter(id__gt=after)[:batch]):
        yield from labels
        after = labels[-1].id


def is_exactly(label: Label, judgement: Judgement) -> bool:
    """Whether arrays and standing grants (prefetched) are what the policy says, to the last token."""
    return _agrees(label, judgement, frozenset()) and judgement.withheld == set(label.withheld)


def _agrees(label: Label, judgement: Judgement, ignored: AbstractSet[int]) -> bool:
    """A draft has no grants: that it is its agency's explains itself."""
    grounds = {(ground.token, ground.basis.value) for ground in judgement.grounds if ground.token not in ignored}
    granted = {(grant.token, grant.basis) for grant in label.grants.all() if grant.token not in ignored}
    arrays = judgement.audience - ignored == set(label.audience) - ignored and judgement.withheld <= set(label.withheld)
    return arrays and granted == (set() if label.stage == Stage.DRAFT else grounds)


def locked_labels(ids: Collection[UUID]) -> list[Label]:
    """Labels as they are now, in the order of their ids, nobody else's to write until the transaction ends."""
    rows = Label.objects.select_related("originator", "author").prefetch_related(STANDING).defer("search")
    return list(rows.filter(id__in=ids).select_for_update(of=("self",)).order_by("id"))


def next_labels(*, agency: int, after: UUID, limit: int) -> list[UUID]:
    """The next labels, by id, whose facts speak of this agency."""
    spoken_of = (
        Q(originator__token=agency)
        | Q(named__contains=[agency])
        | Q(passed_on__contains=[agency])
        | Q(counterparts__contains=[{"agency": agency}])
    )
    rows = Label.objects.filter(spoken_of, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:limit])


def disagreeing() -> list[UUID]:
    """The labels of which policy, arrays and grants do not say the same."""
    return [label_id for label_id, agrees in agreement() if not agrees]


def every_label() -> list[UUID]:
    """All labels, by id."""
    return list(Label.objects.order_by("id").values_list("id", flat=True))


def opening_tokens(*, label_id: UUID) -> set[int]:
    """The tokens of what is open by break-glass on this label now, by the database's clock."""
    rows = Opening.objects.filter(label_id=label_id, state=OpeningState.OPEN, until__gt=Now())
    return set(rows.values_list("token", flat=True))


def require_staff(actor: Actor) -> None:
    """Break-glass is the platform administrators'; to everybody else there is no such thing."""
    if not actor.staff:
        raise NotFound


def openings_for(*, actor: Actor, limit: int) -> list[Opening]:
    """What was asked for, by whomever, newest first."""
    require_staff(actor)
    rows = Opening.objects.select_related("asked_by", "approved_by", "ended_by", "owner")
    return list(rows.order_by("-asked_at", "-id")[:limit])


def opening_for(*, actor: Actor, opening_id: UUID) -> Opening:
    """One of them."""
    require_staff(actor)
    found = Opening.objects.select_related("asked_by", "approved_by").filter(id=opening_id).first()
    if found is None:
        raise NotFound
    return found


def glass_for(*, actor: Actor, opening_id: UUID) -> tuple[Opening, Actor]:
    """What is open to this person now, and the person as the reader of that one report; NotFound where anything is off.

    Time is the database's. Both people must still be platform administrators. The reader holds the opening's token
    and nothing else: it is handed out here, for one transaction, and stands in no list of what the account holds.
    """
    require_staff(actor)
    rows = Opening.objects.select_related("asked_by", "approved_by").filter(
        id=opening_id,
        state=OpeningState.OPEN,
        until__gt=Now(),
        asked_by_id=actor.user_id,
        **{f"{person}__{flag}": True for person in ("asked_by", "approved_by") for flag in ("is_active", "is_staff")},
    )
    opening = rows.first()
    if opening is None or opening.label_id is None:
        raise NotFound
    return opening, replace(actor, tokens=frozenset({opening.token}), staff=False)


def reference_asked_for(*, opening_id: UUID) -> str:
    """What an opening was asked for, for the worker who finds it; a draft has no reference, so nobody can ask for one."""
    return Opening.objects.values_list("reference", flat=True).get(id=opening_id)
