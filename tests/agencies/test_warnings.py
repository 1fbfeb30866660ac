"""People hear of strange tries, once in an hour; the door shows nothing of it, and strangers' addresses get no mail."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.agencies import actions
from apps.agencies.actions import CodeRefused, SignInRefused, TooManyTries
from apps.agencies.models import Agency, User
from apps.agencies.policy import Oneself
from apps.core.clock import now
from apps.core.errors import Invalid
from apps.outbox.actions import relay
from apps.outbox.models import Delivery, Event
from tests import clocks
from tests.agencies.conftest import Hashes
from tests.cast import NOW, PASSWORD, Cast
from tests.doors import code_of, with_app

OFFICER, UNKNOWN = "officer@sg-customs.example", "nobody@sg-customs.example"
HOUR = timedelta(hours=1)


def guess(email: str, at: datetime = NOW, password: str = "wrong", **words: str) -> None:
    with pytest.raises(SignInRefused):
        actions.sign_in(email=email, password=password, now=at, **words)


def wear_out(email: str, tries: int = 10, at: datetime = NOW) -> None:
    """So many mistakes, without the cost of their hashes."""
    for _ in range(tries):
        actions.spend(kind="sign-in", key=email, most=10, within=timedelta(minutes=15), now=at)


def letters() -> list[tuple[str, str]]:
    """Who was written to since the last time, and the first sentence."""
    relay()
    assert Delivery.objects.exclude(state="DONE").count() == 0
    tried = [letter for letter in mail.outbox if "tried to sign in" in letter.subject]
    told = [(letter.to[0], re.split(" for | of ", str(letter.body))[0]) for letter in tried]
    mail.outbox.clear()
    return told


def test_whose_tries_are_spent_is_told_once_in_an_hour(cast: Cast) -> None:
    wear_out(OFFICER, 9)
    guess(OFFICER)
    assert letters() == []
    guess(OFFICER)
    assert letters() == [(OFFICER, "Somebody has given wrong passwords")]
    for minutes in (0, 5, 14, 15, 59):
        wear_out(OFFICER, at=NOW + timedelta(minutes=minutes))
        guess(OFFICER, NOW + timedelta(minutes=minutes))
    assert letters() == []
    wear_out(OFFICER, at=NOW + HOUR)
    guess(OFFICER, NOW + HOUR)
    assert letters() == [(OFFICER, "Somebody has given wrong passwords")]


def test_a_mail_says_nothing_of_who_tried_and_links_to_the_product_alone(cast: Cast) -> None:
    wear_out(OFFICER)
    guess(OFFICER, origin="192.0.2.7")
    relay()
    (letter,) = mail.outbox
    assert "192.0.2.7" not in letter.subject + str(letter.body)
    assert "wrong" not in letter.subject
    assert str(letter.body).count("http") == str(letter.body).count("http://127.0.0.1") == 1


@pytest.mark.parametrize("email", [UNKNOWN, "analyst@sg-customs.example", "officer@wwf.example", ""])
def test_to_an_address_that_opens_nothing_nobody_writes_and_the_door_does_the_same_work(
    cast: Cast, hashes: Hashes, email: str
) -> None:
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)
    Agency.objects.filter(code="WWF").update(active=False)

    def work(address: str) -> list[tuple[list[str], int, int]]:
        done = []
        wear_out(address, 8)
        for _ in range(5):
            events, before = Event.objects.count(), hashes.count
            with CaptureQueriesContext(connection) as heard:
                guess(address)
            kinds = [query["sql"].split()[0] for query in heard.captured_queries]
            done.append((kinds, Event.objects.count() - events, hashes.count - before))
        return done

    known, other = work(OFFICER), work(email)
    assert other == known
    assert [events for _, events, _ in known] == [0, 0, 1, 0, 0]
    assert [count for _, _, count in known] == [1] * 5
    assert letters() == [(OFFICER, "Somebody has given wrong passwords")]


def test_a_network_that_is_out_of_tries_warns_nobody(cast: Cast) -> None:
    for _ in range(100):
        actions.spend(kind="sign-in-from", key="192.0.2.7", most=100, within=timedelta(minutes=15), now=NOW)
    wear_out(OFFICER)
    before = Event.objects.count()
    guess(OFFICER, origin="192.0.2.7")
    assert Event.objects.count() == before
    assert letters() == []


def test_the_page_of_the_locked_door_is_the_page_of_the_open_one(cast: Cast) -> None:
    pages = {}
    for email in (OFFICER, UNKNOWN):
        wear_out(email, 9, now())
        for at in range(4):
            answer = Client().post("/sign-in/", {"email": email, "password": "wrong"})
            words = answer.content.decode().replace(email, "?").split('name="csrfmiddlewaretoken"')
            pages[email, at] = (answer.status_code, [word[80:] for word in words[1:]], words[0], sorted(answer.cookies))
    assert len({str(page) for page in pages.values()}) == 1


def test_whoever_is_past_the_first_step_and_fails_the_second_three_times_is_told_of(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    secret, oneself = with_app(user, NOW), Oneself(user.id, user.agency_id)
    letters()
    told = []
    for _ in range(10):
        with pytest.raises(CodeRefused):
            actions.prove_by_code(actor=oneself, code="000000x", now=NOW)
        told.append(len(letters()))
    assert told == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    with pytest.raises(TooManyTries):
        actions.prove_by_code(actor=oneself, code=code_of(secret, NOW), now=NOW)
    assert letters() == []
    with pytest.raises(CodeRefused):
        actions.prove_by_code(actor=oneself, code="000000x", now=NOW + HOUR)
    assert letters() == []
    for _ in range(2):
        with pytest.raises(CodeRefused):
            actions.prove_by_code(actor=oneself, code="000000x", now=NOW + HOUR)
    assert letters() == [(user.email, "Somebody has passed the first step")]


def test_two_mistakes_and_then_the_right_code_is_nobody_s_business(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    secret, oneself = with_app(user, NOW), Oneself(user.id, user.agency_id)
    letters()
    for at in (NOW, NOW + timedelta(minutes=16), NOW + timedelta(minutes=32)):
        for _ in range(2):
            with pytest.raises(CodeRefused):
                actions.prove_by_code(actor=oneself, code="000000x", now=at)
        assert actions.prove_by_code(actor=oneself, code=code_of(secret, at), now=at) == "totp"
    assert letters() == []


def test_a_stranger_s_guesses_hide_nothing_of_what_somebody_with_the_password_does(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    with_app(user, NOW)
    letters()
    wear_out(OFFICER)
    guess(OFFICER)
    for _ in range(3):
        with pytest.raises(CodeRefused):
            actions.prove_by_code(actor=Oneself(user.id, user.agency_id), code="000000x", now=NOW)
    assert [to for to, _ in letters()] == [OFFICER, OFFICER]


def test_wrong_passwords_at_an_open_session_are_told_too(cast: Cast) -> None:
    actor = cast.officer("SG-CUSTOMS")
    for _ in range(10):
        with pytest.raises(Invalid):
            actions.prove_by_password(actor=actor, password="wrong", now=NOW)
    assert letters() == []
    with pytest.raises(TooManyTries):
        actions.prove_by_password(actor=actor, password=PASSWORD, now=NOW)
    assert letters() == [(OFFICER, "Somebody has given wrong passwords")]


def test_twenty_mistakes_of_a_browser_that_is_known_are_told_once(cast: Cast) -> None:
    with clocks.held(NOW):
        client = Client()
        assert client.post("/sign-in/", {"email": OFFICER, "password": PASSWORD}).status_code == 302
        client.post("/sign-out/")
        for _ in range(20):
            client.post("/sign-in/", {"email": OFFICER, "password": "wrong"})
    assert letters() == [(OFFICER, "Somebody has given wrong passwords")]
