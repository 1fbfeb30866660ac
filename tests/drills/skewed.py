"""A worker on a node whose clock is wrong: ``python -m tests.drills.skewed SECONDS -A config worker …``."""

import sys
from datetime import UTC, datetime, timedelta

import time_machine
from celery.__main__ import main


def start(seconds: float) -> None:
    """Celery's own command line, in a process that believes it is ``seconds`` later (or, negative, earlier)."""
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True):
        main()


if __name__ == "__main__":
    away = float(sys.argv.pop(1))
    start(away)
