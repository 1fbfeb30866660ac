"""A statement, a wait for a lock, an idle transaction: each role's ends by itself, in time, and the page says 503."""

import os
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import errors

from apps.core.problems import FROM_FRAMEWORK
from config.local.places import ROOT

ASK = """
from django.db import connection
with connection.cursor() as cursor:
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"SHOW {name}")
        print(cursor.fetchone()[0])
"""
PROMISED = {"web": ["15s", "3s", "30s"], "worker": ["1min", "3s", "1min"], "owner": ["0", "10s", "0"]}


@pytest.mark.parametrize("role", PROMISED)
def test_each_role_is_told_when_to_give_up(role: str) -> None:
    """As a process of that role finds it, on its own connection."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK],
        cwd=ROOT,
        env={**os.environ, "COUNTERPART_DB_ROLE": role},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == PROMISED[role]


def _connected(**shorter: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """As the web role on this test's database, with less patience, so that nobody waits for it."""
    given = {**settings.TIMEOUTS["web"], **shorter}
    options = " ".join(f"-c {name}={value}" for name, value in given.items())
    return psycopg.connect(settings.SERVERS.web, dbname=connection.settings_dict["NAME"], options=options)


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_ended() -> None:
    with _connected(statement_timeout="50ms") as line, pytest.raises(errors.QueryCanceled):
        line.execute("SELECT pg_sleep(20)")


@pytest.mark.django_db
def test_a_wait_for_a_lock_is_ended() -> None:
    with _connected() as holder, _connected(lock_timeout="50ms") as waiter:
        holder.execute("SELECT pg_advisory_xact_lock(5209199)")
        with pytest.raises(errors.LockNotAvailable):
            waiter.execute("SELECT pg_advisory_xact_lock(5209199)")


@pytest.mark.django_db
def test_a_transaction_that_is_left_open_is_ended() -> None:
    with _connected(idle_in_transaction_session_timeout="50ms") as line:
        line.execute("SELECT 1")
        with psycopg.connect(settings.SERVERS.owner) as other:
            other.execute("SELECT pg_sleep(1)")
        with pytest.raises(errors.IdleInTransactionSessionTimeout):
            line.execute("SELECT 1")


def test_what_is_ended_so_is_told_as_not_available() -> None:
    """Django raises each of them as an OperationalError, and that one is a clean 503."""
    (answer,) = (answer for kind, answer in FROM_FRAMEWORK.items() if kind.__name__ == "OperationalError")
    assert answer[:2] == (503, "not_available")
