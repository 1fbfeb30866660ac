"""A pair of worlds: the story once, then twice what follows, with the secrets and without; and what a reader could tell."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import transaction

from apps.agencies.policy import Actor
from tests.cast import Cast
from tests.worlds.alike import Alike, Difference
from tests.worlds.asking import Answered, Ask, Asker
from tests.worlds.chance import held
from tests.worlds.hidden import Secret
from tests.worlds.moves import Session, moves
from tests.worlds.scene import Scene, carry, tell

READERS = (
    ("liaison", "KE-CUSTOMS"),
    ("officer", "VN-CUSTOMS"),
    ("liaison", "STRANGER"),
    ("analyst", "MY-CUSTOMS"),
    ("liaison", "WILDAID"),
    ("admin", "CN-CUSTOMS"),
    ("liaison", "WCO"),
    ("officer", "KE-CUSTOMS"),
    ("officer", "STRANGER"),
)
PARTS = 5  # secrets of a pair: at commit size each secret is told once
MOST_TOLD = 8  # differences in a report
FIRST_ASKED = 1000  # the step of the first request: the story and the secrets before it are over


@dataclass(frozen=True, slots=True)
class Pair:
    """What distinguishes the worlds, and who asks. Without secrets it is a control pair."""

    seed: str
    reader: tuple[str, str]
    secrets: tuple[Secret, ...]
    staff: bool = False

    def __str__(self) -> str:
        who = "platform administrator" if self.staff else " ".join(self.reader)
        return f"{who}; {', '.join(secret.__name__ for secret in self.secrets) or 'control'}; seed {self.seed}"


@dataclass(slots=True)
class Told:
    """How a pair ended: how much was asked, and by what the worlds can be told apart."""

    asked: int
    statements: int
    statuses: dict[int, int]
    differences: list[Difference]


def play(cast: Cast, pair: Pair, *, most: int) -> Told:
    """Tell the story, then both worlds; in the first one requests are made up and recorded, in the second asked again."""
    with held(pair.seed) as chance:
        scene = Scene(cast, chance, Random(f"{pair.seed}/story"), pair.reader)
        scene.at(-100)
        asker = Asker(_actor(cast, pair))
        tell(scene)
        asker.warm()
        with _undone():
            told = _World(pair, scene, asker, on=True).first(most)
        with _undone():
            return _World(pair, scene, asker, on=False).second(*told)


def _actor(cast: Cast, pair: Pair) -> Actor:
    return cast.platform if pair.staff else cast.actor(*pair.reader)


@contextmanager
def _undone() -> Iterator[None]:
    """What happens meanwhile is undone. (A bare savepoint: the product may insist on its own outermost transactions.)"""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


class _World:
    """One of the two, from the story's end on."""

    def __init__(self, pair: Pair, scene: Scene, asker: Asker, *, on: bool) -> None:
        self._pair, self._asker = pair, asker
        self._scene = Scene(scene.cast, scene.chance, Random(), pair.reader)
        self._scene.seen |= {kind: list(ids) for kind, ids in scene.seen.items()}
        self._secrets = [secret(self._scene, on) for secret in pair.secrets]
        self._done: list[int] = [0] * len(self._secrets)
        asker.again()
        self._happen(100)

    def _happen(self, step: float) -> None:
        """The next part of each secret; its own words are drawn alike in both worlds."""
        for number, secret in enumerate(self._secrets):
            self._scene.draw.seed(f"{self._pair.seed}/{number}/{self._done[number]}")
            self._done[number] += 1
            self._scene.at(step + number / 100)
            next(secret, None)

    def _ask(self, number: int, asked: Ask) -> Answered:
        if number and number % 100 == 0:
            self._happen(FIRST_ASKED + number - 0.5)
        self._scene.chance.step(f"request {number}", FIRST_ASKED + number)
        self._asker.sign_in()
        answered = self._asker.ask(asked)
        if asked.method != "GET" and answered.status < 400:
            self._scene.chance.step(f"carried {number}", FIRST_ASKED + number + 0.1)
            carry()
        return answered

    def first(self, most: int) -> tuple[list[Ask], list[Answered], list[str]]:
        draw = Random(f"{self._pair.seed}/requests")
        session = Session(draw, self._scene.seen, self._scene.secret, self._scene.home, self._scene.chance.start)
        asked, answers = [], []
        for number, move in enumerate(moves(draw, staff=self._pair.staff, most=most)):
            asked.append(move(session))
            answers.append(self._ask(number, asked[-1]))
            session.learn(asked[-1], answers[-1])
        return asked, answers, self._mails()

    def _mails(self) -> list[str]:
        self._scene.chance.step("mails", FIRST_ASKED * 10)
        return self._asker.mails

    def second(self, asked: Sequence[Ask], before: Sequence[Answered], mails: list[str]) -> Told:
        alike = Alike()
        differences: list[Difference] = []
        for number, (each, one) in enumerate(zip(asked, before, strict=True)):
            other = self._ask(number, alike.there(each))
            if len(differences) < MOST_TOLD and (found := alike.difference(each, one, other)):
                differences.append(found)
        if found := alike.same_mails(mails, self._mails()):
            differences.append(found)
        return Told(len(asked), sum(len(one.statements) for one in before), _counted(before), differences)


def _counted(answers: Sequence[Answered]) -> dict[int, int]:
    found: dict[int, int] = {}
    for each in answers:
        found[each.status] = found.get(each.status, 0) + 1
    return dict(sorted(found.items()))


def pairs(seed: int, count: int, secrets: Sequence[Secret], of_content: Sequence[Secret]) -> list[Pair]:
    """So many pairs: every secret in turn, several to a pair, and every reader; each seventh pair is the administrator's."""
    draw = Random(f"{seed}/pairs")
    deck: list[Any] = []
    made = []
    for number in range(count):
        staff = number % 7 == 3
        if len(deck) < PARTS:
            deck = draw.sample(list(secrets), len(secrets)) + deck
        chosen = tuple(of_content) if staff else tuple(deck.pop() for _ in range(PARTS))
        reader = READERS[number % len(READERS)]
        made.append(Pair(f"{seed}/{number}", reader, chosen, staff))
    return made
