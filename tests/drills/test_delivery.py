"""Drills on real processes: what is killed, refused, flushed, stopped and frozen loses nothing and doubles nothing."""

import time
from collections.abc import Callable
from functools import partial

import pytest

from apps.notifications.actions.sending import BATCH, CHUNK
from tests.drills.rig import LANDING, POOLS, Rig, filed, wait_for
from tests.evidence import Evidence
from tests.sizes import size

pytestmark = pytest.mark.drill
KILLS, PEOPLE = size(commit=(1, 200), landing=(20, 6_000), release=(200, 60_000))
SMTP_OUTAGE = size(commit=2.0, landing=30.0, release=60.0)  # seconds
BROKER_OUTAGE = size(commit=5.0, landing=60.0, release=60.0)


def taken_at_least(rig: Rig, share: int) -> bool:
    return len(rig.sink.ids) >= share


def told_once(rig: Rig, people: int, reports: int = 1) -> None:
    """Each liaison officer of Kenya has one notice of each report: none is missing, none is there twice."""
    each = "SELECT user_id, cause, count(*) AS times FROM notifications_notification GROUP BY user_id, cause"
    assert rig.rows(f"SELECT count(*), max(times) FROM ({each}) AS told") == [(people * reports, 1)]
    assert rig.rows("SELECT count(DISTINCT user_id) FROM notifications_notification") == [(people,)]


@pytest.mark.parametrize("pool", POOLS)
def test_a_worker_killed_half_way_through_two_hundred_loses_none_and_doubles_none(
    rig: Rig, pool: str, evidence: Evidence
) -> None:
    people = PEOPLE
    rig.crowd(people)
    rig.sink.delay = 0.01
    rig.beat()
    worker = rig.worker(pool)
    rig.submit()
    for kill in range(1, KILLS + 1):
        # What killed workers held waits for its lease: so many are sent without it, whatever happens.
        share = (people - KILLS * BATCH) * kill // (KILLS + 1)
        wait_for(rig, partial(taken_at_least, rig, share), f"{share} of them")
        worker.kill()
        assert not rig.claims_too_much()
        assert len(rig.sink.ids) < people, "it was killed half-way"
        worker = rig.worker(pool)
        evidence.add("kills")
    wait_for(rig, lambda: rig.settled(people), f"{people} of {people}")
    assert len(rig.sink.ids) == people
    assert len({taken.recipient for taken in rig.sink.taken}) == people
    assert rig.sink.repeats <= KILLS * (CHUNK + 1)
    assert not LANDING or rig.sink.repeats <= people / 100
    told_once(rig, people)
    evidence.add("messages", people)
    evidence.add("raw repeats", rig.sink.repeats)
    rig.prove()


def test_while_the_mail_server_refuses_nothing_says_sent_and_afterwards_all_of_it_arrives(rig: Rig) -> None:
    people = 60
    rig.crowd(people)
    rig.sink.refuse()
    rig.beat()
    rig.worker()
    rig.submit()
    wait_for(rig, lambda: rig.states() == {"PENDING": people}, "the notices")
    until = time.monotonic() + SMTP_OUTAGE
    while time.monotonic() < until:
        assert rig.states() == {"PENDING": people}
        time.sleep(0.1)
    assert rig.one("SELECT count(*) FROM notifications_attempt WHERE outcome = 'TEMPORARY'") >= people
    assert rig.one("SELECT count(*) FROM notifications_attempt WHERE outcome <> 'TEMPORARY'") == 0
    told_once(rig, people)
    rig.sink.listen()
    wait_for(rig, lambda: not rig.claims_too_much() and rig.settled(people), "60 of 60")
    assert (len(rig.sink.ids), rig.sink.repeats) == (people, 0)
    rig.prove()


def stopped(rig: Rig) -> None:
    rig.valkey.flush()
    rig.valkey.kill()
    time.sleep(BROKER_OUTAGE)
    rig.valkey.start()


def frozen(rig: Rig) -> None:
    rig.valkey.freeze()
    time.sleep(BROKER_OUTAGE if LANDING else 3.0)
    rig.valkey.thaw()


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("outage", [stopped, frozen])
def test_without_a_broker_every_submission_succeeds_and_everything_arrives(
    rig: Rig, outage: Callable[[Rig], None], pool: str, evidence: Evidence
) -> None:
    reports = int(BROKER_OUTAGE * 3) + 12
    rig.sink.delay = 0.15  # so that a task is under way when it happens
    rig.beat()
    worker = rig.worker(pool)
    office = rig.office(reports, pause=0.2)
    wait_for(rig, lambda: len(rig.sink.ids) >= 2, "a first message, on the usual way")
    outage(rig)
    found = filed(office)
    assert len({each["reference"] for each in found}) == reports
    seconds = sorted(each["seconds"] for each in found)
    assert seconds[-1] < 4.0, "one ring on a frozen broker waits about a second"
    assert seconds[int(reports * 0.8)] < 1.0, "and the next ones nothing"
    wait_for(rig, lambda: rig.settled(reports), f"{reports} of {reports}")
    assert (len(rig.sink.ids), rig.sink.repeats) == (reports, 0)
    told_once(rig, 1, reports)
    assert worker.running, rig.logs()
    evidence.add("submits", reports)
    evidence.most("slowest submit", seconds[-1])
    evidence.most("p95 submit", seconds[int(reports * 0.95)])
    rig.prove()


def test_without_a_beat_the_bell_suffices_and_a_lost_bell_is_made_up_for_by_the_next_beat(rig: Rig) -> None:
    rig.worker()
    rig.submit()
    wait_for(rig, lambda: rig.settled(1), "a message without any beat")
    rig.valkey.kill()
    rig.submit(2)
    rig.valkey.start()
    assert rig.one("SELECT count(*) FROM outbox_delivery WHERE state = 'PENDING'") == 2
    rig.beat()
    rig.beat()
    wait_for(rig, lambda: rig.settled(3), "what two beats together make up for")
    assert (len(rig.sink.ids), rig.sink.repeats) == (3, 0)
    told_once(rig, 1, 3)
    rig.prove()
