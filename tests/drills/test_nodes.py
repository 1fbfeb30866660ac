"""Drills on worker nodes: a clock that is wrong, a task that kills whoever runs it, an end in the middle of work."""

import subprocess
import sys
import time
from uuid import uuid4

import pytest

from apps.outbox.actions import MOST_ATTEMPTS
from config.local.places import ROOT
from tests.drills.rig import Rig, filed, wait_for
from tests.drills.test_delivery import told_once
from tests.evidence import Evidence
from tests.sizes import size

pytestmark = pytest.mark.drill
REPORTS = size(commit=6, landing=60, release=300)
AWAY = 600  # seconds by which a clock is wrong
HELD = 4  # seconds of a lease that somebody holds
CRASHES = size(commit=2, landing=MOST_ATTEMPTS, release=MOST_ATTEMPTS)
POISON = """
WITH event AS (
    INSERT INTO outbox_event (id, name, payload, at) VALUES ('{id}', 'drills.poison', '{{"dose": "{id}"}}', now())
    RETURNING id
)
INSERT INTO outbox_delivery (id, event_id, handler, state, attempts, next_at, error)
SELECT gen_random_uuid(), id, '__main__.swallow', 'PENDING', {attempts}, now(), '' FROM event RETURNING 1
"""
OF_POISON = "FROM outbox_delivery WHERE handler = '__main__.swallow'"


def test_leases_are_the_databases_so_a_node_whose_clock_is_wrong_sends_nothing_early_and_nothing_twice(
    rig: Rig, evidence: Evidence
) -> None:
    rig.sink.refuse()
    worker = rig.worker()
    rig.submit()
    wait_for(rig, lambda: rig.states() == {"PENDING": 1}, "the notice")
    worker.kill()
    rig.sink.listen()
    held = f"UPDATE notifications_dispatch SET next_at = now(), leased_until = now() + interval '{HELD} s' RETURNING 1"
    begun = time.monotonic()
    rig.one(held)
    rig.odd_worker("skewed", str(AWAY))
    rig.odd_worker("skewed", str(-AWAY))
    rig.beat()
    wait_for(rig, lambda: rig.settled(1), "the one that was held")
    assert time.monotonic() - begun >= HELD, "taken while another held it"
    rig.submit(REPORTS)
    wait_for(rig, lambda: rig.settled(1 + REPORTS), "all of them")
    assert (len(rig.sink.ids), rig.sink.repeats) == (1 + REPORTS, 0)
    told_once(rig, 1, 1 + REPORTS)
    evidence.add("messages", 1 + REPORTS)
    rig.prove()


def test_an_event_that_kills_whoever_handles_it_is_given_up_and_the_others_are_carried(
    rig: Rig, evidence: Evidence
) -> None:
    already = MOST_ATTEMPTS - CRASHES
    assert rig.rows(POISON.format(id=uuid4(), attempts=already)) == [(1,)]
    worker, crashes = rig.odd_worker("poisoned"), 0
    rig.beat()
    office = rig.office(3, pause=0.2)
    until = time.monotonic() + 60 + 10 * CRASHES
    while rig.one(f"SELECT state {OF_POISON}") == "PENDING":
        assert time.monotonic() < until, rig.logs()
        if not worker.running:
            assert worker.status == 70, rig.logs()
            crashes += 1
            rig.rows("UPDATE outbox_delivery SET next_at = now() WHERE handler = '__main__.swallow' RETURNING 1")
            worker.start()  # as its supervisor does
        time.sleep(0.1)
    assert rig.rows(f"SELECT state, attempts, error {OF_POISON}") == [("DEAD", MOST_ATTEMPTS + 1, "Lost")]
    assert crashes == CRASHES
    assert len(filed(office)) == 3
    wait_for(rig, lambda: rig.states() == {"SENT": 3}, "what had nothing to do with it")
    told_once(rig, 1, 3)
    alarmed_once(rig)
    evidence.add("crashes", crashes)


def alarmed_once(rig: Rig) -> None:
    """What was given up is one alarm, and one mail to each platform administrator, however often the figures are watched."""
    staff = [row[0] for row in rig.rows("SELECT email FROM agencies_user WHERE is_staff AND is_active")]
    before = len(rig.sink.ids)
    for times in (1, 2):  # beat does so every minute; here nobody waits for it
        watched(rig, times)
    wait_for(rig, lambda: all(rig.sink.to(person) for person in staff), "the mails of the alarm")
    assert rig.rows("SELECT code, facts, ended_at FROM notifications_alarm") == [
        ("dead_letters", {"deliveries": 1, "messages": 0}, None)
    ]
    wait_for(rig, lambda: rig.states() == {"SENT": 3 + len(staff)}, "nothing but them")
    assert (len(rig.sink.ids) - before, rig.sink.repeats) == (len(staff), 0)
    assert all("was given up" in taken.text for person in staff for taken in rig.sink.to(person))


def watched(rig: Rig, times: int) -> None:
    """A worker looks at the figures: the task is rung for, and the alarm has been found so often."""
    command = [sys.executable, "-m", "celery", "-A", "config", "call", "apps.notifications.tasks.watch"]
    subprocess.run(command, cwd=ROOT, env=rig.environ, stdout=subprocess.DEVNULL, check=True, timeout=60)
    found = f"SELECT count(*) FROM notifications_alarm WHERE times >= {times}"
    wait_for(rig, lambda: rig.one(found) == 1, "the alarm")


def test_a_worker_that_is_told_to_end_ends_what_it_has_begun_and_another_does_the_rest(
    rig: Rig, evidence: Evidence
) -> None:
    people = 120
    rig.crowd(people)
    rig.sink.delay = 0.02
    rig.beat()
    worker = rig.worker()
    rig.submit()
    wait_for(rig, lambda: len(rig.sink.ids) >= 10, "the first ones")
    begun = time.monotonic()
    worker.patience = 30.0
    worker.stop()
    took = time.monotonic() - begun
    assert worker.status == 0, "it had to be killed"
    assert took < 30
    rig.worker()
    wait_for(rig, lambda: rig.settled(people), "all of them")
    assert (len(rig.sink.ids), rig.sink.repeats) == (people, 0)
    told_once(rig, people)
    evidence.add("messages", people)
    evidence.most("seconds to drain", took)
    rig.prove()
