"""An installation that had RED narratives in clear: the migration seals them, and backwards they are opened again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from config.local.places import ROOT
from tests.conftest import _names
from tests.core.test_backups import database

WORD = "zqbeforecanary"
FILE = f"""
from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.reports.actions import draft_report, submit_report
from tests.callers import PANGOLINS

liaison = actor_of(user_id=User.objects.get(email="liaison@hk-customs.example").id, now=now())
for tlp in ("RED", "AMBER"):
    with acting(liaison):
        data = {{**PANGOLINS, "tlp": tlp, "narrative": "As {WORD} says."}}
        report = draft_report(actor=liaison, data=data, now=now())
        submit_report(actor=liaison, report_id=report.id, now=now())
"""
READ = """
from apps.reports.models import Report
from apps.reports.queries import narrative_of
print(*(narrative_of(row).text for row in Report.objects.select_related("label").order_by("label__tlp")), sep="|")
"""
ROWS = """
SELECT l.tlp, r.narrative, r.narrative_sealed IS NOT NULL, l.search::text
FROM reports_report r JOIN sharing_label l ON l.id = r.id
"""
BEFORE = "SELECT r.narrative FROM reports_report r ORDER BY 1"
# What the version before wrote: the words stand in the search vector under any marking.
OLD_SEARCH = "UPDATE sharing_label SET search = to_tsvector('simple', 'pangolin scales As zqbeforecanary says')"


@pytest.fixture
def url(django_db_setup: None) -> Iterator[str]:
    with database(_names()[0]) as made:
        yield made


def manage(url: str, *words: str) -> str:
    told = {"DATABASE_OWNER_URL": url, "DATABASE_URL": make_conninfo(url, user="counterpart_web")}
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as line:
        cursor = line.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def test_what_stood_in_clear_is_sealed_and_its_words_leave_the_search(url: str) -> None:
    manage(url, "shell", "--no-imports", "-c", FILE)
    manage(url, "migrate", "-v0", "reports", "0003")
    assert rows(url, BEFORE) == [(f"As {WORD} says.",)] * 2
    rows(url, OLD_SEARCH)
    manage(url, "migrate", "-v0")
    found = {tlp: (text, sealed, WORD in search) for tlp, text, sealed, search in rows(url, ROWS)}
    assert found == {"RED": ("", True, False), "AMBER": (f"As {WORD} says.", False, True)}
    words = {tlp: search for tlp, _, _, search in rows(url, ROWS)}["RED"]
    for word in ("pangolin", "scale", "manis", "nigeria", "kwai"):
        assert f"'{word}'" in words
    assert manage(url, "shell", "--no-imports", "-c", READ).strip() == f"As {WORD} says.|As {WORD} says."
