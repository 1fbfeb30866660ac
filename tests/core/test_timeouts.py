"""A statement, a wait for a lock, an idle transaction: each role's ends by itself, in time, and the page says 503."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import Error, InternalError, connection
from django.test import Client
from psycopg import errors
from psycopg.conninfo import make_conninfo

from apps.agencies.queries import digest
from apps.core.problems import away
from config.local.places import ROOT
from seeds.cast import address
from tests.served import TOKEN
from tests.web_login import logged_in

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


def paused(statement: int, meanwhile: Callable[[], None]) -> Callable[..., Any]:
    """A wrapper of the connection: before that statement of a transaction (0, 1, …) the process does something else."""
    asked = iter(range(1000))

    def wait(execute: Callable[..., Any], *words: Any) -> Any:
        if connection.in_atomic_block and next(asked) == statement:
            meanwhile()
        return execute(*words)

    return wait


def idle() -> None:
    """For longer than the session may, until the server has ended it."""
    gone(connection.connection.info.backend_pid)


def killed() -> None:
    """By an administrator, from another session of the same role."""
    pid = connection.connection.info.backend_pid
    with psycopg.connect(settings.SERVERS.web, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s)", [pid]).fetchone() == (True,)
    gone(pid)


def gone(pid: int) -> None:
    """Once that session is over."""
    with psycopg.connect(settings.SERVERS.web, autocommit=True) as other:
        while other.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
            time.sleep(0.01)


Ask = Callable[[Client], Any]
ENDED = [(0, killed), (1, killed), (2, killed), (1, idle), (2, idle)]  # before the first statement nothing is open yet


def asked(request: Ask, at: int, how: Callable[[], None], well: int) -> Any:
    """The answer to a request whose session is ended at that statement; the next one finds a new session, and is well."""
    client = Client(raise_request_exception=False)
    with logged_in(settings.SERVERS.web) as line:
        options = "-c idle_in_transaction_session_timeout=1s"
        line.settings_dict = {**line.settings_dict, "OPTIONS": {**line.settings_dict["OPTIONS"], "options": options}}
        with line.execute_wrapper(paused(at, how)):
            answer = request(client)
        assert request(client).status_code == well
        return answer


@pytest.fixture
def by_api(unblocked: None) -> Iterator[Ask]:
    """A request with somebody's token, which the test's database holds as long as it lasts."""
    raw, owner = "a-token-of-this-test", make_conninfo(settings.SERVERS.owner, dbname=connection.settings_dict["NAME"])
    with psycopg.connect(owner, autocommit=True) as line:
        line.execute(TOKEN.encode(), [digest(raw), address("officer", "SG-CUSTOMS")])
        headers = {"Authorization": f"Bearer {raw}"}
        yield lambda client: client.get("/api/v1/reports/", headers=headers)
        line.execute("DELETE FROM agencies_apitoken WHERE digest = %s", [digest(raw)])


@pytest.mark.parametrize(("at", "how"), ENDED)
def test_a_session_that_is_ended_in_the_middle_is_a_503_of_the_api(
    by_api: Ask, how: Callable[[], None], at: int
) -> None:
    answer = asked(by_api, at, how, well=200)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert (answer["Content-Type"], answer.json()["code"]) == ("application/problem+json", "not_available")


@pytest.mark.parametrize(("at", "how"), ENDED)
def test_a_session_that_is_ended_in_the_middle_is_a_page_that_says_so(
    unblocked: None, how: Callable[[], None], at: int
) -> None:
    answer = asked(lambda client: client.get("/invitation/nobodys/"), at, how, well=410)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    text = answer.content.decode()
    assert "The service can't answer now" in text
    assert not re.search("(?i)psycopg|terminat|transaction", text)


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT no_such_column", "SELECT no_such_function()"])
def test_what_we_asked_wrong_stays_an_error_of_ours(unblocked: None, statement: str) -> None:
    with logged_in(settings.SERVERS.web) as line, pytest.raises(Error) as raised, line.cursor() as cursor:
        cursor.execute(statement)
    assert not away(raised.value)


def test_a_transaction_that_has_failed_and_is_asked_on_is_an_error_of_ours(unblocked: None) -> None:
    with logged_in(settings.SERVERS.web) as line, line.cursor() as cursor:
        cursor.execute("BEGIN")
        with pytest.raises(Error):
            cursor.execute("SELECT 1 / 0")
        with pytest.raises(InternalError) as raised:
            cursor.execute("SELECT 1")
        assert not away(raised.value)
