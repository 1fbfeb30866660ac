"""Budgets: how often something may be tried in a while, counted in PostgreSQL and exact whoever asks at once.

A window begins with the first try and ends after ``within``; then the budget is whole again. What is refused is not
counted, so nobody keeps a budget spent by trying on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from apps.agencies.acting import anonymous
from apps.agencies.models import Budget
from apps.core.rows import array, change, rows

# One statement, so that each row's lock makes fifty at once stand in line; everybody locks several in the order given.
TAKE = """
INSERT INTO agencies_budget AS b (key, kind, spent, ends_at)
SELECT asked.key, %(kind)s, 1, %(ends_at)s
FROM unnest(%(keys)s::bytea[]) WITH ORDINALITY AS asked (key, place) ORDER BY asked.place
ON CONFLICT (key) DO UPDATE SET
    spent = CASE WHEN b.ends_at <= %(now)s THEN 1 ELSE b.spent + 1 END,
    ends_at = CASE WHEN b.ends_at <= %(now)s THEN excluded.ends_at ELSE b.ends_at END
WHERE b.ends_at <= %(now)s OR b.spent < (%(most)s::int[])[array_position(%(keys)s::bytea[], b.key)]
RETURNING b.key, b.spent, b.ends_at
"""
REFUND = "UPDATE agencies_budget SET spent = spent - 1 WHERE key = %(key)s AND spent > 0"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of a budget: how much by now, how much is left, and when it is whole again."""

    spent: int
    left: int
    ends_at: datetime


def spend(*, kind: str, key: str, most: int, within: timedelta, now: datetime) -> bool:
    """Take one of the ``most`` tries that ``key`` has ``within`` that time; False where none is left.

    In a transaction of its own, so that nothing which fails afterwards gives it back: RuntimeError inside another one.
    """
    return count(kind=kind, key=key, most=most, within=within, now=now) > 0


def count(*, kind: str, key: str, most: int, within: timedelta, now: datetime) -> int:
    """The same; returns how many were taken by now, this one with them, and 0 where none was left."""
    with anonymous(durable=True):
        taken = take(kind=kind, most={key: most}, within=within, now=now)
    return taken[key].spent if key in taken else 0


def take(*, kind: str, most: Mapping[str, int], within: timedelta, now: datetime) -> dict[str, Taken]:
    """The same of several keys (key → most), in the caller's transaction, which has to be one of its own.

    A key that has none left is missing in what is returned; the caller decides what that makes of the others.
    """
    keys = {_hashed(kind, key): key for key in most}
    values = {"kind": kind, "keys": list(keys), "most": array(most.values()), "now": now, "ends_at": now + within}
    return {
        keys[bytes(hashed)]: Taken(spent, most[keys[bytes(hashed)]] - spent, ends_at)
        for hashed, spent, ends_at in rows(TAKE, values)
    }


def refund(*, kind: str, key: str) -> None:
    """Give one try back: it was right, and only mistakes are counted."""
    with anonymous(durable=True):
        change(REFUND, {"key": _hashed(kind, key)})


def forget_budgets(*, now: datetime) -> int:
    """Delete the budgets whose windows are over; returns how many."""
    return Budget.objects.filter(ends_at__lte=now).delete()[0]


def _hashed(kind: str, key: str) -> bytes:
    """The table holds no addresses: without the secret key, whoever reads it can't tell whose a row is."""
    return salted_hmac(f"agencies.budget.{kind}", key, algorithm="sha256").digest()
