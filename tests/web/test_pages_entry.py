"""Signing in and out, and passwords, at the browser."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.test import Client

from apps.agencies.models import User
from apps.audit.models import Entry
from apps.outbox.actions import relay
from tests.cast import PASSWORD, Cast
from tests.web.visiting import Shown, Visitor

OFFICER = "officer@sg-customs.example"
NEW = "quiet-harbour-at-dawn"
EVERY_PAGE = ["/", "/reports/new/", "/reports/new/seizure/", "/drafts/", "/sent/", "/received/", "/account/"]
EVERY_PAGE += ["/notifications/", "/taxa/?q=manis", "/password/change/"]


def sign_in(client: Client, **words: Any) -> Shown:
    return Shown(client.post("/sign-in/", {"email": OFFICER, "password": PASSWORD, **words}, follow=True), 200)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_page_asks_a_visitor_to_sign_in_and_brings_them_back(cast: Cast, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")
    page = client.get(response["Location"])
    assert Shown(page, 200).boxes["next"] == path


def test_signing_in_leads_to_the_page_that_was_asked_for(cast: Cast, client: Client) -> None:
    assert sign_in(client, next="/received/").path == "/received/"


def test_signing_in_never_leads_to_another_site(cast: Cast, client: Client) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert sign_in(client, next=elsewhere).path == "/"


def test_an_unknown_address_and_a_wrong_password_read_the_same(cast: Cast, client: Client) -> None:
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)
    wrong = [(OFFICER, "wrong"), ("nobody@nowhere.example", PASSWORD), ("analyst@sg-customs.example", PASSWORD)]
    answers = [client.post("/sign-in/", {"email": email, "password": password}) for email, password in wrong]
    texts = {Shown(answer, 422).text for answer in answers}
    assert len(texts) == 1
    assert "There is no account with that e-mail address and password." in texts.pop()
    assert client.get("/").status_code == 302


def test_an_address_stays_typed_and_a_password_does_not(cast: Cast, client: Client) -> None:
    page = Shown(client.post("/sign-in/", {"email": OFFICER, "password": "wrong"}), 422)
    assert page.boxes["email"] == OFFICER
    assert page.boxes["password"] == ""


def test_signing_out_takes_a_post(cast: Cast) -> None:
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    visitor.client.get("/sign-out/")
    assert "Inbox" in visitor.get("/")
    page = visitor.post("/sign-out/")
    assert "You are signed out" in page
    assert visitor.client.get("/").status_code == 302
    assert Entry.objects.filter(verb="sign_out", user_id=visitor.user.id).count() == 1


def test_a_form_that_is_sent_after_the_session_ended_is_not_thrown_away_in_silence(cast: Cast, client: Client) -> None:
    page = Shown(client.post("/reports/new/seizure/", {"title": "8.3 t"}), 401)
    assert "Nothing was sent yet. What you typed is kept on this page" in page


def test_a_forgotten_password_is_chosen_again_by_the_mailed_link_which_works_once(cast: Cast, client: Client) -> None:
    asked = Shown(client.post("/password/reset/", {"email": OFFICER}, follow=True), 200)
    assert "a link is on its way to it" in asked
    relay()
    assert [message.to for message in mail.outbox] == [[OFFICER]]
    link = re.search(r"https?://[^/]+(/password/reset/\S+)", str(mail.outbox[0].body))
    assert link
    weak = Shown(client.post(link[1], {"new": "short"}), 422)
    assert "This password is too short" in weak
    done = Shown(client.post(link[1], {"new": NEW}, follow=True), 200)
    assert "Your new password is saved" in done
    assert check_password(NEW, User.objects.get(email=OFFICER).password)
    assert "This link is no longer valid" in Shown(client.get(link[1]), 410)
    assert "This link is no longer valid" in Shown(client.post(link[1], {"new": "another-quiet-harbour"}), 410)


def test_asking_for_a_link_says_the_same_of_an_address_that_is_no_account(cast: Cast, client: Client) -> None:
    known = Shown(client.post("/password/reset/", {"email": OFFICER}, follow=True), 200)
    unknown = Shown(client.post("/password/reset/", {"email": "nobody@nowhere.example"}, follow=True), 200)
    assert known.text == unknown.text
    relay()
    assert [message.to for message in mail.outbox] == [[OFFICER]]


def test_a_changed_password_ends_every_other_session_and_keeps_this_one(cast: Cast) -> None:
    here, elsewhere = Visitor(cast, "officer", "SG-CUSTOMS"), Visitor(cast, "officer", "SG-CUSTOMS")
    page = here.post("/password/change/", {"current": PASSWORD, "new": NEW})
    assert "Your password is changed." in page
    assert here.client.get("/").status_code == 200
    assert elsewhere.client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"current": "wrong", "new": NEW}, "This is not your present password."),
        ({"current": PASSWORD, "new": "short"}, "This password is too short"),
        ({"current": "", "new": NEW}, "Fill in “Present password”."),
    ],
)
def test_a_password_that_can_not_be_changed_says_why_beside_its_box(
    cast: Cast, words: dict[str, str], sentence: str
) -> None:
    visitor = Visitor(cast, "officer", "SG-CUSTOMS")
    page = visitor.post("/password/change/", words, status=422)
    assert page.text.count(sentence) == 2
    assert check_password(PASSWORD, User.objects.get(id=visitor.user.id).password)
