"""``with acting(actor)``: the only way to the database for a person (DESIGN §8)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from apps.agencies.policy import Actor

WEB = "counterpart_web"
_SET = (
    "SELECT set_config('role', %s, true), set_config('app.tokens', %s, true),"
    " set_config('app.agency', %s, true), set_config('app.user', %s, true), set_config('app.staff', %s, true)"
)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """One transaction as the web role with the actor's tokens, agency and account; all of it ends with the transaction."""
    with transaction.atomic():
        _set(WEB, _array(actor.tokens), str(actor.agency_id or ""), str(actor.user_id), staff=actor.staff)
        yield
    if connection.in_atomic_block:  # a worker's or a test's transaction goes on around ours: hand it back as it was
        _set("none", "", "", "")


@contextmanager
def anonymous() -> Iterator[None]:
    """A transaction as the web role with no tokens at all: signing in, resetting a password, refusals."""
    with transaction.atomic():
        _set(WEB, "", "", "")
        yield
    if connection.in_atomic_block:
        _set("none", "", "", "")


def _array(tokens: frozenset[int]) -> str:
    return "{" + ",".join(str(token) for token in sorted(tokens)) + "}"


def _set(role: str, tokens: str, agency: str, user: str, *, staff: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, [role, tokens, agency, user, "on" if staff else ""])
