"""What only real processes show: a code that two of them are asked for, a budget that fifty spend at the same instant."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cast import NOW
from tests.doors import code_of
from tests.served import Service, _environ, served

PROVE = """
import sys, django; django.setup()
from datetime import datetime, UTC
from apps.agencies import actions
from apps.agencies.models import User
from apps.agencies.policy import Oneself
user = User.objects.get(email="officer@sg-customs.example")
print("ready", flush=True); sys.stdin.readline()
try:
    print(actions.prove_by_code(actor=Oneself(user.id, user.agency_id), code="{code}", now=datetime.fromtimestamp({at}, UTC)))
except actions.CodeRefused:
    print("refused")
"""
SPEND = """
import sys, django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, UTC
from threading import Barrier
from django.db import connection
from apps.agencies import actions
print("ready", flush=True); sys.stdin.readline()
barrier = Barrier(25)
def one(_):
    barrier.wait()
    try:
        return actions.spend(kind="parallel", key="k", most=20, within=timedelta(hours=1), now=datetime(2026, 1, 1, tzinfo=UTC))
    finally:
        connection.close()
with ThreadPoolExecutor(25) as pool:
    print(sum(pool.map(one, range(25))))
"""
ENROL = """
import django; django.setup()
from datetime import datetime, UTC
from apps.agencies.models import User
from tests.doors import with_app
print(with_app(User.objects.get(email="officer@sg-customs.example"), datetime.fromtimestamp({at}, UTC)))
"""


@pytest.fixture(scope="module")
def service(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with django_db_blocker.unblock(), served(tmp_path_factory.mktemp("doors")) as made:
        yield made


@contextmanager
def _processes(service: Service, *scripts: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of the web role, each waiting for a line before it does what it is there for."""
    environ = {**_environ(service.database), "DJANGO_SETTINGS_MODULE": "config.settings", "COUNTERPART_TESTING": "1"}
    words = {"env": environ, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([sys.executable, "-c", script], **words) for script in scripts]  # type: ignore[call-overload]
    try:
        yield running
    finally:
        for each in running:
            each.kill()
            each.communicate()


def _at_once(service: Service, *scripts: str) -> list[str]:
    with _processes(service, *scripts) as running:
        for each in running:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in running:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        return sorted(each.communicate(timeout=60)[0].strip() for each in running)


def test_a_code_is_good_once_over_two_processes(service: Service) -> None:
    at = int(NOW.timestamp())
    with _processes(service, ENROL.format(at=at)) as (enrolling,):
        secret = enrolling.communicate(timeout=60)[0].strip()
    prove = PROVE.format(code=code_of(secret, NOW), at=at)
    assert _at_once(service, prove, prove) == ["refused", "totp"]


def test_a_budget_is_exact_under_fifty_parallel_tries_of_two_processes(service: Service) -> None:
    assert sum(map(int, _at_once(service, SPEND, SPEND))) == 20
    assert service.rows("SELECT spent FROM agencies_budget WHERE kind = 'parallel'") == [(20,)]
