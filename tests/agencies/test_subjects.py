"""The person is the provider's subject: bound when they first come in by it, and no other subject opens their account."""

import json

import pytest
from django.core import mail
from django.db import DatabaseError
from django.test import Client

from apps.agencies import actions
from apps.agencies.acting import acting, anonymous, proving
from apps.agencies.actions import subjects
from apps.agencies.models import ProviderSubject, User
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.outbox.actions import relay
from tests.agencies.conftest import is_signed_in, type_entries
from tests.cast import Cast
from tests.doors import code_of, with_app
from tests.provider import OFFICER, Idp, come_back
from tests.web.visiting import Visitor


def bound() -> list[tuple[str, str]]:
    """Who is bound to which issuer."""
    return list(ProviderSubject.objects.values_list("user__email", "issuer").order_by("user__email"))


def test_the_first_sign_in_binds_the_subject_and_every_other_one_is_refused_from_then_on(
    idp: Idp, entries: type_entries
) -> None:
    first = Client()
    assert come_back(first, idp, sub="7")["Location"] == "/"
    assert bound() == [(OFFICER, idp.issuer)]
    assert [entry.verb for entry in entries()] == ["provider_accepted", "sign_in"]
    assert come_back(Client(), idp, sub="7")["Location"] == "/"
    other, before = Client(), len(entries())
    answer, unknown = come_back(other, idp, sub="8"), come_back(Client(), idp, email="new@sg-customs.example", sub="9")
    assert (answer.status_code, answer.content) == (400, unknown.content)
    assert not is_signed_in(other)
    refused, _ = entries()[before:]
    officer = User.objects.get(email=OFFICER)
    assert (refused.verb, refused.object_id, refused.owner_id) == ("sign_in_refused", officer.id, officer.agency_id)
    assert json.loads(refused.payload or "{}") == {"by": "openid", "cause": "subject"}
    assert bound() == [(OFFICER, idp.issuer)]
    relay()
    assert [letter.to for letter in mail.outbox] == [[OFFICER]], "of a new way in one is told, once"


def test_a_subject_opens_its_account_whatever_its_address_is_by_now_and_no_other_account(idp: Idp) -> None:
    come_back(Client(), idp, sub="7")
    for claims in ({"email": "analyst@sg-customs.example"}, {"email": "married@sg-customs.example"}, {"email": None}):
        client = Client()
        back = come_back(client, idp, sub="7", **claims)
        if claims["email"] is None:
            assert back.status_code == 400, "what was asked for must be there"
            continue
        assert back.status_code == 302
        assert client.get("/api/v1/me/").json()["email"] == OFFICER
    assert bound() == [(OFFICER, idp.issuer)]


@pytest.mark.parametrize("subject", ["", None])
def test_a_token_without_a_subject_opens_and_binds_nothing(idp: Idp, subject: str | None) -> None:
    assert come_back(Client(), idp, sub=subject).status_code == 400
    assert bound() == []


def test_whoever_fails_the_second_step_is_bound_to_nothing(idp: Idp, cast: Cast) -> None:
    secret = with_app(cast.user("officer", "SG-CUSTOMS"), now())
    thief, person = Client(), Client()
    assert come_back(thief, idp, sub="8")["Location"] == "/sign-in/second-step/"
    assert thief.post("/sign-in/second-step/", {"code": "000000"}).status_code == 422
    assert bound() == []
    assert come_back(person, idp, sub="7")["Location"] == "/sign-in/second-step/"
    assert person.post("/sign-in/second-step/", {"code": code_of(secret, now())}).status_code == 302
    assert bound() == [(OFFICER, idp.issuer)]
    assert is_signed_in(person)


def test_whoever_was_named_before_another_was_bound_comes_too_late(idp: Idp, cast: Cast, entries: type_entries) -> None:
    secret = with_app(cast.user("officer", "SG-CUSTOMS"), now())
    early = Client()
    assert come_back(early, idp, sub="8")["Location"] == "/sign-in/second-step/"
    person = Client()
    come_back(person, idp, sub="7", amr=["mfa"])
    late = early.post("/sign-in/second-step/", {"code": code_of(secret, now())})
    assert (late.status_code, b"has named nobody" in late.content) == (422, True)
    assert [is_signed_in(client) for client in (early, person)] == [False, True]
    assert bound() == [(OFFICER, idp.issuer)]
    assert [entry.verb for entry in entries()][-2:] == ["factor_used", "sign_in_refused"]


def test_a_subject_of_another_issuer_is_another_one(idp: Idp, cast: Cast) -> None:
    analyst = cast.user("analyst", "SG-CUSTOMS")
    elsewhere = subjects.named(issuer="https://elsewhere.example", subject="7")
    actions.second_step_done(user=analyst, factor="none", subject=elsewhere, now=now())
    client = Client()
    come_back(client, idp, sub="7")
    assert client.get("/api/v1/me/").json()["email"] == OFFICER
    assert bound() == [("analyst@sg-customs.example", "https://elsewhere.example"), (OFFICER, idp.issuer)]


def test_an_administrator_of_the_agency_ends_the_bond_and_the_next_subject_is_bound(
    idp: Idp, cast: Cast, entries: type_entries
) -> None:
    client = Client()
    come_back(client, idp, sub="7")
    officer = cast.user("officer", "SG-CUSTOMS")
    for actor in (cast.administrator("STRANGER"), cast.analyst("SG-CUSTOMS")):
        with acting(actor), pytest.raises(NotFound):
            actions.unbind_subjects(actor=actor, user_id=officer.id, now=now())
    assert bound() == [(OFFICER, idp.issuer)]
    admin = Visitor(cast, "admin", "SG-CUSTOMS")
    assert "Forget who it is" in admin.get(f"/people/{officer.id}/")
    assert "It is forgotten." in admin.post(f"/people/{officer.id}/unbind/")
    assert "Forget who it is" not in admin.get(f"/people/{officer.id}/")
    assert not is_signed_in(client)
    told = [entry for entry in entries() if entry.verb == "unbind_subjects"]
    assert [(entry.object_id, json.loads(entry.payload or "{}")) for entry in told] == [
        (officer.id, {"subjects": 1, "sessions": 1}),
    ]
    assert come_back(Client(), idp, sub="8")["Location"] == "/"
    assert come_back(Client(), idp, sub="7").status_code == 400


def test_the_database_shows_an_account_its_own_bond_and_its_administrators_and_no_other(idp: Idp, cast: Cast) -> None:
    come_back(Client(), idp)
    officer = cast.user("officer", "SG-CUSTOMS")
    shown = {}
    for name, door in {
        "nobody": anonymous(),
        "another agency": acting(cast.administrator("STRANGER")),
        "another proving": proving(cast.user("analyst", "STRANGER").id),
        "oneself": proving(officer.id),
        "administrator": acting(cast.administrator("SG-CUSTOMS")),
        "platform": acting(cast.platform),
    }.items():
        with door:
            shown[name] = ProviderSubject.objects.count()
    assert shown == {
        "nobody": 0,
        "another agency": 0,
        "another proving": 0,
        "oneself": 1,
        "administrator": 1,
        "platform": 1,
    }
    with acting(cast.administrator("SG-CUSTOMS")), pytest.raises(DatabaseError):
        ProviderSubject.objects.create(user=officer, issuer="https://x.example", digest=b"x" * 32, bound_at=now())
