"""Roles that come in by a passkey and by nothing else: every door, and every second factor at it."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from apps.agencies import actions
from apps.agencies.actions import Step
from apps.agencies.actions.factors.removing import LastPasskey
from apps.agencies.models import User
from apps.agencies.policy import Oneself, Role, needs_passkey
from apps.agencies.queries import actor_of
from apps.core.clock import now
from config import factors
from config.env import Misconfigured
from tests import clocks
from tests.agencies.conftest import is_signed_in
from tests.callers import Caller
from tests.cast import PASSWORD, Cast
from tests.doors import code_of, with_app
from tests.provider import OFFICER, Idp, come_back
from tests.softkey import SoftKey

SECOND, ENROL = "/sign-in/second-step/", "/second-factor/passkey/"


@pytest.fixture(autouse=True)
def asked(settings: Settings) -> None:
    settings.PASSKEY_FOR = frozenset({"AGENCY_ADMIN", "PLATFORM_ADMIN"})


@pytest.fixture
def platform(cast: Cast) -> User:
    return User.objects.get(id=cast.platform.user_id)


@pytest.fixture
def admin(cast: Cast) -> User:
    return cast.user("admin", "SG-CUSTOMS")


def first_step(client: Client, user: User) -> str:
    """Where the right password leads."""
    answer: Any = client.post("/sign-in/", {"email": user.email, "password": PASSWORD}, follow=True)
    return str(answer.request["PATH_INFO"])


def second_step(client: Client, **words: str) -> tuple[int, str]:
    answer = client.post(SECOND, words)
    return answer.status_code, answer.headers.get("Location", "")


def with_passkey(client: Client, key: SoftKey) -> Any:
    """Make the passkey on the page that offers it."""
    page = client.get(ENROL).content.decode()
    return client.post(ENROL, {"name": "key", "passkey": key.make(page)})


def opens(client: Client) -> list[int]:
    """What pages, API and Django admin say to that browser."""
    return [client.get(path).status_code for path in ("/account/", "/api/v1/me/", "/people/", "/admin/")]


SHUT, IN, RUNS = [302, 401, 302, 302], [200, 200, 200, 302], [200, 200, 403, 200]  # an agency's, the platform's


def test_an_app_alone_leads_to_the_page_that_enrols_a_passkey_and_nowhere_else(platform: User) -> None:
    secret, client, key = with_app(platform, now()), Client(), SoftKey()
    assert first_step(client, platform) == SECOND
    assert client.get(ENROL).status_code == 302, "not before the app is proved"
    assert second_step(client, code=code_of(secret, now())) == (302, ENROL)
    assert opens(client) == SHUT
    assert not is_signed_in(client)
    for path in ("/second-factor/", "/second-factor/app/"):
        assert client.get(path)["Location"] == ENROL
        assert client.post(path, {"code": "1"}).status_code == 302
    assert b"Your role asks for a passkey" in client.get(ENROL).content
    assert client.post(ENROL, {"name": "key", "passkey": "{}"}).status_code == 422
    assert opens(client) == SHUT
    assert with_passkey(client, key).status_code == 302
    assert opens(client) == RUNS
    client.post("/sign-out/")
    again = Client()
    assert first_step(again, platform) == SECOND
    page = again.get(SECOND).content.decode()
    assert second_step(again, passkey=key.prove(page)) == (302, "/")
    assert opens(again) == RUNS


def test_once_there_is_a_passkey_the_app_asks_for_it_and_enrols_no_other(admin: User) -> None:
    client, key = Client(), SoftKey()
    with clocks.held(now()) as clock:
        secret = with_app(admin, now())
        first_step(client, admin)
        second_step(client, code=code_of(secret, now()))
        with_passkey(client, key)
        assert opens(client) == IN
        clock.shift(timedelta(minutes=1))
        thief = Client()
        assert first_step(thief, admin) == SECOND
        refused = thief.post(SECOND, {"code": code_of(secret, now())})
        assert (refused.status_code, b"your role asks for a passkey" in refused.content) == (422, True)
        assert opens(thief) == SHUT
        assert thief.get(ENROL).status_code == 302
        page = refused.content.decode()
        assert second_step(thief, passkey=SoftKey().prove(page))[0] == 422, "somebody else's key"
        assert opens(thief) == SHUT


def test_a_recovery_code_leads_to_the_enrolment_of_a_passkey_and_no_further(admin: User) -> None:
    client, lost, found = Client(), SoftKey(), SoftKey()
    first_step(client, admin)
    codes = str(with_passkey(client, lost).content)
    code = codes.split("<code>")[1][:9]
    assert opens(client) == IN
    other = Client()
    assert first_step(other, admin) == SECOND
    assert second_step(other, code=code) == (302, ENROL)
    assert opens(other) == SHUT
    assert with_passkey(other, found).status_code == 302
    assert opens(other) == IN
    assert Authenticator.objects.filter(user=admin, type="webauthn").count() == 2


def test_whoever_has_nothing_yet_enrols_a_passkey_and_no_app(admin: User) -> None:
    client = Client()
    assert first_step(client, admin) == ENROL
    assert client.get("/second-factor/app/")["Location"] == ENROL
    assert opens(client) == SHUT
    assert with_passkey(client, SoftKey()).status_code == 200
    assert opens(client) == IN


def test_an_agency_s_own_sign_in_does_not_stand_for_a_passkey(idp: Idp, cast: Cast, settings: Settings) -> None:
    settings.PASSKEY_FOR = frozenset({"OFFICER"})
    client, key = Client(), SoftKey()
    assert come_back(client, idp, amr=["mfa"], acr="high")["Location"] == "/second-factor/"
    assert opens(client) == SHUT
    with_passkey(client, key)
    assert opens(client)[:2] == [200, 200]
    again = Client()
    assert come_back(again, idp, amr=["mfa"])["Location"] == SECOND
    assert opens(again) == SHUT
    assert second_step(again, passkey=key.prove(again.get(SECOND).content.decode())) == (302, "/")
    assert again.get("/api/v1/me/").json()["email"] == OFFICER


def test_what_was_open_ends_when_a_role_or_the_setting_asks_for_a_passkey(cast: Cast, settings: Settings) -> None:
    officer, admin, analyst = (cast.user(word, "SG-CUSTOMS") for word in ("officer", "admin", "analyst"))
    settings.PASSKEY_FOR = frozenset()
    clients = {user.email: Client() for user in (officer, admin, analyst)}
    for user in (officer, admin, analyst):
        clients[user.email].force_login(user)
    settings.PASSKEY_FOR = frozenset({"AGENCY_ADMIN"})
    assert [is_signed_in(client) for client in clients.values()] == [True, False, True]
    giver = cast.administrator("SG-CUSTOMS")
    actions.change_roles(actor=giver, user_id=officer.id, roles=["OFFICER", "AGENCY_ADMIN"], now=now())
    assert [is_signed_in(client) for client in clients.values()] == [False, False, True]
    assert first_step(Client(), officer) == ENROL
    assert first_step(Client(), analyst) == "/"


def test_what_waits_at_the_second_step_ends_as_well(cast: Cast, settings: Settings) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    secret, client = with_app(officer, now()), Client()
    assert first_step(client, officer) == SECOND
    settings.PASSKEY_FOR = frozenset({"OFFICER"})
    assert second_step(client, code=code_of(secret, now())) == (302, "/sign-in/")
    assert not is_signed_in(client)


def test_a_token_opens_the_api_of_its_account_and_none_can_be_made_without_a_passkey(admin: User) -> None:
    actor = actor_of(user_id=admin.id, now=now())
    assert actor is not None
    headers = {"Authorization": f"Bearer {Caller(actor).token}"}
    assert Client().get("/api/v1/me/", headers=headers).status_code == 200
    assert Client().get("/people/", headers=headers).status_code == 302
    client = Client()
    first_step(client, admin)
    assert client.post("/account/tokens/", {"name": "x", "life": "90"}).status_code == 401


def test_the_last_passkey_stays_where_a_role_asks_for_one_and_the_app_may_go(admin: User) -> None:
    client = Client()
    secret = with_app(admin, now())
    first_step(client, admin)
    second_step(client, code=code_of(secret, now()))
    with_passkey(client, SoftKey())
    rows = {row.type: row.pk for row in Authenticator.objects.filter(user=admin)}
    actor = actor_of(user_id=admin.id, now=now())
    assert actor is not None
    with pytest.raises(LastPasskey):
        actions.remove_factor(actor=actor, factor_id=rows["webauthn"], now=now())
    assert Authenticator.objects.filter(user=admin).count() == 3
    actions.remove_factor(actor=actor, factor_id=rows["totp"], now=now())
    with pytest.raises(LastPasskey):
        actions.remove_factor(actor=actor, factor_id=rows["webauthn"], now=now())
    assert set(Authenticator.objects.filter(user=admin).values_list("type", flat=True)) == {
        "webauthn",
        "recovery_codes",
    }


@pytest.mark.parametrize(
    ("kinds", "proved", "step"),
    [
        ((), "", Step.PASSKEY),
        ((), "provider", Step.PASSKEY),
        (("totp",), "", Step.SECOND),
        (("totp",), "provider", Step.SECOND),
        (("totp",), "none", Step.SECOND),
        (("totp",), "totp", Step.PASSKEY),
        (("totp",), "recovery_codes", Step.PASSKEY),
        (("totp", "webauthn"), "", Step.SECOND),
        (("totp", "webauthn"), "totp", Step.SECOND),
        (("totp", "webauthn"), "provider", Step.SECOND),
        (("totp", "webauthn"), "recovery_codes", Step.PASSKEY),
        (("webauthn",), "recovery_codes", Step.PASSKEY),
        (("webauthn",), "webauthn", Step.IN),
    ],
)
def test_what_follows_what(admin: User, kinds: tuple[str, ...], proved: str, step: Step) -> None:
    for kind in kinds:
        Authenticator.objects.create(user=admin, type=kind, data={})
    assert actions.next_step(user=admin, proved=proved) == step


def test_somebody_who_has_proved_no_second_factor_adds_none(admin: User) -> None:
    Authenticator.objects.create(user=admin, type="webauthn", data={})
    assert actions.next_step(user=admin) == Step.SECOND
    assert not Oneself(admin.id, admin.agency_id).proved


def test_whom_a_role_concerns() -> None:
    asked = {"AGENCY_ADMIN", "PLATFORM_ADMIN"}
    assert needs_passkey(roles=[Role.OFFICER, Role.AGENCY_ADMIN], staff=False, asked=asked)
    assert needs_passkey(roles=[], staff=True, asked=asked)
    assert not needs_passkey(roles=[Role.OFFICER], staff=False, asked=asked)
    assert not needs_passkey(roles=[], staff=True, asked={"AGENCY_ADMIN"})
    assert not needs_passkey(roles=[Role.AGENCY_ADMIN], staff=True, asked=())


def test_the_setting_names_roles_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(factors.NAME, raising=False)
    assert factors.passkey_for() == frozenset()
    monkeypatch.setenv(factors.NAME, "platform_admin, AGENCY_ADMIN,")
    assert factors.passkey_for() == {"PLATFORM_ADMIN", "AGENCY_ADMIN"}
    monkeypatch.setenv(factors.NAME, "AGENCY_ADMIN,ADMINS")
    with pytest.raises(Misconfigured, match="COUNTERPART_PASSKEY_FOR: ADMINS: it takes OFFICER, ANALYST"):
        factors.passkey_for()
