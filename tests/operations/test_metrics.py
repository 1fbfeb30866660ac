"""``/metrics``: for whoever holds the token and for nobody else; figures and counts, never an id or a word of anybody's."""

import os
import re
import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from apps.core.clock import now
from apps.notifications import actions
from apps.notifications.policy import AlarmCode, Beat
from apps.outbox.models import Delivery, Event
from tests.cast import Cast
from tests.web_login import as_web

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def token(settings: LazySettings) -> str:
    settings.METRICS_TOKEN = TOKEN
    return TOKEN


def ask(token: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Each figure by its name and the values of its labels, in the order of their names."""
    response = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    return {
        (sample.name, tuple(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("sent", [None, "", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer t"])
def test_without_the_token_there_is_no_such_address(token: str, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent}
    refused, absent = Client().get("/metrics", headers=headers), Client().get("/metric", headers=headers)
    assert (refused.status_code, refused.content) == (absent.status_code, absent.content)
    assert refused.status_code == 404


def test_where_no_token_is_set_none_opens_it(settings: LazySettings) -> None:
    settings.METRICS_TOKEN = ""
    for sent in ("Bearer ", "Bearer", f"Bearer {TOKEN}"):
        assert Client().get("/metrics", headers={"Authorization": sent}).status_code == 404


def test_the_figures_are_those_of_the_database(cast: Cast, token: str) -> None:
    event = Event.objects.create(name="reports.submitted", payload={}, at=now() - timedelta(minutes=10))
    Delivery.objects.create(event=event, handler="room.dead", state="DEAD", attempts=20, next_at=now())
    Delivery.objects.create(event=event, handler="room.late", attempts=2, next_at=now())
    actions.watch(now=now())
    actions.note(beat=Beat.BACKUP, now=now() - timedelta(hours=1))
    actions.note(beat=Beat.LEDGER, now=now() - timedelta(hours=2))
    actions.note(beat=Beat.GRANTS, now=now() - timedelta(hours=3))
    found = ask(token)
    counted = {name: value for (name, labels), value in found.items() if not labels}
    assert (counted["counterpart_deliveries_dead"], counted["counterpart_deliveries_pending"]) == (1, 1)
    assert 600 <= counted["counterpart_relay_lag_seconds"] < 660
    assert 3600 <= counted["counterpart_backup_age_seconds"] < 3660
    assert 7200 <= counted["counterpart_proved_age_seconds"] < 7260
    assert 10800 <= counted["counterpart_compared_age_seconds"] < 10860
    assert counted["counterpart_watch_age_seconds"] < 60
    assert counted["counterpart_database_up"] == 1
    open_ = {labels[0] for (name, labels), value in found.items() if name == "counterpart_alarm_open" and value}
    assert open_ == {"dead_letters", "relay_lag"}
    assert {labels[0] for name, labels in found if name == "counterpart_alarm_open"} == {
        code.value for code in AlarmCode
    }


def test_requests_are_counted_by_view_method_and_status_and_hold_no_word_of_theirs(cast: Cast, token: str) -> None:
    before, report = ask(token), uuid.uuid4()
    client = Client()
    client.get(f"/api/v1/reports/{report}/?q=KANARI")
    client.get("/kanari-path/")
    client.generic("KANARIMETHOD", "/healthz")
    found = ask(token)
    gained = {key: value - before.get(key, 0) for key, value in found.items() if key[0] == "counterpart_requests_total"}
    assert {labels for (_, labels), value in gained.items() if value and labels[2] != "none"} == {
        ("GET", "200", "metrics"),
        ("GET", "401", "api:report"),
        ("OTHER", "200", "alive"),
    }
    assert gained["counterpart_requests_total", ("GET", "404", "none")] == 1
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"}).content.decode()
    assert not re.findall(r"(?i)kanari", text)
    assert str(report) not in text


def test_it_works_through_the_web_roles_own_login(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, settings: LazySettings
) -> None:
    settings.METRICS_TOKEN = TOKEN
    with django_db_blocker.unblock(), as_web():  # type: ignore[attr-defined]  # pytest-django's blocker
        assert ask(TOKEN)["counterpart_database_up", ()] == 1


COUNT = """
import os, sys
from config.metrics import ANSWERED, place
ANSWERED.labels("web:inbox", "GET", "200").inc()
print(place(), flush=True)
sys.stdin.readline()
"""
READ = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
import os
registry = CollectorRegistry()
MultiProcessCollector(registry, path=os.environ["PROMETHEUS_MULTIPROC_DIR"])
print(generate_latest(registry).decode())
"""


def test_all_processes_count_together_and_one_that_ends_is_continued(tmp_path: Path) -> None:
    """Three at once, then three more: six requests, in three files."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    code = f"import django; django.setup()\n{COUNT}"

    def generation() -> list[str]:
        started = [
            subprocess.Popen(
                [sys.executable, "-c", code],
                env=environ,
                cwd=ROOT,
                text=True,
                stdin=-1,
                stdout=-1,
            )
            for _ in range(3)
        ]
        places = [process.stdout.readline().strip() for process in started if process.stdout]
        for process in started:
            process.communicate("\n", timeout=30)
        return sorted(places)

    assert [generation(), generation()] == [["0", "1", "2"]] * 2
    read = subprocess.run(
        [sys.executable, "-c", READ], env=environ, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 'counterpart_requests_total{method="GET",status="200",view="web:inbox"} 6.0' in read.stdout
    assert len(list(tmp_path.glob("counter_*.db"))) == 3
