"""``with acting(actor)``: the only way to the database for a person (DESIGN §8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from apps.agencies.policy import Actor
from apps.core import trace

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
    trace.who(actor.user_id)
    with _as(WEB, *settings_of(actor)):
        yield


def settings_of(actor: Actor) -> tuple[str, str, str, str]:
    """What the walls are told of the actor: tokens, agency, account, and whether it is a platform administrator."""
    return _array(actor.tokens), str(actor.agency_id or ""), str(actor.user_id), "on" if actor.staff else ""


@contextmanager
def anonymous(*, durable: bool = False) -> Iterator[None]:
    """A transaction as the web role with no tokens at all: signing in, resetting a password, refusals.

    A ``durable`` one stays whatever fails around it: RuntimeError where it would be inside another one.
    """
    with _as(WEB, "", "", "", "", durable=durable):
        yield


@contextmanager
def watching() -> Iterator[None]:
    """A transaction as the web role for a machine that reads figures: what administrators see, and no account."""
    with _as(WEB, "", "", "", "on"):
        yield


@contextmanager
def proving(user_id: UUID) -> Iterator[None]:
    """A transaction as the web role for somebody who is proving who they are: their own factors, and no tokens at all."""
    with _as(WEB, "", "", str(user_id), ""):
        yield


@contextmanager
def invited(digest: bytes) -> Iterator[None]:
    """A transaction as the web role for whoever brings the link of an invitation: that one row, and no tokens at all."""
    with anonymous():
        _bring(digest.hex())
        yield
        _bring("")


@contextmanager
def _as(*settings: str, durable: bool = False) -> Iterator[None]:
    """The settings for one transaction. Inside another one (a worker's, a test's) that one's come back afterwards."""
    outer = _ask() if connection.in_atomic_block else None
    with transaction.atomic(durable=durable):
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


def _bring(word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.invitation', %s, true)", [word])
