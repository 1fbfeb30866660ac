"""The clocks and the randomness of this process in a test's hands; the product is as it is shipped.

Everything random that Python makes comes from the operating system by one function (``uuid.uuid4`` and ``secrets`` ask it).
While a test holds it, each step of a story draws from a stream of its own, one for each number of bytes that is asked for: so a
report's reference does not change because one id more was made before it.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from tests import clocks

DAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AWAY = 400  # days at most before or after that: each pair of worlds has a day of its own
STEP = timedelta(seconds=7)


def start_of(seed: str) -> datetime:
    """When a story begins; the machine's clock has no part in it."""
    return DAY + timedelta(days=random.Random(f"{seed}/day").randint(-AWAY, AWAY))


class Chance:
    """``step`` says where in the story we are: what is drawn and what time it is follow from its name and number."""

    def __init__(self, seed: str, clock: clocks.Clock) -> None:
        self.start = start_of(seed)
        self._seed, self._clock = seed, clock
        self._streams: dict[int, random.Random] = {}
        self._name = ""
        self.step("the beginning", 0)

    def step(self, name: str, number: float) -> None:
        """The same bytes and the same time again, whatever was drawn in other steps."""
        self._name, self._streams = name, {}
        self._clock.move_to(self.start + number * STEP)
        random.seed(f"{self._seed}/{name}")  # jitter, and the Message-ID of what has no dispatch

    def draw(self, size: int) -> bytes:
        """So many bytes of this step's stream of that size."""
        if size not in self._streams:
            self._streams[size] = random.Random(f"{self._seed}/{self._name}/{size}")
        return self._streams[size].randbytes(size)


@contextmanager
def held(seed: str) -> Iterator[Chance]:
    """Clocks and randomness stand still between steps while the block lasts."""
    with clocks.held(start_of(seed)) as clock:
        chance = Chance(seed, clock)
        # ``random`` keeps a name of its own for the same function; ``secrets`` asks that one.
        with patch.object(os, "urandom", chance.draw), patch.object(random, "_urandom", chance.draw):
            yield chance
