from typing import Any

import pytest
from django.core import mail

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import Agency, ApiToken, Invitation, Session, User
from apps.agencies.queries import actor_by_token
from apps.core.clock import now
from apps.outbox.actions import relay
from tests.admin.conftest import Desk, no_rows, second_desk, type_entries
from tests.cast import NOW, Cast
from tests.doors import with_app


def fields(cast: Cast, **changes: Any) -> dict[str, Any]:
    """An account as its form sends it."""
    typed = {"name": "New", "roles": ["OFFICER", "ANALYST"], "language": "en", "time_zone": "Asia/Singapore", **changes}
    return {key: value for key, value in typed.items() if value is not None}


def asked(cast: Cast, **changes: Any) -> dict[str, Any]:
    """An invitation as its form sends it."""
    agency = str(cast.agency("SG-CUSTOMS").id)
    typed = {"email": "New@SG-Customs.example", "name": "New", "agency": agency, "roles": ["OFFICER", "ANALYST"]}
    return {key: value for key, value in {**typed, "language": "en", **changes}.items() if value is not None}


def test_a_new_person_is_invited_and_chooses_their_own_password(desk: Desk, cast: Cast, entries: type_entries) -> None:
    assert desk.post("agencies_invitation_add", **asked(cast)).status_code == 302
    relay()
    invitation = Invitation.objects.get(email="new@sg-customs.example")
    assert (invitation.roles, invitation.state, invitation.invited_by_id) == (
        ["ANALYST", "OFFICER"],
        "PROPOSED",
        cast.platform.user_id,
    )
    desk.act("agencies_invitation_changelist", "confirm", invitation.id)
    relay()
    invitation.refresh_from_db()
    assert (invitation.state, mail.outbox) == ("PROPOSED", []), "nobody confirms what they asked for themselves"
    assert "nobody confirms an invitation of their own" in desk.get("agencies_invitation_changelist")
    assert "Waiting for a second administrator" in desk.get("agencies_invitation_change", invitation.id)

    second = second_desk()
    second.act("agencies_invitation_changelist", "confirm", invitation.id)
    relay()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.confirmed_by) == ("OPEN", second.user)
    assert not User.objects.filter(email="new@sg-customs.example").exists()
    assert [letter.to for letter in mail.outbox] == [["new@sg-customs.example"]]
    verbs = [(entry.verb, entry.object_id) for entry in entries()]
    assert verbs == [("invite_user", invitation.id), ("confirm_invitation", invitation.id)]
    assert "Waiting for an answer" in desk.get("agencies_invitation_change", invitation.id)


def test_another_platform_administrator_is_invited_by_saying_so(desk: Desk, cast: Cast) -> None:
    answer = desk.post("agencies_invitation_add", **asked(cast, agency=None, roles=None, staff="on"))
    assert answer.status_code == 302
    invitation = Invitation.objects.get(email="new@sg-customs.example")
    assert (invitation.agency, invitation.roles) == (None, [])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"staff": "on", "agency": None}, "A platform administrator reads no reports: choose no role."),
        ({"staff": "on", "roles": None}, "A platform administrator belongs to no agency."),
        ({"agency": None}, "Choose the agency that the person works for."),
        ({"agency": None, "roles": None}, "Choose the agency that the person works for."),
        ({"email": "OFFICER@sg-customs.example"}, "There is an account with that e-mail address already."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"roles": ["KING"]}, "not one of the available choices"),
        ({"roles": None}, "Choose at least one of the roles offered."),
        ({"name": ""}, "This field is required."),
        ({"name": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_can_not_be_comes_back_with_a_sentence_and_nothing_is_written(
    desk: Desk, cast: Cast, entries: type_entries, changes: dict[str, Any], sentence: str
) -> None:
    before = User.objects.count()
    response = desk.post("agencies_invitation_add", **asked(cast, **changes))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert (User.objects.count(), Invitation.objects.count(), entries()) == (before, 0, [])


def test_invitations_are_sent_again_and_taken_back_by_the_list_and_never_changed(
    desk: Desk, cast: Cast, entries: type_entries
) -> None:
    desk.post("agencies_invitation_add", **asked(cast))
    invitation = Invitation.objects.get()
    second_desk().act("agencies_invitation_changelist", "confirm", invitation.id)
    desk.act("agencies_invitation_changelist", "again", invitation.id)
    desk.act("agencies_invitation_changelist", "revoke", invitation.id)
    desk.act("agencies_invitation_changelist", "again", invitation.id)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.times_sent) == ("REVOKED", 2)
    assert [entry.verb for entry in entries()] == [
        "invite_user",
        "confirm_invitation",
        "invite_again",
        "revoke_invitation",
    ]
    assert desk.post("agencies_invitation_change", invitation.id, **asked(cast)).status_code == 403
    assert "Taken back" in desk.get("agencies_invitation_changelist")


def test_nobody_opens_an_account_here(desk: Desk, cast: Cast) -> None:
    before = User.objects.count()
    assert desk.post("agencies_user_add", **{**fields(cast), **asked(cast)}).status_code == 403
    assert User.objects.count() == before


def test_no_page_shows_or_takes_a_password(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    for text in (desk.get("agencies_invitation_add"), desk.get("agencies_user_change", officer.id)):
        assert 'type="password"' not in text
        assert 'name="password' not in text
        assert "argon2" not in text
    desk.post("agencies_user_change", officer.id, **fields(cast, is_active="on", password="x", roles=["OFFICER"]))
    assert User.objects.get(id=officer.id).password == officer.password


def test_address_agency_and_kind_of_an_account_stay(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    User.objects.filter(id=officer.id).update(roles=["OFFICER", "LIAISON"])
    elsewhere = str(cast.agency("STRANGER").id)
    response = desk.post(
        "agencies_user_change", officer.id, **fields(cast, agency=elsewhere, is_active="on", roles=["LIAISON"])
    )
    assert response.status_code == 302
    officer.refresh_from_db()
    assert (officer.email, officer.agency and officer.agency.code, officer.roles) == (
        "officer@sg-customs.example",
        "SG-CUSTOMS",
        ["LIAISON"],
    )


def test_a_platform_administrator_is_given_no_role(desk: Desk, cast: Cast) -> None:
    response = desk.post("agencies_user_change", cast.platform.user_id, **fields(cast, is_active="on"))
    assert response.status_code == 200
    assert "choose no role" in response.content.decode()
    assert cast.platform.roles == frozenset()


def test_nobody_shuts_themselves_out(desk: Desk, cast: Cast, entries: type_entries) -> None:
    response = desk.post("agencies_user_change", cast.platform.user_id, **fields(cast, roles=None))
    assert response.status_code == 200
    assert "close the account you are using" in response.content.decode()
    desk.act("agencies_user_changelist", "close", cast.platform.user_id)
    assert cast.platform.staff
    assert entries() == []


def test_who_is_an_administrator_no_form_changes(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    desk.post("agencies_user_change", officer.id, **fields(cast, is_active="on", is_staff="on", agency=""))
    desk.post("agencies_user_change", cast.platform.user_id, **fields(cast, roles=None, is_active="on"))
    assert not User.objects.get(id=officer.id).is_staff
    assert cast.platform.staff
    assert User.objects.get(id=officer.id).agency == cast.agency("SG-CUSTOMS")


@pytest.mark.parametrize("action", ["close", "sign_out", "revoke_tokens", "reset_factors"])
def test_of_all_administrators_together_one_stays(desk: Desk, cast: Cast, entries: type_entries, action: str) -> None:
    other = User.objects.create(email="second@counterpart.example", name="Second", is_staff=True)
    desk.act("agencies_user_changelist", action, cast.platform.user_id, other.id)
    assert cast.platform.staff
    assert User.objects.get(id=other.id).is_active == (action != "close")
    assert Session.objects.filter(account=cast.platform.user_id).count() == 1
    assert [entry.object_id for entry in entries()] == [other.id]


def test_an_agency_that_is_switched_off_signs_its_people_out(desk: Desk, cast: Cast, entries: type_entries) -> None:
    agency, officer = cast.agency("SG-CUSTOMS"), cast.officer("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="x", life=actions.tokens.LONGEST_LIFE, now=NOW)
    typed = {name: str(getattr(agency, name)) for name in ("code", "name", "kind", "language")}
    typed |= {"country": "SG", "law_enforcement": "true", **no_rows("jurisdictions")}
    assert desk.post("agencies_agency_change", agency.id, **typed).status_code == 302
    assert not Agency.objects.get(id=agency.id).active
    assert actor_by_token(raw=raw, now=NOW) is None
    assert ApiToken.objects.filter(revoked_at__isnull=True).count() == 0
    assert "close_agency" in [entry.verb for entry in entries()]


def test_the_page_of_an_account_tells_that_there_is_a_second_factor_and_not_which(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    without = desk.get("agencies_user_change", officer.id)
    secret = with_app(officer, now())
    text = desk.get("agencies_user_change", officer.id)
    assert without.count("icon-yes") + 1 == text.count("icon-yes")
    assert secret not in text
    assert "totp" not in text.lower()
    desk.act("agencies_user_changelist", "reset_factors", officer.id)
    assert desk.get("agencies_user_change", officer.id).count("icon-yes") == without.count("icon-yes")


def test_closing_an_account_ends_its_tokens_and_is_recorded_once(desk: Desk, cast: Cast, entries: type_entries) -> None:
    officer = cast.officer("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="x", life=actions.tokens.LONGEST_LIFE, now=NOW)
    desk.post("agencies_user_change", officer.user_id, **fields(cast, name=officer.name, roles=["OFFICER"]))
    assert actor_by_token(raw=raw, now=NOW) is None
    assert [entry.verb for entry in entries()] == ["issue_token", "deactivate_user"]


def test_accounts_are_written_to_and_closed_by_the_list_and_not_opened(
    desk: Desk, cast: Cast, entries: type_entries
) -> None:
    ids = [cast.user("officer", code).id for code in ("SG-CUSTOMS", "KE-CUSTOMS")]
    for action in ("mail_link", "close", "reopen", "mail_link"):
        assert desk.act("agencies_user_changelist", action, *ids).status_code == 302
    assert "reopen" not in desk.get("agencies_user_changelist")
    relay()
    assert User.objects.filter(id__in=ids, is_active=True).count() == 0
    assert [entry.verb for entry in entries()] == ["send_password_link"] * 2 + ["deactivate_user"] * 2


CLOSED: dict[str, dict[str, Any]] = {
    "opened": {"is_active": "on", "roles": ["OFFICER"]},
    "opened for more": {"is_active": "on", "roles": ["OFFICER", "LIAISON"]},
    "given a role": {"roles": ["OFFICER", "LIAISON"]},
}


@pytest.mark.parametrize("asked", CLOSED.values(), ids=CLOSED)
def test_the_form_of_an_account_lets_nobody_in_again_and_says_who_does(
    desk: Desk, cast: Cast, entries: type_entries, asked: dict[str, Any]
) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    User.objects.filter(id=officer.id).update(is_active=False)
    response = desk.post("agencies_user_change", officer.id, **fields(cast, **asked))
    assert response.status_code == 200
    assert "the agency&#x27;s own administrators do" in response.content.decode()
    stored = User.objects.get(id=officer.id)
    assert (stored.is_active, stored.roles, stored.name) == (False, ["OFFICER"], officer.name)
    assert entries() == []


def test_the_form_of_a_closed_administrator_says_that_the_server_opens_it(desk: Desk, entries: type_entries) -> None:
    other = User.objects.create(email="second@counterpart.example", name="Second", is_staff=True, is_active=False)
    typed = {"name": "Second", "is_active": "on", "language": "en", "time_zone": "UTC"}
    response = desk.post("agencies_user_change", other.id, **typed)
    assert response.status_code == 200
    assert "create_admin" in response.content.decode()
    assert not User.objects.get(id=other.id).is_active
    assert entries() == []


def test_what_somebody_quicker_has_changed_meanwhile_is_refused_on_the_page(
    desk: Desk, cast: Cast, entries: type_entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form has seen three roles; by the time that the row is locked two are gone, and one would be given back."""
    officer = cast.user("officer", "SG-CUSTOMS")
    User.objects.filter(id=officer.id).update(roles=["ANALYST", "LIAISON", "OFFICER"])
    real = actions.change_user

    def late(**words: Any) -> None:
        User.objects.filter(id=officer.id).update(roles=["OFFICER"])
        real(**words)

    monkeypatch.setattr(actions, "change_user", late)
    typed = fields(cast, is_active="on", roles=["OFFICER", "LIAISON"])
    response = desk.client.post(f"/admin/agencies/user/{officer.id}/change/", typed, follow=True)
    assert response.status_code == 200
    assert "Platform administrators open no account again" in response.content.decode()
    assert User.objects.get(id=officer.id).roles == ["ANALYST", "LIAISON", "OFFICER"], "all of the request is undone"
    assert "change_user" not in [entry.verb for entry in entries()]


def test_tokens_are_listed_unreadable_and_can_be_revoked(desk: Desk, cast: Cast, entries: type_entries) -> None:
    officer = cast.officer("SG-CUSTOMS")
    with acting(officer):
        raw, token = actions.issue_token(actor=officer, name="nightly", life=actions.tokens.LONGEST_LIFE, now=NOW)
    for text in (desk.get("agencies_apitoken_changelist"), desk.get("agencies_apitoken_change", token.id)):
        assert "nightly" in text
        assert raw not in text
        assert token.digest.hex() not in text
        assert "officer@sg-customs.example" in text
    desk.act("agencies_apitoken_changelist", "revoke", token.id)
    assert actor_by_token(raw=raw, now=NOW) is None
    assert [entry.verb for entry in entries()] == ["issue_token", "revoke_token"]
    assert desk.get("agencies_apitoken_add", status=403)
    assert ApiToken.objects.count() == 1


def test_the_list_narrows_to_a_role_and_is_searched_by_agency(desk: Desk) -> None:
    text = desk.get("agencies_user_changelist", role="LIAISON", q="KE-CUSTOMS")
    assert "liaison@ke-customs.example" in text
    assert "officer@ke-customs.example" not in text
    assert "liaison@sg-customs.example" not in text
