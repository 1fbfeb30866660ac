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


_GET = (
    "SELECT current_setting('role'), coalesce(current_setting('app.tokens', true), ''),"
    " coalesce(current_setting('app.agency', true), ''), coalesce(current_setting('app.user', true), ''),"
    " coalesce(current_setting('app.staff', true), '')"
)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """One transaction as the web role with the actor's tokens, agency and account; all of it ends with the transaction."""
    staff = "on" if actor.staff else ""
    with _as(WEB, _array(actor.tokens), str(actor.agency_id or ""), str(actor.user_id), staff):
        yield


@contextmanager
def anonymous() -> Iterator[None]:
    """A transaction as the web role with no tokens at all: signing in, resetting a password, refusals."""
    with _as(WEB, "", "", "", ""):
        yield


@contextmanager
def _as(*settings: str) -> Iterator[None]:
    """The settings for one transaction. Inside another one (a worker's, a test's) that one's come back afterwards."""
    outer = _ask() if connection.in_atomic_block else None
    with transaction.atomic():
        _set(*settings)
        yield
    if outer is not None:
        _set(*outer)


def _array(tokens: frozenset[int]) -> str:
    return "{" + ",".join(str(token) for token in sorted(tokens)) + "}"


def _ask() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_GET)
        return tuple(cursor.fetchone())


def _set(*settings: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, settings)
