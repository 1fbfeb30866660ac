"""The tree against RFC 6962's own definition, written down apart, and against figures that others publish."""

import random
from hashlib import sha256

import pytest

from apps.audit.merkle import Tree, leaf

# Leaves and roots that implementations of Certificate Transparency test themselves with.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes(range(0x60, 0x70)))
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def defined(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it stands there."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_that_others_publish(size: int) -> None:
    tree = Tree()
    tree.grow([leaf(content) for content in LEAVES[:size]])
    assert tree.root.hex() == ROOTS[size]


def test_a_tree_that_grows_in_any_steps_has_the_root_of_the_definition() -> None:
    drawn = random.Random(6962)
    contents = [bytes([number % 251]) * (number % 7) for number in range(300)]
    for _ in range(40):
        tree, at = Tree(), 0
        while at < len(contents):
            step = drawn.randint(1, 70)
            tree.grow([leaf(content) for content in contents[at : at + step]])
            at = min(at + step, len(contents))
            assert (tree.size, tree.root) == (at, defined(contents[:at]))


def test_a_tree_goes_on_from_its_kept_peaks() -> None:
    contents = [bytes([number]) for number in range(100)]
    whole, first = Tree(), Tree()
    whole.grow([leaf(content) for content in contents])
    first.grow([leaf(content) for content in contents[:77]])
    again = Tree.read(77, first.written)
    again.grow([leaf(content) for content in contents[77:]])
    assert (again.size, again.root, again.peaks) == (100, whole.root, whole.peaks)
