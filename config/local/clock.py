"""The machine's clock as a run is to see it: ``COUNTERPART_CLOCK=30 make test`` believes that it is 30 days later.

Every process of the run reads it, the two servers as well, so what PostgreSQL answers is as far away. Durations, timers
and the browser (a person's machine) are left as they are. It takes a C compiler.
"""

from __future__ import annotations

import os
import subprocess  # nosec B404 # the compiler with fixed arguments
from collections.abc import Sequence
from pathlib import Path

from config.local.failures import Failure
from config.local.places import VAR

DAYS = "COUNTERPART_CLOCK"
SOURCE = Path(__file__).with_suffix(".c")


def shifted() -> dict[str, str]:
    """What a process needs in its environment to read the shifted clock; empty where none is asked for.

    Raises Failure where the days are no number, or the library can't be made.
    """
    days = os.environ.get(DAYS, "")
    if not days:
        return {}
    try:
        seconds = int(days) * 86_400
    except ValueError:
        raise Failure(f"{DAYS} is a number of days, such as 30 or -365, not {days!r}.") from None
    return {"LD_PRELOAD": str(_library()), "CLOCK_AWAY_SECONDS": str(seconds)}


def under_shift(command: Sequence[str]) -> list[str]:
    """The command of a server, whose environment holds nothing else of ours."""
    told = [f"{name}={value}" for name, value in shifted().items()]
    return ["/usr/bin/env", *told, *command] if told else [*command]


def _library() -> Path:
    """The compiled library, where every account may read it."""
    made = VAR / "clock.so"
    if not made.exists() or made.stat().st_mtime < SOURCE.stat().st_mtime:
        made.parent.mkdir(parents=True, exist_ok=True)
        words = ["cc", "-shared", "-fPIC", "-O2", "-o", str(made), str(SOURCE)]
        try:
            subprocess.run(words, check=True, capture_output=True)  # nosec B603
        except (OSError, subprocess.CalledProcessError) as error:
            raise Failure(f"{DAYS} takes a C compiler: {error}") from None
    return made
