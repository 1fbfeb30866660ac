"""One process of a crew (``tests.flows.crew``): it reads a line of deeds, does each in a thread of its own when their instant
comes, and writes what became of them: "done", what a verb returned, or the code of its refusal.

Whatever else happens is told by the name of the exception, which no test expects.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.db import connection

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.core.errors import Refused
from apps.outbox.actions import relay
from apps.sharing import actions
from apps.sharing.queries import glass_for
from apps.sharing.tasks import end_openings
from tests.flows.crew import Deed


def main() -> None:
    """Until nobody tells it anything any more."""
    with ThreadPoolExecutor(8) as threads:
        _say("ready")
        for line in sys.stdin:
            told = json.loads(line)
            done = [threads.submit(_at, told["at"], deed) for deed in told["deeds"]]
            _say(json.dumps([each.result() for each in done]))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _at(instant: float, deed: Deed) -> Any:
    connection.ensure_connection()
    time.sleep(max(0.0, instant + deed.get("late", 0.0) - time.time()))
    try:
        return _done(deed)
    except Refused as refused:
        return refused.code
    except Exception as error:  # noqa: BLE001 - the test is told, and fails by it
        return f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def _done(deed: Deed) -> Any:
    if deed["do"] == "relay":
        relay()
    elif deed["do"] == "end_openings":
        return end_openings()
    else:
        actor = actor_of(user_id=UUID(deed["by"]), now=now())
        assert actor is not None
        with acting(actor):
            _by(actor, deed)
    return "done"


def _by(actor: Actor, deed: Deed) -> None:
    if deed["do"] == "ask_to_open":
        actions.ask_to_open(actor=actor, reference=deed["reference"], reason=deed["reason"], now=now())
    elif deed["do"] == "look":
        glass_for(actor=actor, opening_id=UUID(deed["opening"]))
    else:
        getattr(actions, deed["do"])(actor=actor, opening_id=UUID(deed["opening"]), now=now())
