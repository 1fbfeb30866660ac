"""While a clock is held, this process and the database answer the same time, whatever is rolled back or moved."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from apps.agencies.models import Agency
from apps.core.clock import now
from tests import clocks
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = datetime(2031, 2, 28, 23, 59, tzinfo=UTC)
WORDS = "SELECT now(), statement_timestamp(), transaction_timestamp(), clock_timestamp()"


def _database() -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
        return {*cursor.fetchone(), Agency.objects.values_list(Now(), flat=True)[0]}


def test_both_clocks_stand_at_the_same_time_and_move_together(cast: Cast) -> None:
    with clocks.held(DAY) as clock:
        assert _database() == {now()} == {DAY}
        clock.shift(timedelta(days=400))
        assert _database() == {now()} == {DAY + timedelta(days=400)}


def test_a_roll_back_takes_neither_clock_back(cast: Cast) -> None:
    with clocks.held(DAY) as clock:
        point = transaction.savepoint()
        clock.shift(timedelta(hours=1))
        assert _database() == {now()}
        transaction.savepoint_rollback(point)
        assert _database() == {now()} == {DAY + timedelta(hours=1)}


def test_another_role_has_the_same_clock(cast: Cast) -> None:
    with clocks.held(DAY), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE counterpart_web")
        cursor.execute("SELECT statement_timestamp()")
        assert cursor.fetchone() == (DAY,)
        cursor.execute("RESET ROLE")


def test_afterwards_the_machines_clock_is_back(cast: Cast) -> None:
    with clocks.held(DAY):
        _database()
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
        assert all(abs(at - now()) < timedelta(minutes=10) for at in cursor.fetchone())
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'held'")
        assert cursor.fetchone() == (0,)
