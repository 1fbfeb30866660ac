"""A drawn world in the database, written by the product's own actions, and its people as their requests find them."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from apps.agencies.models import Agency, HeldToken, User
from apps.agencies.policy import Actor
from apps.agencies.queries import actors_of
from apps.core.ids import new_id, position
from apps.reports.models import Report
from apps.sharing.actions import label_draft, relabel
from apps.sharing.models import Label
from apps.sharing.policy import FIRST_USER, Facts, Stage
from tests.agreement.drawn import OPERATIONS, Drawn
from tests.cast import NOW
from tests.sharing.oracle import Reader

STATES = {Stage.DRAFT: "DRAFT", Stage.SHARED: "SUBMITTED", Stage.WITHDRAWN: "WITHDRAWN"}


class Stored:
    """The world's rows. ``facts`` are by label, and name real accounts. It is written while every agency takes part."""

    def __init__(self, world: Drawn) -> None:
        self.world = world
        _flag(world)
        self.users = _people(world)
        authors = actors_of(user_ids=[user.id for user in self.users], now=NOW)
        self.facts: dict[UUID, Facts] = {}
        for number, label in enumerate(world.labels):
            author = authors[self.users[label.author].id]
            facts = replace(label, author=author.user_token)
            self.facts[self._label(author, facts, NOW + timedelta(seconds=number))] = facts
        Report.objects.bulk_create(_report(label, facts.stage) for label, facts in self.facts.items())
        left = [token for token, member in world.members.items() if not member.active]
        Agency.objects.filter(token__in=left).update(active=False)

    @property
    def readers(self) -> list[tuple[Actor | None, Reader]]:
        """Each person as the product computes them from their rows (None: it knows nobody there), and as the oracle is told."""
        actors = actors_of(user_ids=[user.id for user in self.users], now=NOW)
        return [(actors.get(user.id), self._reader(place)) for place, user in enumerate(self.users)]

    def _reader(self, place: int) -> Reader:
        person, world, token = self.world.people[place], self.world, self.users[place].token
        if person.agency is None:
            return Reader(None, person.roles, token)
        return Reader(world.members[person.agency], person.roles, token, world.held[person.agency])

    def _label(self, author: Actor, facts: Facts, at: datetime) -> UUID:
        members = self.world.members
        draft = replace(facts, stage=Stage.DRAFT, counterparts=())
        label = label_draft(actor=author, label_id=new_id(), facts=draft, note="", members=members, now=at)
        if facts.stage is not Stage.DRAFT:
            shared = replace(facts, stage=Stage.SHARED)
            relabel(label=label, facts=shared, members=members, search="ivory", moved=position(at), now=at)
        if facts.stage is Stage.WITHDRAWN:
            relabel(label=Label.objects.get(id=label.id), facts=facts, members=members, search="", now=at)
        return label.id


def _flag(world: Drawn) -> None:
    """The cast's first agencies get the drawn ones' flags, and hold what those hold, now or no longer."""
    for token, member in world.members.items():
        Agency.objects.filter(token=token).update(law_enforcement=member.law_enforcement, active=True)
    ids = dict(Agency.objects.filter(token__in=world.members).values_list("token", "id"))
    day = timedelta(days=1)
    HeldToken.objects.bulk_create(
        HeldToken(agency_id=ids[token], token=operation, since=NOW - day, until=NOW + day if operation in held else NOW)
        for token, held in world.held.items()
        for operation in OPERATIONS
    )


def _people(world: Drawn) -> list[User]:
    ids = dict(Agency.objects.filter(token__in=world.members).values_list("token", "id"))
    people = [
        User(
            token=FIRST_USER + 900_000 + place,
            email=f"drawn{place}@people.example",
            name=f"Drawn {place}",
            agency_id=None if person.agency is None else ids[person.agency],
            roles=sorted(person.roles),
            is_staff=person.agency is None,
        )
        for place, person in enumerate(world.people)
    ]
    User.objects.bulk_create(people)
    return list(User.objects.filter(email__endswith="@people.example").order_by("token"))


def _report(label: UUID, stage: Stage) -> Report:
    drafted = stage is Stage.DRAFT
    return Report(
        id=label,
        label_id=label,
        kind="ANALYSIS",
        state=STATES[stage],
        reference=None if drafted else f"SR-2026-{label.hex[-8:].upper()}",
        title="Ivory",
        created_at=NOW,
        updated_at=NOW,
        submitted_at=None if drafted else NOW,
        withdrawn_at=NOW if stage is Stage.WITHDRAWN else None,
    )
