"""What a door is asked: counted by its kind, in a transaction of its own, before anything of that kind is shown."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from apps.agencies import actions
from apps.agencies.edge.seen import Sees
from apps.agencies.policy import Asking

Answer = TypeVar("Answer")


class Asks(Sees):
    """The hook of both base views. A door that knows beforehand of which kinds it is asked says so (``asking``).

    Where that turns out only on the way (an audience that is a draft's), the verb refuses to answer what was not counted;
    it is counted then, and asked for once more. So a door can't forget it, and no request is counted twice.
    """

    def count(self, kinds: Collection[Asking], now: datetime) -> None:
        """Take one of the budget of each of these kinds; AskedTooMuch where one is spent. Never while acting."""
        for kind in sorted(kinds):
            actions.ask(actor=self.actor, kind=kind, now=now)
            self.actor = replace(self.actor, counted=self.actor.counted | {kind})

    def counting(self, answer: Callable[[], Answer], now: datetime) -> Answer:
        """The answer, which opens its transaction itself: what it did uncounted is undone, and done again."""
        try:
            return answer()
        except actions.NotCounted as found:
            self.unseen()
            self.count({found.kind}, now)
        return answer()
