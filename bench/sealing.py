"""What encryption costs: submissions of RED reports with an Idempotency-Key, and the share of them spent in the vault.

Such a submission opens the narrative and seals the answer that is kept. The audit's part of the same calls is weighed
beside it, since the goal is for both together.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.reports.actions import draft_report
from bench.goals import Line
from bench.meter import WARM_UP, Client, weigh
from bench.world import draft

ROUNDS = 100
RECIPIENTS = 60
LIMIT = 0.25
# Where a submission calls them: each by the name under which it was imported there.
VAULT = ("apps.reports.queries.narrative.unseal", "apps.agencies.idempotency.seal_briefly")
AUDIT = ("apps.reports.actions.submission.record",)


class Keyed(Client):
    """A client whose requests all have a key of their own."""

    def _environ(self, *words: Any) -> dict[str, Any]:
        return {**super()._environ(*words), "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}


class Watch:
    """CPU seconds spent in what it wraps."""

    def __init__(self) -> None:
        self.spent = 0.0

    def over(self, do: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, weighed."""

        def weighed(*words: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return do(*words, **named)
            finally:
                self.spent += time.process_time() - begun

        return weighed


def run(world: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines."""
    actor = actor_of(user_id=UUID(world["user"]), now=now())
    assert actor is not None
    return [line.data() for line in _measure(Keyed(get_wsgi_application(), world["token"]), actor)]


def _measure(client: Client, actor: Actor) -> Iterator[Line]:
    rounds = WARM_UP + ROUNDS
    red, amber = ([_draft(actor, tlp) for _ in range(rounds)] for tlp in ("RED", "AMBER"))
    sealed, recorded = Watch(), Watch()
    with _watched(VAULT, sealed), _watched(AUDIT, recorded):
        weight = weigh({"submit": lambda number: _submit(client, red[number])}, rounds=ROUNDS)["submit"]
    # The watches have run over the warm-up too, and the weights have not: compare by the round.
    total = weight.mean_cpu
    vault, audit = sealed.spent / rounds, recorded.spent / rounds
    told = f"{vault * 1e3:.2f} and {audit * 1e3:.2f} of {total * 1e3:.1f} ms"
    yield Line("submit under RED with a key: encryption and audit, share of CPU", (vault + audit) / total, LIMIT, told)
    yield Line("submit under RED with a key: encryption alone, share of CPU", vault / total)
    for report in amber:
        _submit(client, report)
    kinds = {"red": lambda number: _read(client, red[number]), "amber": lambda number: _read(client, amber[number])}
    weights = weigh(kinds, rounds=ROUNDS)
    ratio = weights["red"].mean_cpu / weights["amber"].mean_cpu
    yield Line(
        "read a RED report, against the same in AMBER: CPU", ratio, note=f"{weights['red'].mean_cpu * 1e3:.1f} ms"
    )


@contextmanager
def _watched(names: tuple[str, ...], watch: Watch) -> Iterator[None]:
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(patch(name, watch.over(import_string(name))))
        yield


def _draft(actor: Actor, tlp: str) -> UUID:
    with acting(actor):
        return draft_report(actor=actor, data={**draft(RECIPIENTS), "tlp": tlp}, now=now()).id


def _submit(client: Client, report: UUID) -> None:
    client.call("POST", f"/api/v1/reports/{report}/submit/", b"{}")


def _read(client: Client, report: UUID) -> None:
    client.call("GET", f"/api/v1/reports/{report}/")
