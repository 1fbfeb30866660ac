"""Rotation is killed in the middle, again and again, while agencies write; what was sealed opens throughout."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from config.local.places import ROOT
from config.local.processes import wait_until
from tests.callers import PANGOLINS
from tests.served import Service, _environ, served
from tests.sizes import size

pytestmark = pytest.mark.drill
ROWS = size(commit=1000, landing=10_000, release=100_000)
KILLS = size(commit=3, landing=8, release=20)
OWNER = "(SELECT id FROM agencies_agency WHERE code = 'HK-CUSTOMS')"
DONE = f"""
SELECT count(*) FROM vault_objectkey o JOIN vault_datakey k ON k.id = o.data_key_id
WHERE k.version = 2 AND k.owner = {OWNER}
"""
HOLD = """
SELECT FROM vault_objectkey WHERE id = (SELECT id FROM drill ORDER BY id OFFSET %s LIMIT 1) FOR UPDATE
"""
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query ~ 'FOR UPDATE OF o' AND datname = current_database()
"""
MAKE = f"""
from uuid import uuid4
from django.db import connection, transaction
from apps.agencies.models import Agency
from apps.vault.actions import seal
owner = Agency.objects.get(code="HK-CUSTOMS").id
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("CREATE TABLE drill (id uuid PRIMARY KEY, sealed bytea NOT NULL)")
    for row in (uuid4() for _ in range({ROWS})):
        sealed = seal(owner=owner, field="drill.sealed", row=row, plain=row.bytes)
        cursor.execute("INSERT INTO drill VALUES (%s, %s)", [row, sealed])
"""
CHECK = """
from django.db import connection
from apps.agencies.models import Agency
from apps.vault.queries import unseal
owner = Agency.objects.get(code="HK-CUSTOMS").id
with connection.cursor() as cursor:
    cursor.execute("SELECT id, sealed FROM drill")
    rows = cursor.fetchall()
print(sum(unseal(owner=owner, field="drill.sealed", row=row, sealed=bytes(sealed)) == row.bytes for row, sealed in rows))
"""


def manage(service: Service, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "manage.py", *words]
    return subprocess.Popen(command, cwd=ROOT, env=_environ(service.database), stdout=-1, stderr=-1)


def said(service: Service, *words: str) -> str:
    """What a command prints that must end well."""
    process = manage(service, *words)
    out, error = process.communicate(timeout=600)
    assert process.returncode == 0, error.decode()[-2000:]
    return out.decode()


def shell(service: Service, code: str) -> str:
    return said(service, "shell", "--no-imports", "-c", code)


@contextmanager
def writing(service: Service) -> Iterator[dict[str, str]]:
    """Somebody files RED reports all the time: id → what was written in it. Nothing may be refused."""
    filed: dict[str, str] = {}
    failed: list[Any] = []
    token, over = service.token("liaison", "HK-CUSTOMS"), threading.Event()

    def write() -> None:
        while not over.wait(0.02):
            text = f"secret {len(filed)}"
            report = {**PANGOLINS, "tlp": "RED", "narrative": text}
            answer = service.call("POST", "/api/v1/reports/", orjson.dumps(report), **token)
            if answer.status != 201:
                failed.append(answer)
                return
            filed[answer.data["id"]] = text

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield filed
    finally:
        over.set()
        writer.join(60)
    assert failed == []


def killed_in_the_middle(service: Service, at: int) -> None:
    """Hold the row before which it must stop, wait until it stands there inside a batch, and kill it."""
    with service.owner() as line:
        line.execute(HOLD, [at])
        before = service.rows(DONE)[0][0]
        rotation = manage(service, "rotate_keys", "--agency", "HK-CUSTOMS")
        assert wait_until(lambda: service.rows(WAITING)[0][0] or rotation.poll() is not None, 60)
        assert rotation.poll() is None, rotation.communicate()
        os.kill(rotation.pid, 9)
        rotation.communicate()
        assert rotation.returncode == -9
        assert service.rows(DONE)[0][0] >= before


@pytest.fixture
def service(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Service]:
    with django_db_blocker.unblock(), served(tmp_path) as running:
        yield running


def test_a_rotation_that_is_killed_loses_nothing_and_ends_when_it_is_run_again(service: Service) -> None:
    shell(service, MAKE)
    with writing(service) as filed:
        for kill in range(KILLS):
            killed_in_the_middle(service, (kill + 1) * ROWS // (KILLS + 1))
            assert shell(service, CHECK).strip() == str(ROWS)
        assert 0 < service.rows(DONE)[0][0] < ROWS + len(filed)
        assert "version 2 is in use" in said(service, "rotate_keys", "--agency", "HK-CUSTOMS")
        assert shell(service, CHECK).strip() == str(ROWS)
    assert len(filed) > 5
    found = service.rows(f"SELECT version, retired_at IS NULL FROM vault_datakey WHERE owner = {OWNER} ORDER BY 1")
    assert found == [(1, False), (2, True)]
    token = service.token("liaison", "HK-CUSTOMS")
    for report, text in filed.items():
        assert service.call("GET", f"/api/v1/reports/{report}/", **token).data["narrative"] == text
