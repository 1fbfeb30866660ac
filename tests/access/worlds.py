"""Generated worlds put into the database by the product's own actions, and readers as their requests would find them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from apps.agencies.models import Agency, User
from apps.agencies.policy import Actor, AgencyKind
from apps.core.ids import new_id, position
from apps.reports.models import Report
from apps.reports.states import ReportState
from apps.sharing.actions import label_draft, relabel
from apps.sharing.models import Label
from apps.sharing.policy import Facts, Member, Role, Stage
from tests.cast import NOW
from tests.sharing.oracle import Reader
from tests.sharing.strategies import AUTHOR, OPERATIONS, SOMEBODY_ELSE, TOKENS, facts, members
from tests.sizes import SIZES, generated

LABELS, READERS = 10, 10  # a world is a hundred pairs of a label and a reader


def size(*, pairs: int, landing: int, release: int) -> settings:
    """So many pairs; a world is too large to shrink in minutes. ``tests/agreement`` tries far more of them."""
    worlds = (count // (LABELS * READERS) for count in (pairs, landing, release))
    return generated(**dict(zip(SIZES, worlds, strict=True)), shrinks=False)


@dataclass(frozen=True, slots=True)
class World:
    """A few agencies, the facts of several labels, and several readers of them."""

    members: dict[int, Member]
    labels: tuple[Facts, ...]
    readers: tuple[Reader, ...]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Everybody before everything."""
    world = draw(members())
    drawn = draw(st.lists(facts(), min_size=LABELS, max_size=LABELS))
    labels = tuple(replace(label, author=AUTHOR + label.originator) for label in drawn)
    return World(world, labels, tuple(draw(_reader(world)) for _ in range(READERS)))


@st.composite
def _reader(draw: st.DrawFn, world: dict[int, Member]) -> Reader:
    """Somebody of one of the agencies or of none; now and then the account that wrote all that its agency filed."""
    agency = draw(st.sampled_from((*TOKENS, *TOKENS, None)))
    return Reader(
        agency=None if agency is None else world[agency],
        roles=frozenset() if agency is None else draw(st.frozensets(st.sampled_from(Role), min_size=1)),
        user_token=AUTHOR + agency if agency is not None and draw(st.booleans()) else SOMEBODY_ELSE,
        held=() if agency is None else tuple(sorted(draw(st.frozensets(st.sampled_from(OPERATIONS))))),
    )


def actor(reader: Reader) -> Actor:
    """The reader as a request computes them. The cast's first agencies stand for the generated ones of the same token."""
    member = reader.agency
    return Actor(
        user_id=new_id(),
        email="reader@example.example",
        name="A reader",
        user_token=reader.user_token,
        agency_id=Agency.objects.get(token=member.token).id if member else None,
        agency_token=member.token if member else 0,
        agency_code=Agency.objects.get(token=member.token).code if member else "",
        agency_name="",
        country=member.country if member else "",
        kind=AgencyKind.CUSTOMS,
        law_enforcement=bool(member and member.law_enforcement),
        roles=reader.roles,
        tokens=reader.tokens,
        language="en",
        time_zone="UTC",
    )


def stored(world: World) -> list[Label]:
    """Its labels and a report for each, written as the product writes them, a minute apart and not in that order."""
    return [_stored(world, label, number) for number, label in enumerate(world.labels)]


def _stored(world: World, label: Facts, number: int) -> Label:
    at = NOW + timedelta(minutes=number * 7 % LABELS)
    draft = replace(label, stage=Stage.DRAFT, counterparts=())
    owner = Reader(world.members[label.originator], frozenset({Role.LIAISON}), AUTHOR)
    author = replace_user(actor(owner), User.objects.filter(agency__token=label.originator).earliest("token").id)
    made = label_draft(actor=author, label_id=new_id(), facts=draft, note="", members=world.members, now=at)
    if label.stage is not Stage.DRAFT:
        shared = replace(label, stage=Stage.SHARED)
        relabel(label=made, facts=shared, members=world.members, search="ivory", moved=position(at), now=at)
    if label.stage is Stage.WITHDRAWN:
        standing = Label.objects.get(id=made.id)
        relabel(label=standing, facts=label, members=world.members, search="", now=at)
    _report(made, label.stage, at)
    return Label.objects.get(id=made.id)


def replace_user(of: Actor, user_id: UUID) -> Actor:
    """The same person under an account that is there."""
    return replace(of, user_id=user_id)


def _report(label: Label, stage: Stage, at: datetime) -> None:
    state = {Stage.DRAFT: "DRAFT", Stage.SHARED: "SUBMITTED", Stage.WITHDRAWN: "WITHDRAWN"}[stage]
    drafted = state == ReportState.DRAFT
    Report(
        id=label.id,
        label_id=label.id,
        kind="ANALYSIS",
        state=state,
        reference=None if drafted else f"SR-2026-{label.id.hex[:8].upper()}",
        title="Ivory",
        created_at=at,
        updated_at=at,
        submitted_at=None if drafted else at,
        withdrawn_at=at if state == ReportState.WITHDRAWN else None,
    ).save(force_insert=True)


def ids(labels: Sequence[Label]) -> list[UUID]:
    """Their ids."""
    return [label.id for label in labels]
