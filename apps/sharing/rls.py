"""The second wall: row-level security, written once and used by the migrations (DESIGN §8: every word here was measured).

Bare ``current_setting`` with ``nullif`` (a reused connection must show nothing, not raise), no sub-select around it, no OR
with the originator, no join over grants, no intarray.
"""

from apps.core.rls import AGENCY, TOKENS

VISIBLE = f"audience && {TOKENS} AND NOT withheld && {TOKENS}"
# The first wall in a statement that is written out: the condition of ``visible_to`` on a label ``l``.
SEEN = "l.audience && %(tokens)s::int[] AND NOT l.withheld && %(tokens)s::int[]"
OWN = f"originator_id = {AGENCY}"


def of_label(key: str, more: str = "true") -> str:
    """The condition of a table whose rows are as visible as the label with that key."""
    return f"EXISTS (SELECT 1 FROM sharing_label l WHERE l.id = {key} AND {more})"  # noqa: S608 - our own words, at migration


def of_one_label(key: str) -> str:
    """The same, looked up row by row and never gathered first.

    Before a long list the planner turns EXISTS into a hash of every label that the reader sees: slower by ten times for
    the first page of an inbox among 20,000 labels, and worse with each label more. A scalar sub-select can't be turned.
    """
    return f"(SELECT true FROM sharing_label l WHERE l.id = {key})"  # noqa: S608 - our own words, at migration


def of_own_label(key: str) -> str:
    """The condition of a row that only the originator of its label may write."""
    return of_label(key, f"l.{OWN}")
