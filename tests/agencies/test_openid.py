"""Signing in by an agency's own provider."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from pytest_django import Settings

from apps.agencies import actions
from apps.agencies.models import Agency, Budget, Session, User
from apps.audit.models import Entry
from apps.core.clock import now
from config.env import Misconfigured
from config.openid import providers
from tests.agencies.conftest import is_signed_in
from tests.cast import Cast
from tests.doors import with_app
from tests.provider import OFFICER, Idp, begin, come_back, written


def verbs() -> list[str]:
    return list(Entry.objects.order_by("-seq").values_list("verb", flat=True)[:2])[::-1]


def test_the_provider_opens_the_account_of_its_agency_with_the_verified_address(idp: Idp) -> None:
    client = Client()
    back = come_back(client, idp)
    assert (back.status_code, back["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert client.get("/api/v1/me/").json()["email"] == OFFICER
    assert verbs() == ["provider_accepted", "sign_in"]
    assert idp.asked == [*["/.well-known/openid-configuration"] * 2, "/token", "/keys"]


def test_our_second_factor_is_asked_for_unless_the_provider_s_is_trusted(
    idp: Idp, cast: Cast, settings: Settings
) -> None:
    for claims in ({}, {"amr": ["pwd"]}, {"acr": "low"}, {"amr": "mfa"}):
        settings.SECOND_FACTOR_REQUIRED = True
        client = Client()
        assert come_back(client, idp, **claims)["Location"] == "/second-factor/", claims
        assert not is_signed_in(client)
    with_app(cast.user("officer", "SG-CUSTOMS"), now())
    client = Client()
    assert come_back(client, idp)["Location"] == "/sign-in/second-step/"
    assert not is_signed_in(client)
    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "high"}):
        client = Client()
        assert come_back(client, idp, **claims)["Location"] == "/", claims
        assert is_signed_in(client)


WRONG: dict[str, dict[str, Any]] = {
    "an address that is not verified": {"email_verified": False},
    "an address that is verified in words": {"email_verified": "true"},
    "nothing of the address": {"email_verified": None},
    "another agency's person": {"email": "officer@stranger.example"},
    "the platform's administrator": {"email": "admin@counterpart.example"},
    "somebody unknown": {"email": "new@sg-customs.example"},
    "a closed account": {"email": "analyst@sg-customs.example"},
    "another client": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "another question": {"nonce": "x"},
    "another time": {"exp": 1_700_000_000},
    "a token meant for another": {"aud": ["counterpart", "else"], "azp": "else"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_whoever_it_is_that_has_no_account_here_is_refused_alike_and_none_is_made(
    idp: Idp, claims: dict[str, Any]
) -> None:
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)
    before, client = User.objects.count(), Client()
    back = come_back(client, idp, **claims)
    assert (back.status_code, b"has named nobody" in back.content) == (400, True)
    assert not is_signed_in(client)
    assert (User.objects.count(), verbs()[-1]) == (before, "sign_in_refused")


def test_an_agency_that_left_has_no_way_in(idp: Idp) -> None:
    Agency.objects.filter(code="SG-CUSTOMS").update(active=False)
    assert come_back(Client(), idp).status_code == 400


def test_a_token_that_another_key_has_signed_is_none(idp: Idp) -> None:
    idp.signer = ec.generate_private_key(ec.SECP256R1())
    client = Client()
    assert come_back(client, idp).status_code == 400
    assert not is_signed_in(client)


def test_the_way_back_is_for_the_browser_that_went_and_good_once(idp: Idp) -> None:
    client, other = Client(), Client()
    words = idp.let_in(begin(client))
    for browser, wrong in (
        (other, words),
        (Client(), {"state": "", "code": "c0de"}),
    ):
        assert browser.get("/sign-in/back/", wrong).status_code == 400
    begin(other)
    assert other.get("/sign-in/back/", words).status_code == 400
    assert client.get("/sign-in/back/", words).status_code == 302
    client.post("/sign-out/")
    assert client.get("/sign-in/back/", words).status_code == 400
    assert not any(is_signed_in(browser) for browser in (client, other))


def test_an_answer_that_names_another_issuer_is_refused_before_its_code_is_used(idp: Idp) -> None:
    client = Client()
    words = idp.let_in(begin(client))
    idp.asked.clear()
    assert client.get("/sign-in/back/", {**words, "iss": "https://elsewhere.example"}).status_code == 400
    assert idp.asked == []


def test_a_provider_that_is_not_what_it_was_configured_as_or_away_is_said_to_be_silent(
    idp: Idp, settings: Settings
) -> None:
    idp.says_issuer = "https://elsewhere.example"
    assert Client().get("/sign-in/agency/SG-CUSTOMS/").status_code == 502
    idp.says_issuer = ""
    settings.EGRESS = []
    before = len(idp.asked)
    assert Client().get("/sign-in/agency/SG-CUSTOMS/").status_code == 502
    assert len(idp.asked) == before, "a host that is not listed is not asked"


def test_an_agency_without_a_provider_has_no_such_address(idp: Idp) -> None:
    for code in ("KE-CUSTOMS", "sg-customs", "NOBODY"):
        assert Client().get(f"/sign-in/agency/{code}/").status_code == 404


def test_a_file_that_is_wrong_is_named_at_the_start_without_the_secret(tmp_path: Path) -> None:
    for changes in ({}, {"issuer": "http://plain.example"}, {"issuer": "https://x.example", "secret": "hush"}):
        with pytest.raises(Misconfigured) as refusal:
            providers(written(tmp_path, **changes))
        assert "hush" not in str(refusal.value)
    with pytest.raises(Misconfigured):
        providers(str(tmp_path / "absent"))
    assert providers("") == {}
    assert "hush" not in repr(providers(written(tmp_path, issuer="https://x.example")))


def test_ten_minutes_later_the_way_back_is_closed(idp: Idp) -> None:
    client = Client()
    words = idp.let_in(begin(client))
    session = client.session
    session["openid"] = {**session["openid"], "at": (now() - timedelta(minutes=11)).timestamp()}
    session.save()
    assert client.get("/sign-in/back/", words).status_code == 400


def tries(kind: str, count: int) -> None:
    """So many of a network's tries, without what they cost the provider."""
    for _ in range(count):
        actions.spend(kind=kind, key="127.0.0.1", most=100, within=timedelta(minutes=15), now=now())


@pytest.mark.parametrize("configured", [True, False])
def test_whoever_never_went_comes_back_as_often_as_they_like_and_nothing_is_kept_of_it(
    idp: Idp, settings: Settings, configured: bool
) -> None:
    """Anybody's GET wrote a line for good in the trail, 250 in four seconds."""
    settings.OPENID = settings.OPENID if configured else {}
    before = [model.objects.count() for model in (Entry, Session, Budget)]
    client = Client()
    for number in range(120):
        answer = client.get("/sign-in/back/", {"state": str(number), "code": "c0de"})
        assert (answer.status_code, b"has named nobody" in answer.content) == (400, True)
    assert [model.objects.count() for model in (Entry, Session, Budget)] == before
    assert idp.asked == []


def test_a_network_that_has_come_back_too_often_is_refused_alike_and_leaves_no_line(idp: Idp) -> None:
    client = Client()
    words = idp.let_in(begin(client))
    tries("openid-from", 100)
    idp.asked.clear()
    before = Entry.objects.count()
    answer = client.get("/sign-in/back/", words)
    assert (answer.status_code, b"has named nobody" in answer.content) == (400, True)
    assert (Entry.objects.count(), idp.asked, is_signed_in(client)) == (before, [], False)


def test_a_network_goes_a_hundred_times_a_quarter_of_an_hour_and_the_provider_is_asked_no_more(idp: Idp) -> None:
    tries("openid-going-from", 99)
    begin(Client())
    idp.asked.clear()
    before = Session.objects.count()
    answer = Client().get("/sign-in/agency/SG-CUSTOMS/")
    assert (answer.status_code, answer["Retry-After"], idp.asked) == (429, "900", [])
    assert b"sign in with your password" in answer.content
    assert Session.objects.count() == before
    assert Client().get("/sign-in/agency/NOBODY/").status_code == 404
    assert Client(REMOTE_ADDR="127.0.0.2").get("/sign-in/agency/SG-CUSTOMS/").status_code == 302


def test_whoever_the_provider_names_costs_their_network_no_try(idp: Idp) -> None:
    """An agency of three hundred sits behind one address, and all of it signs in at nine."""
    begin(Client())
    assert come_back(Client(), idp)["Location"] == "/"
    spent = dict(Budget.objects.filter(kind__startswith="openid").values_list("kind", "spent"))
    assert spent == {"openid-going-from": 1, "openid-from": 0}
