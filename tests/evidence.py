"""What a run has really tried: tests count it, the end of the run prints it, docs/evidence.md keeps it.

Every line bears the test, its seconds and its counts; the seed and the size stand above them. A count is made where the thing
is tried, never copied from what was asked for.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import core

from tests.sizes import SEED, SIZE

COUNTS = "counts"  # the name under which a test's report carries them, also from another worker's process


class Evidence:
    """Figures by name."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}  # a plain one: it travels from a worker's process

    def add(self, name: str, count: int = 1) -> None:
        """Count what was tried."""
        self.figures[name] = self.figures.get(name, 0) + count

    def most(self, name: str, figure: float) -> None:
        """Keep the largest of what is measured several times."""
        self.figures[name] = max(self.figures.get(name, figure), float(figure))


@pytest.fixture
def evidence(record_property: Callable[[str, object], None]) -> Evidence:
    """Where this test counts what it tries."""
    counted = Evidence()
    record_property(COUNTS, counted.figures)
    return counted


def seed(config: pytest.Config) -> None:
    """Every generator draws from this run's one seed, but where a person names another."""
    if config.getoption("--hypothesis-seed", None) is None:
        config.option.hypothesis_seed = str(SEED)
        core.global_force_seed = SEED  # type: ignore[assignment]  # None until somebody sets it; the plugin may have looked
    if config.getoption("randomly_seed", None) == "default":
        config.option.randomly_seed = SEED


def tell(reporter: pytest.TerminalReporter) -> None:
    """The size, the seed and what each test has counted; also as JSON into the file that COUNTERPART_EVIDENCE names."""
    rows = sorted(_rows(reporter), key=lambda row: str(row["test"]))
    reporter.write_line(f"size {SIZE}, seed {SEED} (COUNTERPART_SIZE={SIZE} COUNTERPART_SEED={SEED} tries the same)")
    for row in rows:
        told = ", ".join(f"{name} {_figure(figure)}" for name, figure in row["counts"].items())
        reporter.write_line(f"  {row['test']}: {told} ({row['outcome']}, {row['seconds']:.0f} s)")
    if os.environ.get("COUNTERPART_EVIDENCE"):
        document = {"size": SIZE, "seed": SEED, "tests": rows}
        Path(os.environ["COUNTERPART_EVIDENCE"]).write_text(json.dumps(document, indent=1) + "\n")


def _rows(reporter: pytest.TerminalReporter) -> Iterator[dict[str, Any]]:
    """One row a test function: what its parameters have counted is added up, of what they measured the most is kept."""
    for outcome in ("passed", "failed"):
        found: dict[str, dict[str, Any]] = {}
        for report in reporter.stats.get(outcome, []):
            counts = dict(getattr(report, "user_properties", [])).get(COUNTS)
            if counts and report.when == "call":
                test = report.nodeid.partition("[")[0]
                row = found.setdefault(test, {"test": test, "counts": {}, "outcome": outcome, "seconds": 0.0})
                row["seconds"] += report.duration
                _add(row["counts"], counts)
        yield from found.values()


def _add(sums: dict[str, float], counts: dict[str, float]) -> None:
    for name, figure in counts.items():
        known = sums.get(name, 0)
        sums[name] = known + figure if isinstance(figure, int) else max(known, figure)


def _figure(figure: float) -> str:
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.2f}"
