"""What was measured, beside its goal."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. Without a ``limit`` it is there to be read, and cannot be missed."""

    what: str
    measured: float
    limit: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether the goal is missed."""
        return self.limit is not None and self.measured > self.limit

    def row(self) -> tuple[str, ...]:
        """The line in words."""
        verdict = "" if self.limit is None else "MISS" if self.missed else "PASS"
        return (
            self.what,
            _number(self.measured),
            "" if self.limit is None else f"≤ {_number(self.limit)}",
            verdict,
            self.note,
        )

    def data(self) -> dict[str, Any]:
        """The line as JSON values."""
        return asdict(self)


def table(lines: Sequence[Line]) -> str:
    """The lines, in columns."""
    rows = [("measured", "is", "goal", "", ""), *(line.row() for line in lines)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
