from typing import Any
from uuid import UUID

import orjson
import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import Agency, ApiToken, Invitation, Session, User
from apps.agencies.people import enrolled
from apps.agencies.policy import Actor, may_manage
from apps.agencies.queries import actor_by_token, actor_of
from apps.audit.models import Entry
from apps.core.clock import now
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.outbox.actions import relay
from tests.agencies.conftest import invited, is_signed_in, type_entries
from tests.cast import NOW, Cast
from tests.doors import with_app


def facts(entry: Entry) -> dict[str, Any]:
    """What an entry tells."""
    told: dict[str, Any] = orjson.loads(entry.payload or "{}")
    return told


def standing(user_id: UUID) -> tuple[object, ...]:
    """All of an account that somebody else might change."""
    account = User.objects.filter(id=user_id).values_list(
        "is_active", "is_staff", "roles", "agency_id", "password", "session_epoch"
    )
    live = ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True).count()
    return (*account.get(), live, Session.objects.filter(account=user_id).count())


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
    assert facts(closed) == {"tokens": 1, "sessions": 1, "invitations": 0}


def test_an_account_that_is_opened_again_keeps_its_old_tokens_revoked(cast: Cast, entries: type_entries) -> None:
    officer, admin = cast.officer("SG-CUSTOMS"), cast.administrator("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    with acting(cast.platform):
        actions.deactivate_user(actor=cast.platform, user_id=officer.user_id, now=NOW)
    with acting(admin):
        actions.reactivate_user(actor=admin, user_id=officer.user_id, now=NOW)
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
    user, admin = cast.user("officer", "SG-CUSTOMS"), cast.administrator("SG-CUSTOMS")
    user.roles, user.email, user.is_staff = ["LIAISON"], "elsewhere@stranger.example", True
    with acting(admin):
        actions.change_user(actor=admin, user=user, fields=["roles", "email", "is_staff"], now=NOW)
    actor = cast.officer("SG-CUSTOMS")
    assert not actor.staff
    assert actor.cleared
    assert -actor.agency_token in actor.tokens
    (entry,) = entries()
    assert facts(entry) == {"fields": ["roles"], "roles": ["LIAISON"], "sessions": 0, "tokens": 0}


def test_a_lost_role_ends_sessions_and_tokens_and_one_more_role_does_not(cast: Cast, entries: type_entries) -> None:
    admin, liaison = cast.administrator("SG-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    with acting(liaison):
        raw, _ = actions.issue_token(actor=liaison, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    browser = Client()
    browser.force_login(cast.user("liaison", "SG-CUSTOMS"))

    with acting(admin):
        actions.change_roles(actor=admin, user_id=liaison.user_id, roles=["LIAISON", "ANALYST"], now=NOW)
    assert (is_signed_in(browser), actor_by_token(raw=raw, now=NOW) is not None) == (True, True)

    with acting(admin):
        actions.change_roles(actor=admin, user_id=liaison.user_id, roles=["ANALYST"], now=NOW)
    assert (is_signed_in(browser), actor_by_token(raw=raw, now=NOW)) == (False, None)
    assert cast.liaison("SG-CUSTOMS").roles == {"ANALYST"}
    _, more, less = entries()
    assert facts(more) == {"fields": ["roles"], "roles": ["ANALYST", "LIAISON"]}
    assert facts(less) == {"fields": ["roles"], "roles": ["ANALYST"], "sessions": 1, "tokens": 1}


def test_an_agency_that_is_switched_off_has_nobody_left(cast: Cast, entries: type_entries) -> None:
    officer, agency = cast.officer("SG-CUSTOMS"), cast.agency("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    browsers = {code: Client() for code in ("SG-CUSTOMS", "KE-CUSTOMS")}
    for code, browser in browsers.items():
        browser.force_login(cast.user("officer", code))
    with acting(cast.administrator("SG-CUSTOMS")):
        invitation = invited(cast.administrator("SG-CUSTOMS"))

    Agency.objects.filter(id=agency.id).update(active=False)
    assert actor_of(user_id=officer.user_id, now=NOW) is None, "by the column alone, whatever else is done"
    assert actor_by_token(raw=raw, now=NOW) is None
    with acting(cast.platform):
        actions.close_agency(actor=cast.platform, agency_id=agency.id, now=NOW)

    assert {code: is_signed_in(browser) for code, browser in browsers.items()} == {
        "SG-CUSTOMS": False,
        "KE-CUSTOMS": True,
    }
    assert Invitation.objects.get(id=invitation.id).state == "REVOKED"
    (closed,) = [entry for entry in entries() if entry.verb == "close_agency"]
    assert facts(closed) == {"sessions": 1, "tokens": 1, "invitations": 1}
    Agency.objects.filter(id=agency.id).update(active=True)
    assert actor_of(user_id=officer.user_id, now=NOW) is not None
    assert actor_by_token(raw=raw, now=NOW) is None, "what was ended stays ended"


FOREIGN = [("admin", "STRANGER"), ("liaison", "KE-CUSTOMS"), ("platform", "")]
VERBS = {
    "deactivate_user": {},
    "reactivate_user": {},
    "send_password_link": {},
    "sign_out_user": {},
    "revoke_tokens_of": {},
    "reset_factors": {},
    "change_roles": {"roles": ["OFFICER"]},
}


@pytest.mark.parametrize(("word", "code"), FOREIGN)
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_an_agencys_administrator_does_nothing_to_a_foreign_or_stronger_account(
    cast: Cast, entries: type_entries, verb: str, word: str, code: str
) -> None:
    """CVE-2026-44380: an organisation's administrator reset a site administrator's key."""
    admin = cast.administrator("SG-CUSTOMS")
    whose = cast.actor(word, code) if code else cast.platform
    if whose.agency_id:  # whoever runs the platform holds no tokens of the API in these tests
        with acting(whose):
            actions.issue_token(actor=whose, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    Client().force_login(User.objects.get(id=whose.user_id))
    before = standing(whose.user_id)
    with pytest.raises(NotFound), acting(admin):
        getattr(actions, verb)(actor=admin, user_id=whose.user_id, **VERBS[verb], now=NOW)
    assert standing(whose.user_id) == before
    assert [entry.verb for entry in entries()] == (["issue_token"] if whose.agency_id else [])


@pytest.mark.parametrize(
    "verb", ["deactivate_user", "sign_out_user", "revoke_tokens_of", "reset_factors", "change_roles"]
)
@pytest.mark.parametrize("word", ["admin", "platform"])
def test_nobody_does_it_to_the_account_they_are_using(cast: Cast, entries: type_entries, verb: str, word: str) -> None:
    """Primero, 2025-11: users could change their own groups. So nobody makes themselves a reader of reports."""
    actor = cast.administrator("SG-CUSTOMS") if word == "admin" else cast.platform
    before = standing(actor.user_id)
    with pytest.raises(NotAllowed), acting(actor):
        getattr(actions, verb)(actor=actor, user_id=actor.user_id, **VERBS[verb], now=NOW)
    assert standing(actor.user_id) == before
    assert entries() == []


def test_whoever_has_just_lost_the_role_changes_nothing_with_the_request_that_was_under_way(cast: Cast) -> None:
    """Of two administrators who shut each other out at once one stays; the test above says why it can't be both."""
    first = cast.administrator("SG-CUSTOMS")
    other = cast.user("officer", "SG-CUSTOMS")
    User.objects.filter(id=first.user_id).update(roles=["OFFICER"])
    with pytest.raises(NotAllowed), acting(first):
        actions.deactivate_user(actor=first, user_id=other.id, now=NOW)
    User.objects.filter(id=cast.platform.user_id).update(is_active=False)
    assert User.objects.get(id=other.id).is_active


@pytest.mark.parametrize("roles", [[], ["KING"], ["OFFICER", "STAFF"]])
def test_an_account_has_at_least_one_role_that_there_is(cast: Cast, roles: list[str]) -> None:
    admin, officer = cast.administrator("SG-CUSTOMS"), cast.officer("SG-CUSTOMS")
    with pytest.raises(Invalid), acting(admin):
        actions.change_roles(actor=admin, user_id=officer.user_id, roles=roles, now=NOW)
    assert cast.officer("SG-CUSTOMS").roles == {"OFFICER"}


def test_an_account_never_moves_to_another_agency_by_whatever_verb(cast: Cast) -> None:
    """CVE-2026-44730: an organisation's administrator added a stronger user of another one to their own."""
    admin = cast.administrator("SG-CUSTOMS")
    stranger = cast.user("liaison", "STRANGER")
    stranger.agency_id = admin.agency_id
    with pytest.raises(NotFound), acting(admin):
        actions.change_user(actor=admin, user=stranger, fields=["roles", "agency"], now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.filter(id=stranger.id).update(agency_id=admin.agency_id)
    assert cast.user("liaison", "STRANGER").agency == cast.agency("STRANGER")


def test_what_a_leaving_administrator_began_ends_with_them(cast: Cast) -> None:
    admin = cast.administrator("SG-CUSTOMS")
    with acting(admin):
        kept, taken = invited(admin, email="a@sg-customs.example"), invited(admin, email="b@sg-customs.example")
        actions.revoke_invitation(actor=admin, invitation_id=kept.id, now=NOW)
    user = User.objects.get(id=admin.user_id)
    user.roles = []
    with acting(cast.platform):
        actions.change_user(actor=cast.platform, user=user, fields=["roles"], now=NOW)
    assert Invitation.objects.get(id=taken.id).state == "REVOKED"


def test_sessions_and_tokens_of_a_colleague_end_one_without_the_other(cast: Cast, entries: type_entries) -> None:
    admin, officer = cast.administrator("SG-CUSTOMS"), cast.officer("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="script", life=actions.tokens.LONGEST_LIFE, now=NOW)
    browser = Client()
    browser.force_login(cast.user("officer", "SG-CUSTOMS"))
    with acting(admin):
        assert actions.sign_out_user(actor=admin, user_id=officer.user_id, now=NOW) == 1
    assert (is_signed_in(browser), actor_by_token(raw=raw, now=NOW) is not None) == (False, True)
    with acting(admin):
        assert actions.revoke_tokens_of(actor=admin, user_id=officer.user_id, now=NOW) == 1
    assert actor_by_token(raw=raw, now=NOW) is None
    assert [entry.verb for entry in entries()] == ["issue_token", "sign_out_user", "revoke_tokens_of"]


def test_an_administrator_has_a_link_mailed_to_an_open_account(cast: Cast, entries: type_entries) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    with acting(cast.platform):
        actions.send_password_link(actor=cast.platform, user_id=officer.id, now=now())
    relay()
    assert [letter.to for letter in mail.outbox] == [[officer.email]]
    assert [entry.verb for entry in entries()] == ["send_password_link"]


def test_that_somebody_has_a_second_factor_is_told_to_their_agencys_people_and_the_platform(cast: Cast) -> None:
    for code in ("SG-CUSTOMS", "KE-CUSTOMS"):
        with_app(cast.user("officer", code), now())
    seen = {}
    for name, actor in {"SG": cast.administrator("SG-CUSTOMS"), "": cast.platform}.items():
        with acting(actor):
            seen[name] = enrolled()
    singapore, kenya = (cast.user("officer", code).id for code in ("SG-CUSTOMS", "KE-CUSTOMS"))
    assert seen == {"SG": {singapore}, "": {singapore, kenya}}
