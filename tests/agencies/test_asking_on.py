"""Nobody fills the trail or the outbox, or keeps the processors busy, by asking on after a refusal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from apps.agencies import actions, devices
from apps.agencies.acting import acting
from apps.agencies.actions import CodeRefused, SignInRefused, TooManyTries
from apps.agencies.actions.sessions import FROM_ONE_NETWORK, TRIES, WITHIN
from apps.agencies.policy import Oneself, Scope
from apps.audit.models import Entry
from apps.core.clock import now
from apps.core.errors import Invalid
from apps.outbox.models import Event
from apps.web.pages.admitting import origin
from tests import clocks
from tests.agencies.conftest import Hashes
from tests.callers import Caller
from tests.cast import NOW, PASSWORD, Cast

HERE, OFFICER = "192.0.2.7", "officer@sg-customs.example"
HOUR = timedelta(hours=1)


def wear_out(kind: str, key: str, most: int, within: timedelta = WITHIN) -> None:
    for _ in range(most):
        assert actions.spend(kind=kind, key=key, most=most, within=within, now=NOW)


def written(deed: Callable[[], object], times: int) -> tuple[int, int]:
    """How many lines and how many events so many deeds leave behind."""
    lines, events = Entry.objects.count(), Event.objects.count()
    for _ in range(times):
        deed()
    return Entry.objects.count() - lines, Event.objects.count() - events


def guess(email: str = OFFICER, password: str = "wrong", **words: str) -> None:
    with pytest.raises(SignInRefused):
        actions.sign_in(email=email, password=password, now=NOW, **words)


def test_a_network_that_is_out_of_tries_is_refused_at_once_with_one_line_in_all(cast: Cast, hashes: Hashes) -> None:
    wear_out("sign-in-from", HERE, FROM_ONE_NETWORK)
    emails = iter([OFFICER, "nobody@sg-customs.example", *[f"{number}@x.example" for number in range(10)]])
    assert written(lambda: guess(next(emails), origin=HERE), 12) == (1, 0)
    assert hashes.count == 0
    line = Entry.objects.latest("seq")
    assert (line.verb, line.object_id, line.payload) == ("sign_in_refused", None, '{"cause": "network"}')


@pytest.mark.parametrize("email", [OFFICER, "nobody@sg-customs.example"])
def test_an_account_that_is_out_of_tries_keeps_its_hash_and_has_one_line(
    cast: Cast, hashes: Hashes, email: str
) -> None:
    wear_out("sign-in", email, TRIES)
    assert written(lambda: guess(email, PASSWORD), 3) == (1, 1)  # one line, one warning
    assert hashes.count == 3


def test_a_known_browser_is_not_shut_out_by_its_network_and_spends_nothing_of_it(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    own = devices.word(user)
    wear_out("sign-in-from", HERE, FROM_ONE_NETWORK)
    guess(password=PASSWORD, origin=HERE)
    assert actions.sign_in(email=OFFICER, password=PASSWORD, origin=HERE, device=own, now=NOW) == user
    for _ in range(TRIES):
        guess(origin="192.0.2.8", device=own)
    assert actions.spend(kind="sign-in-from", key="192.0.2.8", most=1, within=WITHIN, now=NOW)


def test_a_known_browser_that_is_out_of_tries_costs_no_hash_and_leaves_one_line(cast: Cast, hashes: Hashes) -> None:
    own = devices.word(cast.user("officer", "SG-CUSTOMS"))
    for _ in range(TRIES):
        guess(origin=HERE, device=own)
    before = hashes.count
    assert written(lambda: guess(password=PASSWORD, origin=HERE, device=own), 5) == (1, 1)
    assert hashes.count == before


def test_asking_for_links_beyond_a_network_s_budget_writes_one_line_an_hour_and_publishes_nothing(cast: Cast) -> None:
    wear_out("reset-from", HERE, 20, HOUR)
    assert written(lambda: actions.request_password_reset(email=OFFICER, origin=HERE, now=NOW), 30) == (1, 0)
    assert written(lambda: actions.request_password_reset(email=OFFICER, origin="192.0.2.8", now=NOW), 1) == (1, 1)
    later = NOW + HOUR
    assert written(lambda: actions.request_password_reset(email=OFFICER, origin=HERE, now=later), 20)[1] == 20


def test_wrong_proofs_of_who_is_signed_in_are_told_ten_times_and_once_more(cast: Cast, hashes: Hashes) -> None:
    actor = cast.officer("SG-CUSTOMS")
    wear_out("reauthentication", str(actor.user_id), TRIES)

    def prove() -> None:
        with pytest.raises(TooManyTries):
            actions.prove_by_password(actor=actor, password=PASSWORD, now=NOW)

    assert written(prove, 5) == (1, 1)
    assert hashes.count == 0


def test_wrong_codes_beyond_the_budget_are_told_once(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    waiting = Oneself(user.id, user.agency_id)

    def prove() -> None:
        with pytest.raises((CodeRefused, TooManyTries)):
            actions.prove_by_code(actor=waiting, code="000000", now=NOW)

    assert written(prove, 25)[0] == TRIES + 1


def test_looking_for_the_administration_again_and_again_writes_ten_lines_an_hour(cast: Cast) -> None:
    client = Client()
    with clocks.held(now()) as clock:
        client.force_login(cast.user("officer", "SG-CUSTOMS"))
        assert written(lambda: client.get("/admin/login/"), 15) == (10, 0)
        assert '"last": true' in str(Entry.objects.latest("seq").payload)
        clock.shift(HOUR)
        client.force_login(cast.user("officer", "SG-CUSTOMS"))
        assert written(lambda: client.get("/admin/login/"), 2) == (2, 0)


@pytest.mark.parametrize("way", ["role", "scope", "page"])
def test_what_a_role_or_a_token_may_not_do_writes_ten_lines_an_hour(cast: Cast, way: str) -> None:
    if way == "role":
        script = Caller(cast.analyst("SG-CUSTOMS"))
        assert written(lambda: script.post("reports/", {"kind": "ANALYSIS"}), 15) == (10, 0)
    elif way == "scope":
        actor = cast.liaison("SG-CUSTOMS")
        with acting(actor):
            raw, _ = actions.issue_token(actor=actor, name="x", life=HOUR, scope=Scope.READ, now=now())
        client = Client(headers={"Authorization": f"Bearer {raw}"})
        assert written(lambda: client.post("/api/v1/reports/", {}, "application/json"), 15) == (10, 0)
    else:
        client = Client()
        client.force_login(cast.user("analyst", "SG-CUSTOMS"))
        assert written(lambda: client.get("/reports/new/seizure/"), 15) == (10, 0)


@pytest.mark.parametrize(
    ("told", "network"),
    [
        ("203.0.113.7:5555", "203.0.113.7"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ('"[2001:db8:1:2::1]:80"', "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:198.51.100.9]:1", "198.51.100.9"),
        ("10.0.0.1, 203.0.113.7:80", "203.0.113.7"),
        ("unknown", "unknown"),
        ("_hidden", "unknown"),
        ("203.0.113.7, ", "192.0.2.1"),
        ("a:b", "unknown"),
    ],
)
def test_everybody_is_of_a_network_however_a_proxy_writes_the_address(
    settings: Settings, told: str, network: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": told}
    assert origin(request) == network


def test_whoever_comes_without_an_address_shares_one_budget() -> None:
    assert origin(HttpRequest()) == "unknown"


def test_within_the_budget_each_mistake_has_its_line(cast: Cast) -> None:
    actor = cast.officer("SG-CUSTOMS")

    def prove() -> None:
        with pytest.raises(Invalid):
            actions.prove_by_password(actor=actor, password="wrong", now=NOW)

    assert written(prove, 3) == (3, 0)
