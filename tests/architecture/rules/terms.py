"""What a rule is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.architecture.source import Source

# A line and what stands there.
Found = tuple[int, str]


@dataclass(frozen=True)
class Rule:
    """One thing that a file must not have.

    ``look`` finds it in files that ``where`` picks; ``but`` are the files that may, each with its reason.
    """

    name: str
    sentence: str
    where: Callable[[Source], bool]
    look: Callable[[Source], Iterator[Found]]
    but: Mapping[str, str] = field(default_factory=dict)

    def broken_by(self, source: Source) -> list[str]:
        """Where the file breaks the rule: ``path:line what``; nothing where it need not keep it."""
        if source.path in self.but or not self.where(source):
            return []
        return [f"{source.path}:{line} {what}" for line, what in self.look(source)]


def product(source: Source) -> bool:
    """Python that is served to people."""
    return source.product and source.python


def edge(source: Source) -> bool:
    """Python of an edge."""
    return source.edge and source.python
