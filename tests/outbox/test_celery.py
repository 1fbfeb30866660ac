"""How Celery is set up: what beat rings exists, nothing but the bell sends, and no task can be lost by being trusted."""

import re
from pathlib import Path

import pytest
from celery import Celery

from config import celery

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def app() -> Celery:
    """The application as a worker has it, with every app's tasks."""
    celery.app.loader.import_default_modules()
    return celery.app


def test_everything_that_beat_rings_is_a_task_and_comes_late_or_not_at_all(app: Celery) -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] > 0


def test_no_task_takes_arguments_so_none_can_carry_content(app: Celery) -> None:
    ours = [task for name, task in app.tasks.items() if name.startswith("apps.")]
    assert len(ours) >= 6
    assert [task.name for task in ours if task.run.__code__.co_argcount] == []


def test_a_task_is_acknowledged_late_and_run_again_a_few_times_if_its_worker_is_lost(app: Celery) -> None:
    conf = app.conf
    assert (conf.task_acks_late, conf.task_retry_on_worker_lost, conf.task_reject_on_worker_lost) == (True, True, False)
    assert conf.broker_transport_options["visibility_timeout"] >= 3 * conf.task_time_limit
    assert (conf.worker_prefetch_multiplier, conf.accept_content, conf.task_serializer) == (1, ["json"], "json")
    for name in ("apps.outbox.tasks.relay", "apps.notifications.tasks.send_due"):
        assert app.tasks[name].max_retries == 3
        assert app.tasks[name].ignore_result


def test_nothing_but_the_bell_sends_tasks() -> None:
    sends = re.compile(r"\.delay\(|\.apply_async\(|send_task\(|create_task_message\(|\.publish\(\s*$", re.MULTILINE)
    senders = {
        str(path.relative_to(ROOT))
        for folder in ("apps", "config", "seeds")
        for path in (ROOT / folder).rglob("*.py")
        if sends.search(path.read_text())
    }
    assert senders == {"apps/outbox/bell.py"}
