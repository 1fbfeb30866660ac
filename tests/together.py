"""Which tests stay on one worker of a parallel run: those that share what is dear to make.

xdist's own mark for it (``xdist_group``) does nothing under pytest 9.2, and says nothing either: it writes the group into an
attribute that pytest does not read any more.
"""

import re

from xdist.scheduler import LoadScopeScheduling

SHARED = re.compile(
    r"tests/(?:production/"  # a deployment
    r"|browser/[^:]+"  # a product with a browser
    r"|drills/test_service\.py|access/test_served\.py|agencies/test_doors_at_once\.py|flows/test_break_glass_at_once\.py"
    r"|canaries/test_canaries\.py|local/test_(?:run|servers)\.py"  # servers of their own
    r"|core/test_(?:prepare|create_roles)\.py|seeds/test_spring_2019\.py)"  # a database of their own
)


def scope(nodeid: str) -> str:
    """What is given to a worker at once: all that shares something, or the test alone."""
    found = SHARED.match(nodeid)
    return found[0] if found else nodeid


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """What shares comes first, the largest group before the others; whoever is done takes single tests."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
