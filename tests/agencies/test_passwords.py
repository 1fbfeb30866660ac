import re
from datetime import timedelta

import orjson
import pytest
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from apps.agencies import actions, links
from apps.agencies.actions import LinkExpired
from apps.agencies.models import User
from apps.agencies.queries import actor_by_token
from apps.core.clock import now
from apps.core.errors import Conflict, Invalid
from apps.outbox.actions import relay
from apps.outbox.models import Delivery, Event
from tests import clocks
from tests.agencies.conftest import is_signed_in, type_entries
from tests.cast import NOW, PASSWORD, Cast

NEW = "quiet-harbour-at-dawn"


def kept(user: User) -> bool:
    """Whether the account still opens with the old password."""
    return check_password(PASSWORD, User.objects.get(id=user.id).password)


def test_a_person_changes_their_password_and_it_is_recorded(cast: Cast, entries: type_entries) -> None:
    actor = cast.officer("SG-CUSTOMS")
    user = actions.change_password(actor=actor, current=PASSWORD, new=NEW, now=NOW)
    stored = User.objects.get(id=actor.user_id)
    assert stored.password == user.password
    assert stored.password.startswith("argon2")
    assert check_password(NEW, stored.password)
    assert [(entry.verb, entry.object_id) for entry in entries()] == [("change_password", actor.user_id)]


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong", NEW, "current"),
        (PASSWORD, "short", "new"),
        (PASSWORD, "telechargement", "new"),
        (PASSWORD, "officer@sg-customs", "new"),
        (PASSWORD, "", "new"),
    ],
)
def test_a_weak_password_or_a_wrong_present_one_changes_nothing(
    cast: Cast, entries: type_entries, current: str, new: str, field: str
) -> None:
    actor = cast.officer("SG-CUSTOMS")
    with pytest.raises(Invalid) as refusal:
        actions.change_password(actor=actor, current=current, new=new, now=NOW)
    assert list(refusal.value.errors) == [field]
    assert kept(cast.user("officer", "SG-CUSTOMS"))
    assert [entry.verb for entry in entries()] == (["proof_refused"] if field == "current" else [])


def test_of_two_changes_at_once_one_wins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = cast.officer("SG-CUSTOMS")

    def meanwhile(raw: str, encoded: str) -> bool:
        right = check_password(raw, encoded)
        User.objects.filter(id=actor.user_id).update(password="argon2$of somebody quicker")
        return right

    monkeypatch.setattr("apps.agencies.actions.passwords.check_password", meanwhile)
    with pytest.raises(Conflict):
        actions.change_password(actor=actor, current=PASSWORD, new=NEW, now=NOW)
    assert User.objects.get(id=actor.user_id).password == "argon2$of somebody quicker"


def asked(email: str) -> list[str]:
    """Ask for a link, let the worker work, and give the links of the mails."""
    mail.outbox.clear()
    actions.request_password_reset(email=email, now=now())
    relay()
    assert Delivery.objects.exclude(state="DONE").count() == 0
    return [link for letter in mail.outbox for link in re.findall(r"http://\S+/\S*/\S+", str(letter.body))]


def words_of(user: User) -> dict[str, str]:
    uid, token = links.words(user)
    return {"uid": uid, "token": token}


def test_the_link_goes_to_the_account_and_to_nobody_else(cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    link, _again = asked(" OFFICER@sg-customs.example")
    (letter,) = mail.outbox
    assert letter.to == [officer.email]
    assert link.startswith("http://127.0.0.1:")
    uid, token = link.strip("/").split("/")[-2:]
    assert uid == words_of(officer)["uid"]
    assert actions.link_is_valid(uid=uid, token=token)
    assert "SG-CUSTOMS" not in letter.subject + str(letter.body)


@pytest.mark.parametrize("email", ["nobody@sg-customs.example", "analyst@sg-customs.example", "", "a\0b"])
def test_unknown_and_closed_accounts_get_no_mail_and_the_request_does_the_same_work(cast: Cast, email: str) -> None:
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)

    def work(address: str) -> tuple[list[str], int, int]:
        events, deliveries = Event.objects.count(), Delivery.objects.count()
        with CaptureQueriesContext(connection) as heard:
            actions.request_password_reset(email=address, now=NOW)
        kinds = [query["sql"].split()[0] for query in heard.captured_queries]
        return kinds, Event.objects.count() - events, Delivery.objects.count() - deliveries

    known, other = work("officer@sg-customs.example"), work(email)
    if "\0" in email:
        known[0].remove("SELECT")  # nothing is asked of the database about what it can't hold
    assert sorted(other[0]) == sorted(known[0])
    assert other[1:] == known[1:] == (1, 1)
    Event.objects.all().delete()
    assert asked(email) == []


def test_asking_is_recorded_by_the_id_of_the_account_only(cast: Cast, entries: type_entries) -> None:
    actions.request_password_reset(email="officer@sg-customs.example", now=NOW)
    actions.request_password_reset(email="nobody@sg-customs.example", now=NOW)
    officer = cast.user("officer", "SG-CUSTOMS")
    assert [(entry.verb, entry.object_id, entry.user_id) for entry in entries()] == [
        ("request_password_reset", officer.id, None),
        ("request_password_reset", None, None),
    ]


def test_the_reader_of_the_link_chooses_a_password_once(cast: Cast, entries: type_entries, client: Client) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    client.force_login(officer)
    officer.refresh_from_db()
    words = words_of(officer)
    assert actions.link_is_valid(**words)
    assert is_signed_in(client)

    actions.reset_password(**words, new=NEW, now=NOW)

    assert actions.sign_in(email=officer.email, password=NEW, now=NOW) == officer
    assert [entry.verb for entry in entries()] == ["reset_password", "sign_in"]
    assert not actions.link_is_valid(**words)
    with pytest.raises(LinkExpired):
        actions.reset_password(**words, new="another-harbour-at-dusk", now=NOW)
    assert not is_signed_in(client)


def test_a_weak_password_leaves_the_link_good(cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    words = words_of(officer)
    with pytest.raises(Invalid) as refusal:
        actions.reset_password(**words, new="short", now=NOW)
    assert list(refusal.value.errors) == ["new"]
    assert kept(officer)
    assert actions.link_is_valid(**words)


def test_a_link_is_good_for_two_hours(cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    with clocks.held(NOW) as clock:
        words = words_of(officer)
        clock.shift(timedelta(hours=2))
        assert actions.link_is_valid(**words)
        clock.shift(timedelta(seconds=1))
        assert not actions.link_is_valid(**words)


@pytest.mark.parametrize("spoil", ["uid", "token"])
def test_a_link_of_somebody_else_opens_nothing(cast: Cast, spoil: str) -> None:
    words = words_of(cast.user("officer", "SG-CUSTOMS"))
    words[spoil] = words_of(cast.user("officer", "STRANGER"))[spoil]
    with pytest.raises(LinkExpired):
        actions.reset_password(**words, new=NEW, now=NOW)
    assert kept(cast.user("officer", "SG-CUSTOMS"))
    assert kept(cast.user("officer", "STRANGER"))


@pytest.mark.parametrize("uid", ["", "AAAA", "not base64!", "é", "\0"])
def test_nonsense_in_a_link_is_no_error_of_ours(cast: Cast, uid: str) -> None:
    assert not actions.link_is_valid(uid=uid, token="abc-def")


def test_a_link_dies_with_its_account(cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    words = words_of(officer)
    User.objects.filter(id=officer.id).update(is_active=False)
    assert not actions.link_is_valid(**words)


def test_mail_that_fails_is_tried_again_and_nothing_says_it_was_sent(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    actions.request_password_reset(email="officer@sg-customs.example", now=now())
    relay(patience=0.1)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error, delivery.done_at) == ("PENDING", "ConnectionRefusedError", None)
    assert delivery.attempts >= 1  # a busy machine may come to the next try within that patience


@pytest.mark.parametrize("way", ["change", "reset"])
def test_another_password_ends_the_api_tokens_and_no_one_else_s(cast: Cast, way: str, entries: type_entries) -> None:
    officer, analyst = cast.officer("SG-CUSTOMS"), cast.analyst("SG-CUSTOMS")
    life = timedelta(days=1)
    own, other = (actions.issue_token(actor=actor, name="x", life=life, now=NOW)[0] for actor in (officer, analyst))
    if way == "change":
        actions.change_password(actor=officer, current=PASSWORD, new=NEW, now=NOW)
    else:
        actions.reset_password(**words_of(cast.user("officer", "SG-CUSTOMS")), new=NEW, now=NOW)
    assert actor_by_token(raw=own, now=NOW) is None
    assert actor_by_token(raw=other, now=NOW) is not None
    assert orjson.loads(entries()[-1].payload or "{}") == {"sessions": 0, "tokens": 1}
