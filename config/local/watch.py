"""Watching what runs: a part that is needed and dies ends everything; another one is started again, later each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config.local.bootstrap import say
from config.local.processes import Process

LOOK = 0.2  # seconds between two looks
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds before a part is started again; doubled each time
STEADY = 60.0  # seconds of life after which a part counts as healthy again


@dataclass(slots=True)
class Watched:
    """A running part. ``essential``: without it there is no service."""

    process: Process
    essential: bool = False
    wait: float = FIRST_WAIT / 2
    since: float = field(default_factory=time.monotonic)
    due: float | None = None

    def look(self, now: float) -> None:
        """Starts a dead part again when its time has come. Raises Failure where an essential part is dead."""
        if self.process.running:
            return
        if self.essential:
            raise self.process.broken(f"ended with status {self.process.status}")
        if self.due is None:
            self._plan(now)
        elif now >= self.due:
            self.process.start()
            self.since, self.due = now, None

    def _plan(self, now: float) -> None:
        steady = now - self.since > STEADY
        self.wait = FIRST_WAIT if steady else min(self.wait * 2, LONGEST_WAIT)
        self.due = now + self.wait
        what = self.process.broken(f"ended with status {self.process.status}")
        say(f"{what}\nIt is started again in {self.wait:.0f} s.")


def watch(parts: Sequence[Watched], *, restarted: Callable[[], None]) -> None:
    """Watches for ever: ends only by an exception (Failure of an essential part, Ended by a signal).

    ``restarted`` is called after a part has got a new process.
    """
    while True:
        time.sleep(LOOK)
        before = [part.process.pid for part in parts]
        for part in parts:
            part.look(time.monotonic())
        if before != [part.process.pid for part in parts]:
            restarted()
