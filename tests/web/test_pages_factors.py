"""Second factors on their pages, and the question who somebody is, asked again."""

import re
from datetime import timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from apps.agencies.models import ApiToken, Session, User
from apps.core.clock import now
from tests import clocks
from tests.agencies.conftest import is_signed_in
from tests.cast import PASSWORD, Cast
from tests.doors import code_of, with_app
from tests.web.visiting import Shown, Visitor

TOKEN = {"name": "nightly <import>", "life": "90"}


def officer(cast: Cast) -> Visitor:
    return Visitor(cast, "officer", "SG-CUSTOMS")


def secret_on(page: Shown) -> str:
    found = re.search(r'app-token__text"[^>]*>([A-Z2-7 ]+)<', page.html)
    assert found
    return found[1].replace(" ", "")


def codes_on(page: Shown) -> list[str]:
    return re.findall(r"<code>(\d{4}-\d{4})</code>", page.html)


@pytest.fixture
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def first_step(client: Client, email: str) -> Shown:
    return Shown(client.post("/sign-in/", {"email": email, "password": PASSWORD, "next": "/sent/"}, follow=True), 200)


def test_where_it_is_required_a_first_factor_is_enrolled_before_anything_opens(cast: Cast, required: None) -> None:
    user, client = cast.user("officer", "SG-CUSTOMS"), Client()
    page = first_step(client, user.email)
    assert page.path == "/second-factor/"
    assert "nothing opens before you have one" in page
    asked = Shown(client.get("/second-factor/app/"), 200)
    secret = secret_on(asked)
    assert not is_signed_in(client)
    assert client.get("/sent/").status_code == 302
    stored = "".join(Session.objects.values_list("session_data", flat=True))
    assert secret not in unescape(str(client.session.items())) + stored
    wrong = Shown(client.post("/second-factor/app/", {"code": "123"}), 422)
    assert secret_on(wrong) == secret
    done = Shown(client.post("/second-factor/app/", {"code": code_of(secret, now())}), 200)
    assert len(codes_on(done)) == 10
    assert 'href="/sent/"' in done.html
    assert client.get("/sent/").status_code == 200
    for path in ("/second-factor/app/", "/account/second-factor/", "/account/"):
        text = client.get(path).content.decode()
        assert secret not in text.replace(" ", "")
        assert not any(code in text for code in codes_on(done))
    client.post("/sign-out/")
    again = first_step(client, user.email)
    assert again.path == "/sign-in/second-step/"
    assert client.get("/second-factor/app/").status_code == 302, "whoever has a factor proves it, and enrols no other"
    opened = Shown(client.post("/sign-in/second-step/", {"code": codes_on(done)[0]}, follow=True), 200)
    assert opened.path == "/sent/"


def test_in_development_whoever_has_none_signs_in_by_password_alone(cast: Cast) -> None:
    client = Client()
    assert first_step(client, "officer@sg-customs.example").path == "/sent/"


def test_without_a_code_and_with_nonsense_for_a_passkey_nothing_opens(cast: Cast) -> None:
    user, client = cast.user("officer", "SG-CUSTOMS"), Client()
    with_app(user, now())
    first_step(client, user.email)
    for words in ({}, {"passkey": "[]"}, {"passkey": "{}"}, {"passkey": "x"}, {"code": "a" * 30}, {"code": "\0"}):
        assert client.post("/sign-in/second-step/", words).status_code == 422, words
    assert not is_signed_in(client)
    assert client.post("/second-factor/passkey/", {"name": "x", "passkey": "{}"}).status_code == 401


def test_a_passkey_that_no_browser_made_is_none(cast: Cast) -> None:
    visitor = officer(cast)
    page = visitor.get("/second-factor/passkey/")
    assert 'data-passkey="create"' in page.html
    for answer in ("", "{}", '{"id": "x", "rawId": "eA", "type": "public-key", "response": {}}', "null"):
        visitor.post("/second-factor/passkey/", {"name": "x", "passkey": answer}, 422)
    assert not Authenticator.objects.exists()


def test_the_list_of_factors_shows_what_they_are_and_removes_them(cast: Cast) -> None:
    visitor = officer(cast)
    assert "You have none." in visitor.get("/account/second-factor/")
    with_app(visitor.user, now())
    page = visitor.get("/account/second-factor/")
    assert "Authenticator app" in page
    assert "You have 10 codes left." in page
    row = Authenticator.objects.get(user=visitor.user, type="totp")
    Visitor(cast, "analyst", "SG-CUSTOMS").post(f"/account/second-factor/{row.pk}/remove/", status=404)
    removed = visitor.post(f"/account/second-factor/{row.pk}/remove/")
    assert "The second factor is removed." in removed
    assert not Authenticator.objects.exists()


def test_the_last_one_can_not_be_removed_where_one_is_required(cast: Cast, required: None) -> None:
    visitor = officer(cast)
    with_app(visitor.user, now())
    row = Authenticator.objects.get(user=visitor.user, type="totp")
    visitor.post(f"/account/second-factor/{row.pk}/remove/", status=409)
    assert Authenticator.objects.count() == 2


def test_new_codes_are_shown_once(cast: Cast) -> None:
    visitor = officer(cast)
    visitor.post("/account/second-factor/codes/", status=409)
    with_app(visitor.user, now())
    page = visitor.post("/account/second-factor/codes/")
    assert len(codes_on(page)) == 10
    assert codes_on(visitor.get("/account/second-factor/")) == []


# --- asked again ------------------------------------------------------------------------------------------------------
def test_five_minutes_after_the_last_proof_a_form_is_done_only_after_another_and_nothing_typed_is_lost(
    cast: Cast,
) -> None:
    with clocks.held(now()) as clock:
        visitor = officer(cast)
        clock.shift(timedelta(minutes=5, seconds=1))
        asked = visitor.post("/account/tokens/", TOKEN, 403)
        assert "Is it still you?" in asked
        assert {name: asked.boxes[name] for name in TOKEN} == TOKEN
        assert not ApiToken.objects.exists()
        wrong = visitor.post("/account/tokens/", {**asked.boxes, "again_password": "wrong"}, 422)
        assert "This is not your present password." in wrong
        assert {name: wrong.boxes[name] for name in TOKEN} == TOKEN
        assert not ApiToken.objects.exists()
        key = visitor.client.session.session_key
        visitor.post("/account/tokens/", {**asked.boxes, "again_password": PASSWORD})
        assert ApiToken.objects.get().name == TOKEN["name"]
        assert visitor.client.session.session_key != key
        clock.shift(timedelta(minutes=5))
        visitor.post("/account/tokens/", TOKEN)
        assert ApiToken.objects.count() == 2


def test_a_code_is_as_good_a_proof_as_the_password(cast: Cast) -> None:
    with clocks.held(now()) as clock:
        visitor = officer(cast)
        secret = with_app(visitor.user, now())
        clock.shift(timedelta(minutes=6))
        code = code_of(secret, now())
        visitor.post("/account/tokens/", {**TOKEN, "again_code": code})
        assert ApiToken.objects.count() == 1
        clock.shift(timedelta(minutes=6))
        visitor.post("/account/tokens/", {**TOKEN, "again_code": code}, 422)
        assert ApiToken.objects.count() == 1


def test_what_changes_factors_is_asked_for_again_before_its_page_is_shown(cast: Cast) -> None:
    with clocks.held(now()) as clock:
        visitor = officer(cast)
        with_app(visitor.user, now())
        row = Authenticator.objects.get(user=visitor.user, type="totp")
        clock.shift(timedelta(minutes=6))
        for path in (
            "/account/second-factor/codes/",
            f"/account/second-factor/{row.pk}/remove/",
            "/second-factor/app/",
        ):
            visitor.post(path, status=403)
        assert Authenticator.objects.count() == 2
        asked = visitor.get("/second-factor/passkey/")
        assert asked.path == "/account/again/?next=%2Fsecond-factor%2Fpasskey%2F"
        shown = visitor.post("/account/again/", {**asked.boxes, "again_password": PASSWORD})
        assert shown.path == "/second-factor/passkey/"


def test_the_question_leads_to_no_other_site_and_counts_mistakes(cast: Cast) -> None:
    visitor = officer(cast)
    words = {"next": "https://elsewhere.example/", "again_password": PASSWORD}
    assert visitor.post("/account/again/", words).path == "/"
    for _ in range(10):
        visitor.post("/account/again/", {"again_password": "wrong"}, 422)
    refused = visitor.post("/account/again/", {"again_password": PASSWORD}, 422)
    assert "Too many mistakes." in refused


def test_signing_out_everywhere_ends_the_other_browsers_too(cast: Cast) -> None:
    here, there = officer(cast), officer(cast)
    assert here.post("/sign-out/everywhere/").path == "/signed-out/"
    assert there.client.get("/account/").status_code == 302
    assert User.objects.get(id=here.user.id).session_epoch == 1
