"""Drills on the mail server: slow, busy, refusing, mute. The inbox does not wait for it, and every message reaches an end."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.drills.rig import Rig, wait_for
from tests.drills.test_delivery import told_once
from tests.evidence import Evidence
from tests.sizes import size

pytestmark = pytest.mark.drill
PEOPLE = size(commit=12, landing=60, release=60)
TROUBLE = size(commit=3.0, landing=20.0, release=60.0)  # seconds it lasts
INBOX = 5.0  # seconds in which people find it in the product, whatever the mail does


def filed_and_in_the_inbox(rig: Rig, evidence: Evidence) -> None:
    """The report is filed, and everybody's inbox has it in time."""
    rig.submit()
    begun = time.monotonic()
    wait_for(rig, lambda: rig.one("SELECT count(*) FROM notifications_notification") == PEOPLE, "the inbox", INBOX)
    evidence.most("seconds to the inbox", time.monotonic() - begun)
    evidence.add("messages", PEOPLE)


def working(rig: Rig) -> None:
    rig.crowd(PEOPLE)
    rig.beat()
    rig.worker()


def trouble_lasts(rig: Rig) -> None:
    """Meanwhile no row claims more than the mail server has taken."""
    until = time.monotonic() + TROUBLE
    while time.monotonic() < until:
        assert not rig.claims_too_much()
        time.sleep(0.2)


def attempts(rig: Rig, outcome: str) -> int:
    return int(rig.one(f"SELECT count(*) FROM notifications_attempt WHERE outcome = '{outcome}'"))


def arrived(rig: Rig) -> None:
    wait_for(rig, lambda: rig.settled(PEOPLE), "all of them")
    assert len({taken.recipient for taken in rig.sink.taken}) == PEOPLE
    told_once(rig, PEOPLE)
    rig.prove()


def test_a_mail_server_slower_than_we_wait_delays_the_mail_and_nothing_else(rig: Rig, evidence: Evidence) -> None:
    rig.sink.delay = 1.4  # beyond the limit of a second: it takes the message, and we never hear of it
    working(rig)
    filed_and_in_the_inbox(rig, evidence)
    trouble_lasts(rig)
    rig.sink.delay = 0.0
    arrived(rig)


def test_a_mail_server_that_is_busy_is_asked_again_later(rig: Rig, evidence: Evidence) -> None:
    busy = {f"crowd{n}@ke-customs.example": "451 try again later" for n in range(2, PEOPLE + 1)}
    rig.sink.recipients.update(busy)
    working(rig)
    filed_and_in_the_inbox(rig, evidence)
    trouble_lasts(rig)
    assert rig.states()["PENDING"] == PEOPLE - 1
    assert attempts(rig, "TEMPORARY") >= PEOPLE - 1
    rig.sink.recipients.clear()
    arrived(rig)


def test_an_address_that_is_refused_for_good_ends_dead_and_the_others_are_reached(rig: Rig, evidence: Evidence) -> None:
    refused = [f"crowd{n}@ke-customs.example" for n in range(2, PEOPLE // 2 + 1)]
    rig.sink.recipients.update(dict.fromkeys(refused, "550 no such person"))
    working(rig)
    filed_and_in_the_inbox(rig, evidence)
    ends = {"SENT": PEOPLE - len(refused), "DEAD": len(refused)}
    wait_for(rig, lambda: rig.states() == ends, "an end for each")
    assert attempts(rig, "PERMANENT") == len(refused)
    assert {taken.recipient for taken in rig.sink.taken}.isdisjoint(refused)
    told_once(rig, PEOPLE)
    rig.prove()


@contextmanager
def blackhole(port: int) -> Iterator[None]:
    """Somebody listens there, and never says a word."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        yield


def test_a_mail_server_that_never_says_a_word_holds_nobody_up(rig: Rig, evidence: Evidence) -> None:
    rig.sink.refuse()
    with blackhole(rig.sink.port):
        working(rig)
        filed_and_in_the_inbox(rig, evidence)
        trouble_lasts(rig)
        assert rig.states() == {"PENDING": PEOPLE}
    rig.sink.listen()
    arrived(rig)
