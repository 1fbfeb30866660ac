"""How much each generated proof tries, by one setting: ``COUNTERPART_SIZE`` is commit (the default), landing or release.

One seed feeds every generator of a run, Hypothesis, schemathesis and our own: ``COUNTERPART_SEED``, drawn where none is
given and printed at the end of the run. The same seed and size on the same tree try the same things again.
"""

import os
import secrets
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings

T = TypeVar("T")
COMMIT, LANDING, RELEASE = SIZES = ("commit", "landing", "release")
SIZE = os.environ.get("COUNTERPART_SIZE") or COMMIT
# Set in the environment too: the workers of one run, and the processes that a drill starts, have the same.
SEED = int(os.environ.setdefault("COUNTERPART_SEED", str(secrets.randbits(32))))

if SIZE not in SIZES:
    raise ValueError(f"COUNTERPART_SIZE is one of {', '.join(SIZES)}, not {SIZE!r}")


def size(*, commit: T, landing: T, release: T) -> T:
    """What the size of this run asks for."""
    return {COMMIT: commit, LANDING: landing, RELEASE: release}[SIZE]


def generated(*, commit: int, landing: int, release: int, shrinks: bool = True, **more: Any) -> settings:
    """Hypothesis' settings of a proof of so many examples.

    No deadline and no health check on speed: the machine may be busy, and neither says anything about the product.
    ``shrinks`` is False where an example is too large to be made small in minutes: it is then told as it was found.
    """
    phases = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.target, Phase.shrink] if shrinks else [])]
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
    most = size(commit=commit, landing=landing, release=release)
    # Where CI is set Hypothesis would draw the same in every run; the seed is ours, and printed.
    more = {"derandomize": False, "print_blob": True, **more}
    return settings(max_examples=most, deadline=None, suppress_health_check=slow, phases=phases, **more)
