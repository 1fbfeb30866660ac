"""The Merkle tree over the entries, as RFC 6962 (section 2.1) builds it: 00 before a leaf, 01 before two roots.

Only the roots of whole subtrees are kept (``peaks``, largest first): with them a tree of any size grows at its end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"
SIZE = 32  # bytes of a root


def leaf(content: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(LEAF + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(NODE + left + right).digest()


@dataclass(slots=True)
class Tree:
    """A tree of ``size`` leaves."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grow(self, leaves: Sequence[bytes]) -> None:
        """Add the hashes of leaves at the end: whole subtrees at once, as large as fit where the tree stands."""
        begin = 0
        while begin < len(leaves):
            step = self._room(len(leaves) - begin)
            self._add(whole(leaves[begin : begin + step]), step)
            begin += step

    def _room(self, many: int) -> int:
        """The largest power of two that is no more than ``many`` and that the tree's size is a multiple of."""
        most: int = 1 << (many.bit_length() - 1)
        low = self.size & -self.size
        return min(most, low) if low else most

    def _add(self, root: bytes, step: int) -> None:
        peaks = list(self.peaks)
        size = self.size
        while size & step:  # a subtree of the same size stands before it
            root = node(peaks.pop(), root)
            size -= step
            step *= 2
        self.peaks = (*peaks, root)
        self.size = size + step

    @property
    def root(self) -> bytes:
        """The root over all leaves; of none, SHA-256 of nothing."""
        if not self.peaks:
            return sha256().digest()
        return reduce(lambda right, left: node(left, right), reversed(self.peaks[:-1]), self.peaks[-1])

    @property
    def written(self) -> bytes:
        """The peaks in a row, to be kept."""
        return b"".join(self.peaks)

    @classmethod
    def read(cls, size: int, written: bytes) -> "Tree":
        """The tree whose peaks were kept."""
        return cls(size, tuple(written[at : at + SIZE] for at in range(0, len(written), SIZE)))


def whole(level: Iterable[bytes]) -> bytes:
    """The root over hashes whose number is a power of two."""
    level = list(level)
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return level[0]
