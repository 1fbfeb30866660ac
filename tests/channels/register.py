"""The register's rows."""

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("register.txt")


@dataclass(frozen=True, slots=True)
class Channel:
    """``shows`` is what leaves by it, ``to`` whom. ``probe`` is a probe of ``probes.py``, or a test that is one."""

    kind: str
    name: str
    shows: str
    to: str
    probe: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def channels() -> list[Channel]:
    """Every row, in order."""
    lines = (line.partition("#")[0].split() for line in FILE.read_text().splitlines())
    return [Channel(*words) for words in lines if words]
