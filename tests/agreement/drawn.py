"""Worlds drawn by the run's seed: agencies with their flags, people with roles, what agencies hold, and labels by the hundred.

Apart from ``tests.sharing.strategies``, which draws one small case at a time and makes it smaller when it fails: here the
number counts, and a failure is told with the facts of its label and its reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from apps.sharing.policy import FIRST_OPERATION, Facts, Handling, Member, Role, Stage, Tlp
from apps.sharing.routing import Counterpart, Part, RoutePart
from tests.sharing.strategies import COUNTRIES, TOKENS

T = TypeVar("T")
OPERATIONS = (FIRST_OPERATION, FIRST_OPERATION + 1)
STAGES = (Stage.DRAFT, Stage.SHARED, Stage.SHARED, Stage.SHARED, Stage.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Person:
    """An account: its agency (None: platform staff) and its roles there."""

    agency: int | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A world before it is stored. A label's ``author`` is the place of a person among ``people``."""

    members: dict[int, Member]
    held: dict[int, tuple[int, ...]]
    people: tuple[Person, ...]
    labels: tuple[Facts, ...]


def drawn(random: Random, *, people: int, labels: int) -> Drawn:
    """A world of so many people and labels; each agency has at least one person, who may have written what it filed."""
    members = {token: _member(random, token) for token in TOKENS}
    held = {token: tuple(_some(random, OPERATIONS, 2)) for token in TOKENS}
    agencies = [*TOKENS, None, *random.choices(TOKENS, k=people)][: max(people, len(TOKENS) + 1)]
    persons = tuple(Person(agency, _roles(random, agency)) for agency in agencies)
    return Drawn(members, held, persons, tuple(_facts(random, persons) for _ in range(labels)))


def _member(random: Random, token: int) -> Member:
    country, enforces, active = random.choice(COUNTRIES), random.random() < 0.5, random.random() < 0.75
    return Member(token, f"AGENCY-{token}", country, enforces, active)


def _roles(random: Random, agency: int | None) -> frozenset[Role]:
    roles = sorted(Role)
    return frozenset() if agency is None else frozenset(random.sample(roles, random.randint(1, len(roles))))


def _some(random: Random, of: Sequence[T], most: int) -> list[T]:
    return random.sample(of, random.randint(0, min(most, len(of))))


def _facts(random: Random, people: Sequence[Person]) -> Facts:
    """Without a contradiction: nobody is named and withheld, the originator is not withheld."""
    author = random.choice([place for place, person in enumerate(people) if person.agency is not None])
    originator = people[author].agency
    assert originator is not None
    withheld = frozenset(_some(random, [token for token in TOKENS if token != originator], 2))
    named = frozenset(_some(random, [token for token in TOKENS if token not in withheld], 2))
    stage = random.choice(STAGES)
    return Facts(
        originator=originator,
        author=author,
        tlp=random.choice(list(Tlp)),
        law_enforcement_only=random.random() < 0.5,
        stage=stage,
        handling=frozenset(_some(random, sorted(Handling), 2)),
        named=named,
        withheld=withheld,
        counterparts=() if stage is Stage.DRAFT else _counterparts(random, named),
        operation=random.choice([None, *OPERATIONS]),
        passed_on=frozenset(_some(random, TOKENS, 2)),
    )


def _counterparts(random: Random, named: frozenset[int]) -> tuple[Counterpart, ...]:
    agencies = sorted({*_some(random, TOKENS, 3), *named})
    return tuple(_counterpart(random, agency, named=agency in named) for agency in agencies)


def _counterpart(random: Random, agency: int, *, named: bool) -> Counterpart:
    """As routing resolves one: by its parts of the route, by name, or by both."""
    coordinated, on_route = random.random() < 0.3, not named or random.random() < 0.5
    part = RoutePart(random.choice([Part.ORIGIN, Part.EXPORT, Part.TRANSIT]), "KE", coordinated=coordinated)
    parts = (*[part] * on_route, *[RoutePart(Part.NAMED, "")] * named)
    information = all(each.for_information for each in parts)
    return Counterpart(agency, parts, information, coordinated and on_route)
