import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import ApiToken, User
from apps.agencies.policy import Actor, may_manage
from apps.agencies.queries import actor_by_token, actor_of
from apps.core.clock import now
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.outbox.actions import relay
from tests.agencies.conftest import is_signed_in, type_entries
from tests.cast import NOW, Cast


def newcomer(code: str, cast: Cast) -> User:
    return User(email=" New@SG-Customs.example", name="New", agency=cast.agency(code), roles=["OFFICER"])


def test_an_account_is_opened_without_a_password_and_its_person_is_written_to(
    cast: Cast, entries: type_entries
) -> None:
    with acting(cast.platform):
        user = actions.create_user(actor=cast.platform, user=newcomer("SG-CUSTOMS", cast), now=now())
    relay()

    stored = User.objects.get(email="new@sg-customs.example")
    assert stored == user
    assert not stored.has_usable_password()
    assert [letter.to for letter in mail.outbox] == [["new@sg-customs.example"]]
    (entry,) = entries()
    assert (entry.verb, entry.object_id, entry.user_id) == ("create_user", user.id, cast.platform.user_id)
    assert "example" not in entry.payload


@pytest.mark.parametrize(
    ("word", "code"), [("officer", "SG-CUSTOMS"), ("liaison", "SG-CUSTOMS"), ("admin", "STRANGER")]
)
def test_who_does_not_manage_the_agency_opens_no_account_in_it(
    cast: Cast, entries: type_entries, word: str, code: str
) -> None:
    actor = cast.actor(word, code)
    before = User.objects.count()
    with pytest.raises(NotAllowed), acting(actor):
        actions.create_user(actor=actor, user=newcomer("SG-CUSTOMS", cast), now=NOW)
    assert User.objects.count() == before
    assert entries() == []


def test_an_agencys_administrator_manages_its_own_people_and_never_the_platforms(cast: Cast) -> None:
    actor: Actor = cast.administrator("SG-CUSTOMS")
    assert may_manage(actor=actor, agency_id=cast.agency("SG-CUSTOMS").id)
    assert not may_manage(actor=actor, agency_id=cast.agency("STRANGER").id)
    assert not may_manage(actor=actor, agency_id=None)
    assert may_manage(actor=cast.platform, agency_id=None)
    assert may_manage(actor=cast.platform, agency_id=cast.agency("STRANGER").id)


def test_a_closed_account_is_out_at_once_by_session_and_by_token(
    cast: Cast, client: Client, entries: type_entries
) -> None:
    officer = cast.officer("SG-CUSTOMS")
    client.force_login(cast.user("officer", "SG-CUSTOMS"))
    other = Client()
    other.force_login(cast.user("analyst", "SG-CUSTOMS"))
    with acting(officer):
        raw, token = actions.issue_token(actor=officer, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    assert actor_by_token(raw=raw, now=NOW) is not None

    with acting(cast.platform):
        actions.deactivate_user(actor=cast.platform, user_id=officer.user_id, now=NOW)

    assert actor_of(user_id=officer.user_id, now=NOW) is None
    assert actor_by_token(raw=raw, now=NOW) is None
    assert ApiToken.objects.get(id=token.id).revoked_at == NOW
    assert [is_signed_in(each) for each in (client, other)] == [False, True]
    assert Session.objects.count() == 1
    issued, closed = entries()
    assert (issued.verb, closed.verb) == ("issue_token", "deactivate_user")
    assert '"facts": {"tokens": 1, "sessions": 1}' in closed.payload


def test_an_account_that_is_opened_again_keeps_its_old_tokens_revoked(cast: Cast, entries: type_entries) -> None:
    officer = cast.officer("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    with acting(cast.platform):
        actions.deactivate_user(actor=cast.platform, user_id=officer.user_id, now=NOW)
        actions.reactivate_user(actor=cast.platform, user_id=officer.user_id, now=NOW)
    assert actor_of(user_id=officer.user_id, now=NOW) is not None
    assert actor_by_token(raw=raw, now=NOW) is None
    assert [entry.verb for entry in entries()] == ["issue_token", "deactivate_user", "reactivate_user"]


def test_nobody_closes_the_account_they_are_using(cast: Cast) -> None:
    with pytest.raises(NotAllowed), acting(cast.platform):
        actions.deactivate_user(actor=cast.platform, user_id=cast.platform.user_id, now=NOW)
    assert cast.platform.staff


def test_closing_twice_is_a_conflict_and_another_agencys_account_is_absent(cast: Cast, entries: type_entries) -> None:
    admin, stranger = cast.administrator("SG-CUSTOMS"), cast.user("officer", "STRANGER")
    with acting(admin):
        actions.deactivate_user(actor=admin, user_id=cast.user("officer", "SG-CUSTOMS").id, now=NOW)
    with pytest.raises(Conflict), acting(admin):
        actions.deactivate_user(actor=admin, user_id=cast.user("officer", "SG-CUSTOMS").id, now=NOW)
    with pytest.raises(NotFound), acting(admin):
        actions.deactivate_user(actor=admin, user_id=stranger.id, now=NOW)
    assert User.objects.get(id=stranger.id).is_active
    assert [entry.verb for entry in entries()] == ["deactivate_user"]


def test_another_role_counts_at_once_and_what_may_not_change_does_not(cast: Cast, entries: type_entries) -> None:
    user = cast.user("officer", "SG-CUSTOMS")
    user.roles, user.email, user.is_staff = ["LIAISON"], "elsewhere@stranger.example", True
    with acting(cast.platform):
        actions.change_user(actor=cast.platform, user=user, fields=["roles", "email", "is_staff"], now=NOW)
    actor = cast.officer("SG-CUSTOMS")
    assert not actor.staff
    assert actor.cleared
    assert -actor.agency_token in actor.tokens
    (entry,) = entries()
    assert '"facts": {"roles": ["LIAISON"], "fields": ["roles"]}' in entry.payload


def test_an_administrator_has_a_link_mailed_to_an_open_account(cast: Cast, entries: type_entries) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    with acting(cast.platform):
        actions.send_password_link(actor=cast.platform, user_id=officer.id, now=now())
    relay()
    assert [letter.to for letter in mail.outbox] == [[officer.email]]
    assert [entry.verb for entry in entries()] == ["send_password_link"]
