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


def of_own_label(key: str) -> str:
    """The condition of a row that only the originator of its label may write."""
    return of_label(key, f"l.{OWN}")
