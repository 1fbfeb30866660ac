"""What is typed after ``python3 -m config.local``, and how a person hears of what went wrong."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from config.local import leash, suite, supervisor
from config.local.failures import Ended, Failure

COMMANDS = {"run": supervisor.run, "stop": supervisor.stop, **suite.COMMANDS}
USAGE = f"python3 -m config.local {'|'.join(COMMANDS)} [arguments]"
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(words: list[str]) -> int:
    """Runs the command of that name; its exit status. A Failure is told in its own words, without a traceback.

    ``--leashed`` in front: end when whoever started us dies (so that kill -9 of make leaves nothing running).
    """
    if words[:1] == ["--leashed"]:
        leash.die_with_parent(signal.SIGTERM)
        words = words[1:]
    if not words or words[0] not in COMMANDS:
        print(USAGE, file=sys.stderr)
        return 2
    for number in ENDINGS:  # also where the shell that put us in the background has SIGINT ignored
        signal.signal(number, _end)
    try:
        return COMMANDS[words[0]](words[1:])
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"\n{error}. Is this checkout another account's, or was it used by one (root)?", file=sys.stderr)
        return 1
    except Ended as ended:
        return 128 + ended.number


def _end(number: int, _: FrameType | None) -> None:
    """Ends the work where it stands; what stands in ``finally`` is then done without being disturbed again."""
    for other in ENDINGS:
        signal.signal(other, signal.SIG_IGN)
    raise Ended(number)
