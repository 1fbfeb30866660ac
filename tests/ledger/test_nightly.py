"""The proof of each night: a difference is one alarm, its mending ends that, and the service goes on meanwhile."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext
from psycopg.pq import TransactionStatus

from apps.notifications.actions import tell_alarms
from apps.notifications.models import Alarm, Notification, Pulse
from apps.referrals import tasks
from apps.referrals.ledger import Area, Check, proof
from apps.sharing.queries import agreement
from apps.sharing.tasks import check_grants
from config.local.places import ROOT
from tests.cast import NOW
from tests.ledger.conftest import Story, sql, working
from tests.web_login import logged_in

LOST = "UPDATE referrals_referral SET parts = '[]' WHERE report_id = %s"


def asked() -> int:
    """The task as the worker runs it."""
    with working():
        return tasks.prove()


def test_it_is_rung_each_night_and_bounded() -> None:
    rung = [each for each in settings.CELERY_BEAT_SCHEDULE.values() if each["task"] == tasks.prove.name]
    assert [(each["schedule"].hour, each["schedule"].minute) for each in rung] == [({4}, {10})]
    assert (current_app.tasks[tasks.prove.name].soft_time_limit, tasks.prove.time_limit) == (1700, 1800)


def test_where_the_books_agree_there_is_no_alarm_and_when_that_was_so_is_noted(story: Story) -> None:
    assert asked() == 0
    assert Alarm.objects.count() == 0
    assert Pulse.objects.filter(name="ledger").count() == 1


def test_a_loss_is_one_alarm_however_often_it_is_found_and_mending_it_clears_that(story: Story) -> None:
    assert sql("CREATE TABLE kept AS SELECT id, parts FROM referrals_referral") == 9
    assert sql(LOST, story.ivory) == 4
    assert [asked(), asked()] == [4, 4]
    (found,) = Alarm.objects.all()
    assert (found.code, found.times, found.ended_at) == ("ledger", 2, None)
    assert found.facts == {"differences": 4, "checks": 1, "first": "referral-differs"}
    assert Pulse.objects.filter(name="ledger").count() == 0
    with working():
        assert tell_alarms(now=NOW) == 1
    assert Notification.objects.filter(kind="ALARM").count() == 1
    assert sql("UPDATE referrals_referral r SET parts = k.parts FROM kept k WHERE k.id = r.id") == 9
    assert asked() == 0
    assert Alarm.objects.get().ended_at is not None


def test_the_alarm_says_nothing_but_counts_and_codes(story: Story) -> None:
    sql(LOST, story.ivory)
    asked()
    assert str(story.ivory) not in str(Alarm.objects.get().facts)


def test_a_second_proof_at_the_same_time_does_nothing(story: Story) -> None:
    sql(LOST, story.ivory)
    with psycopg.connect(settings.SERVERS.owner, dbname=connection.settings_dict["NAME"]) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [tasks.LOCK])
        assert asked() == 0
        assert Alarm.objects.count() == 0
        # By name: a session that is merely closed keeps its locks until its server process has noticed.
        other.execute("SELECT pg_advisory_unlock(%s)", [tasks.LOCK])
    assert asked() == 4


def test_the_long_walks_hold_no_transaction_and_the_workers_own_login_may_ask(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As libpq sees the worker's session while the proof walks: nothing is open that a vacuum or a lock would wait for."""
    seen: list[tuple[str, TransactionStatus]] = []
    unblocked = django_db_blocker.unblock()  # type: ignore[attr-defined]  # pytest-django's blocker
    with unblocked, logged_in(settings.SERVERS.worker) as line:
        for name in ("_rows", "verify", "agreement"):
            _look_at(monkeypatch, line, name, seen)
        assert proof.prove(now=NOW).findings == ()
    assert [state for name, state in seen if name == "_rows"] == [TransactionStatus.INTRANS] * (len(proof.CHECKS) + 3)
    assert seen[-2:] == [("verify", TransactionStatus.IDLE), ("agreement", TransactionStatus.IDLE)]


def _look_at(
    monkeypatch: pytest.MonkeyPatch, line: BaseDatabaseWrapper, name: str, seen: list[tuple[str, TransactionStatus]]
) -> None:
    """When that is asked, and when it has answered, note the state of the session."""
    ask = getattr(proof, name)

    def watched(*words: Any) -> Any:
        found = ask(*words)
        seen.append((name, line.connection.info.transaction_status))
        return found

    monkeypatch.setattr(proof, name, watched)


@pytest.mark.parametrize(("cores", "slots"), [("1", "2"), ("2", "2"), ("8", "8")])
def test_a_worker_has_a_second_slot_for_the_relay_whatever_the_machine(tmp_path: Path, cores: str, slots: str) -> None:
    environ = {**os.environ, "PYTHON": "echo", "COUNTERPART_CORES": cores}
    environ.pop("COUNTERPART_WORKERS", None)
    words = ["sh", str(ROOT / "docker" / "entrypoint.sh"), "worker"]
    said = subprocess.run(words, env=environ, capture_output=True, text=True, check=True).stdout.splitlines()[-1]
    assert f"--concurrency {slots} " in said


def test_a_check_that_is_cut_off_is_named_and_alarmed_and_the_others_are_judged(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One check sleeps longer than a check may take: what it would have said nobody knows, and somebody is told so."""
    sleeper = Check(Area.EVENTS, "sleeper", "something sleeps", "SELECT 'x' FROM pg_sleep(60)")
    monkeypatch.setattr(proof, "CHECKS", (sleeper, *proof.CHECKS))
    monkeypatch.setattr(proof, "LONGEST", "3s")
    assert sql(LOST, story.ivory) == 4
    assert asked() == 4
    (found,) = Alarm.objects.all()
    assert (found.code, found.ended_at) == ("ledger", None)
    assert found.facts == {"differences": 4, "checks": 2, "first": "referral-differs", "not_judged": 1}
    findings = proof.prove(now=NOW).findings
    assert [str(each) for each in findings if not each.judged] == [
        "sleeper: not judged, the database ended it (QueryCanceled)"
    ]


def test_a_night_in_which_nothing_is_wrong_and_a_check_is_cut_off_is_no_good_night(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Check(Area.EVENTS, "broken", "something is not there", "SELECT id::text FROM nowhere")
    monkeypatch.setattr(proof, "CHECKS", (*proof.CHECKS, broken))
    assert asked() == 0
    assert Alarm.objects.get().facts == {"differences": 0, "checks": 1, "first": "broken", "not_judged": 1}
    assert Pulse.objects.filter(name="ledger").count() == 0


def test_labels_are_walked_in_batches_and_those_asked_for_alone(story: Story) -> None:
    with CaptureQueriesContext(connection) as sent:
        every = list(agreement(batch=1))
    assert [label for label, _ in every] == sorted([story.ivory, story.mistake, story.draft])
    labels = [each["sql"] for each in sent if 'FROM "sharing_label"' in each["sql"]]
    assert len(labels) == len(every) + 1
    assert not any('"search"' in each for each in labels)
    assert list(agreement(among=[story.mistake])) == [(story.mistake, True)]


def test_the_comparison_of_labels_is_bounded_like_the_proof() -> None:
    assert (check_grants.soft_time_limit, check_grants.time_limit) == (1700, 1800)
