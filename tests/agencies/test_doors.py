"""T10 of the test plan: every door, from outside, after the first step, and after what ends a session."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.actions import SignInRefused
from apps.agencies.models import Agency, Budget, Session, User
from apps.agencies.policy import Scope
from apps.agencies.sessions import kept
from apps.audit.models import Entry
from apps.core.clock import now
from apps.reports.models import Report
from tests import clocks
from tests.agencies.conftest import Hashes, is_signed_in
from tests.callers import Caller
from tests.cast import NOW, PASSWORD, Cast
from tests.doors import code_of, with_app

SECOND = "/sign-in/second-step/"
SAMPLE = "00000000-0000-4000-8000-000000000001"


# --- nothing is learnt from outside -----------------------------------------------------------------------------------
@pytest.fixture
def doors(cast: Cast) -> dict[str, tuple[str, str]]:
    """Every way in that must stay shut, and one that would open with another factor."""
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)
    User.objects.filter(email="admin@sg-customs.example").update(password=make_password(None))
    Agency.objects.filter(code="WWF").update(active=False)
    with_app(cast.user("officer", "KE-CUSTOMS"), NOW)
    for _ in range(10):
        actions.spend(
            kind="sign-in", key="officer@ug-customs.example", most=10, within=timedelta(minutes=15), now=now()
        )
    return {
        "unknown": ("nobody@sg-customs.example", PASSWORD),
        "mistaken": ("officer@sg-customs.example", "Shared-Responsibility-2018"),
        "mistaken, with a second factor": ("officer@ke-customs.example", "Shared-Responsibility-2018"),
        "closed": ("analyst@sg-customs.example", PASSWORD),
        "without a password": ("admin@sg-customs.example", PASSWORD),
        "of an agency that left": ("officer@wwf.example", PASSWORD),
        "out of tries": ("officer@ug-customs.example", PASSWORD),
    }


def test_every_refusal_is_the_same_page_with_the_same_cookies_and_one_hash(
    doors: dict[str, tuple[str, str]], hashes: Hashes
) -> None:
    seen = {}
    for name, (email, password) in doors.items():
        before, client = hashes.count, Client()
        answer = client.post("/sign-in/", {"email": email, "password": password})
        page = _plain(answer).replace(email, "…")
        seen[name] = (answer.status_code, page, sorted(client.cookies), hashes.count - before)
    assert set(map(str, seen.values())) == {str(seen["unknown"])}
    assert (seen["unknown"][0], seen["unknown"][3], hashes.in_transaction) == (422, 1, hashes.in_transaction)


def test_the_right_password_costs_one_hash_whatever_comes_next(
    doors: dict[str, tuple[str, str]], hashes: Hashes
) -> None:
    for code in ("SG-CUSTOMS", "KE-CUSTOMS"):
        before = hashes.count
        actions.sign_in(email=f"officer@{code.lower()}.example", password=PASSWORD, now=NOW)
        assert hashes.count - before == 1


def test_asking_for_a_password_answers_the_same_with_and_without_an_account_and_beyond_the_budget(cast: Cast) -> None:
    answers = [
        Client().post("/password/reset/", {"email": email})
        for email in ["nobody@sg-customs.example", *["officer@sg-customs.example"] * 5]
    ]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {
        (302, "/password/reset/sent/", b"")
    }


# --- strangers can't keep anybody out ---------------------------------------------------------------------------------
def _sign_in(client: Client, email: str, password: str = PASSWORD, **extra: Any) -> bool:
    answer = client.post("/sign-in/", {"email": email, "password": password}, **extra)
    assert answer.status_code in {302, 422}
    return answer.status_code == 302


def test_ten_mistakes_lock_strangers_out_for_a_while_and_not_the_browser_that_its_person_uses(cast: Cast) -> None:
    email, own, stranger = "officer@sg-customs.example", Client(), Client()
    assert _sign_in(own, email)
    own.post("/sign-out/")
    with clocks.held(now()) as clock:
        assert [_sign_in(stranger, email, "wrong") for _ in range(10)] == [False] * 10
        assert not _sign_in(stranger, email)
        assert _sign_in(own, email)
        own.post("/sign-out/")
        clock.shift(timedelta(minutes=15))
        assert _sign_in(stranger, email)


def test_the_word_of_a_browser_has_a_budget_of_its_own_and_serves_one_account(cast: Cast) -> None:
    own = Client()
    assert _sign_in(own, "officer@sg-customs.example")
    own.post("/sign-out/")
    assert [_sign_in(own, "officer@sg-customs.example", "wrong") for _ in range(10)] == [False] * 10
    assert not _sign_in(own, "officer@sg-customs.example")
    assert _sign_in(Client(), "officer@sg-customs.example")
    kinds = set(
        Budget.objects.filter(spent__gt=0).exclude(kind__in=["warning", "spent-line"]).values_list("kind", flat=True)
    )
    assert kinds == {"sign-in-known"}
    assert [_sign_in(own, "analyst@sg-customs.example", "wrong") for _ in range(10)] == [False] * 10
    assert not _sign_in(Client(), "analyst@sg-customs.example")


def test_one_network_spends_its_own_budget_and_then_nobody_s_account(cast: Cast) -> None:
    for number in range(100):
        assert actions.spend(kind="sign-in-from", key="192.0.2.7", most=100, within=timedelta(minutes=15), now=now()), (
            number
        )
    with pytest.raises(SignInRefused):
        actions.sign_in(email="officer@sg-customs.example", password=PASSWORD, origin="192.0.2.7", now=now())
    assert not Budget.objects.filter(kind="sign-in").exists()
    assert actions.sign_in(email="officer@sg-customs.example", password=PASSWORD, origin="192.0.2.8", now=now())


@pytest.mark.parametrize(("address", "key"), [("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("192.0.2.7", "192.0.2.7")])
def test_a_network_is_an_address_or_the_half_that_its_owner_chooses_no_part_of(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str, key: str
) -> None:
    asked: list[str] = []
    real = actions.sign_in

    def listened(**words: Any) -> User:
        asked.append(words["origin"])
        return real(**words)

    monkeypatch.setattr(actions, "sign_in", listened)
    _sign_in(Client(), "nobody@sg-customs.example", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert asked == [key]


# --- after the first step nothing opens but the second ----------------------------------------------------------------
def _addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = before + re.sub(r"[\^$\\]|\(\?P<\w+>[^)]*\)", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            yield route


def _filled(route: str) -> str:
    """An address of that route, with something in every place."""
    kinds = {"uuid": SAMPLE, "int": "1", "slug": "x", "path": "1", "str": "1"}
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: kinds[found[1] or "str"], route)


ADDRESSES = sorted({_filled(route) for route in _addresses(get_resolver().url_patterns)})


def _plain(answer: Any) -> str:
    """The page without the words that differ from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def _answer(client: Client, method: str, path: str) -> tuple[int, str, str]:
    answer: Any = client.generic(method, path, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert isinstance(answer, HttpResponse)
    return answer.status_code, answer.headers.get("Location", ""), _plain(answer)


@pytest.mark.parametrize("enrolled", [True, False], ids=["with a factor", "before the first factor"])
def test_after_the_password_only_every_address_answers_as_it_answers_a_stranger(
    cast: Cast, settings: Settings, enrolled: bool
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    waiting, stranger = Client(), Client()
    platform = User.objects.get(id=cast.platform.user_id)  # whom most doors would open to: the admin's too
    if enrolled:
        with_app(platform, now())
    assert _sign_in(waiting, platform.email)
    assert "/admin/" in ADDRESSES
    assert "/api/v1/reports/" in ADDRESSES
    assert len(ADDRESSES) > 100
    others = {
        (method, path)
        for path in ADDRESSES
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if path != "/sign-out/"
        and _answer(waiting, method, path) != _answer(stranger, method, path)
        and not (path == SECOND or path.startswith("/second-factor/"))
    }
    assert others == set()
    assert not is_signed_in(waiting)
    opened = {
        path for path in (SECOND, "/second-factor/", "/second-factor/app/") if waiting.get(path).status_code == 200
    }
    assert opened == ({SECOND} if enrolled else {"/second-factor/", "/second-factor/app/"})


def test_what_waits_ends_after_ten_minutes_with_another_password_and_with_the_account(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    with_app(user, now())

    def waits(client: Client) -> bool:
        return client.get(SECOND).status_code == 200

    for end in ({"is_active": False}, {"password": make_password("another")}, {"session_epoch": 7}):
        client = Client()
        assert _sign_in(client, user.email)
        assert waits(client)
        before = {name: getattr(User.objects.get(id=user.id), name) for name in end}
        User.objects.filter(id=user.id).update(**end)
        assert not waits(client), end
        User.objects.filter(id=user.id).update(**before)
    with clocks.held(now()) as clock:
        client = Client()
        assert _sign_in(client, user.email)
        clock.shift(timedelta(minutes=10))
        assert waits(client)
        clock.shift(timedelta(seconds=1))
        assert not waits(client)


def test_the_second_step_opens_the_session_once(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    secret = with_app(user, now())
    first, second = Client(), Client()
    code = code_of(secret, now() + timedelta(seconds=1))
    for client in (first, second):
        assert _sign_in(client, user.email)
    assert first.post(SECOND, {"code": code}).status_code == 302
    assert second.post(SECOND, {"code": code}).status_code == 422
    assert [is_signed_in(client) for client in (first, second)] == [True, False]
    assert first.get("/").status_code == 200


# --- fixation: the key changes at both steps --------------------------------------------------------------------------
def test_a_session_has_another_key_after_each_step_and_the_old_ones_open_nothing(cast: Cast) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    secret = with_app(user, now())
    client, keys = Client(), []
    planted = "a" * 32
    client.cookies["sessionid"] = planted
    assert _sign_in(client, user.email)
    keys.append(client.cookies["sessionid"].value)
    assert client.post(SECOND, {"code": code_of(secret, now())}).status_code == 302
    keys.append(client.cookies["sessionid"].value)
    assert len({planted, *keys}) == 3
    assert set(Session.objects.values_list("session_key", flat=True)) == {kept(str(keys[-1]))}
    for old in (planted, keys[0]):
        thief = Client()
        thief.cookies["sessionid"] = old
        assert thief.get("/account/").status_code == 302


# --- tokens: what they open and what they don't -----------------------------------------------------------------------
def test_a_token_opens_the_api_of_its_account_and_no_page(cast: Cast) -> None:
    script = Caller(cast.platform)
    headers = {"Authorization": f"Bearer {script.token}"}
    assert Client().get("/api/v1/me/", headers=headers).status_code == 200
    for page in ("/", "/account/", "/admin/", "/account/second-factor/", "/second-factor/app/"):
        assert Client().get(page, headers=headers).status_code == 302, page


READING = {"/api/v1/reports/search/", "/api/v1/reports/preview/"}  # POSTs that change nothing


def test_a_token_that_may_only_read_changes_nothing_at_any_address(cast: Cast) -> None:
    actor = cast.liaison("SG-CUSTOMS")
    with acting(actor):
        raw, _ = actions.issue_token(actor=actor, name="x", life=timedelta(days=1), scope=Scope.READ, now=now())
    headers = {"Authorization": f"Bearer {raw}"}
    addresses = [path for path in ADDRESSES if re.match("/api/v1/.", path) and not path.endswith(("schema/", "docs/"))]
    told, seq = {}, Entry.objects.count()
    for path in addresses:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = Client().generic(method, path, "{}", "application/json", headers=headers)
            told[method, path] = (answer.status_code, json.loads(answer.content).get("code", ""))
    others = {asked for asked, said in told.items() if said != (403, "reads_only")}
    assert len(told) > 60
    assert {path for _, path in others} == READING
    assert {told[asked][0] for asked in others} <= {200, 400, 405, 422}
    assert Report.objects.count() == 0
    refused = [entry.verb for entry in Entry.objects.order_by("seq")[seq:]]
    assert refused.count("refused") == len(told) - len(others)
    for path in ("/api/v1/me/", "/api/v1/reports/", "/api/v1/referrals/"):
        assert Client().get(path, headers=headers).status_code == 200, path


def test_a_token_that_may_do_all_is_what_its_account_is(cast: Cast) -> None:
    script = Caller(cast.officer("SG-CUSTOMS"))
    assert Client().post(
        "/api/v1/reports/", "{}", "application/json", headers={"Authorization": f"Bearer {script.token}"}
    ).status_code in {201, 400, 422}
