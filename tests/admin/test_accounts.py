from typing import Any

import pytest
from django.core import mail

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import ApiToken, User
from apps.agencies.queries import actor_by_token
from apps.outbox.actions import relay
from tests.admin.conftest import Desk, type_entries
from tests.cast import NOW, Cast


def fields(cast: Cast, **changes: Any) -> dict[str, Any]:
    """A new account as the form sends it."""
    agency = str(cast.agency("SG-CUSTOMS").id)
    typed = {"email": "New@SG-Customs.example", "name": "New", "agency": agency, "roles": ["OFFICER", "ANALYST"]}
    return {
        key: value
        for key, value in {**typed, "language": "en", "time_zone": "Asia/Singapore", **changes}.items()
        if value is not None
    }


def test_a_new_person_is_written_to_and_chooses_their_own_password(
    desk: Desk, cast: Cast, entries: type_entries
) -> None:
    assert desk.post("agencies_user_add", **fields(cast)).status_code == 302
    relay()

    user = User.objects.get(email="new@sg-customs.example")
    assert (user.roles, user.time_zone, user.is_active, user.is_staff) == (
        ["OFFICER", "ANALYST"],
        "Asia/Singapore",
        True,
        False,
    )
    assert not user.has_usable_password()
    assert [letter.to for letter in mail.outbox] == [["new@sg-customs.example"]]
    assert [(entry.verb, entry.object_id) for entry in entries()] == [("create_user", user.id)]


def test_a_platform_administrator_is_made_without_agency_and_roles(desk: Desk, cast: Cast) -> None:
    assert desk.post("agencies_user_add", **fields(cast, agency=None, roles=None, is_staff="on")).status_code == 302
    user = User.objects.get(email="new@sg-customs.example")
    assert (user.is_staff, user.agency, user.roles) == (True, None, [])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"is_staff": "on", "agency": None}, "A platform administrator reads no reports: choose no role."),
        ({"is_staff": "on", "roles": None}, "A platform administrator belongs to no agency."),
        ({"agency": None}, "Choose the agency that the person works for."),
        ({"email": "OFFICER@sg-customs.example"}, "already exists"),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"roles": ["KING"]}, "not one of the available choices"),
        ({"time_zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"name": ""}, "This field is required."),
        ({"name": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_can_not_be_comes_back_with_a_sentence_and_nothing_is_written(
    desk: Desk, cast: Cast, entries: type_entries, changes: dict[str, Any], sentence: str
) -> None:
    before = User.objects.count()
    response = desk.post("agencies_user_add", **fields(cast, **changes))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert (User.objects.count(), entries()) == (before, [])


def test_no_page_shows_or_takes_a_password(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    for text in (desk.get("agencies_user_add"), desk.get("agencies_user_change", officer.id)):
        assert 'type="password"' not in text
        assert 'name="password' not in text
        assert "argon2" not in text
    desk.post("agencies_user_change", officer.id, **fields(cast, is_active="on", password="x", roles=["OFFICER"]))
    assert User.objects.get(id=officer.id).password == officer.password


def test_address_agency_and_kind_of_an_account_stay(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
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


def test_closing_an_account_ends_its_tokens_and_is_recorded_once(desk: Desk, cast: Cast, entries: type_entries) -> None:
    officer = cast.officer("SG-CUSTOMS")
    with acting(officer):
        raw, _ = actions.issue_token(actor=officer, name="x", life=actions.tokens.LONGEST_LIFE, now=NOW)
    desk.post(
        "agencies_user_change",
        officer.user_id,
        **fields(cast, name=officer.name, roles=["OFFICER"], time_zone="Asia/Singapore"),
    )
    assert actor_by_token(raw=raw, now=NOW) is None
    assert [entry.verb for entry in entries()] == ["issue_token", "deactivate_user"]


def test_accounts_are_closed_opened_and_written_to_by_the_list(desk: Desk, cast: Cast, entries: type_entries) -> None:
    ids = [cast.user("officer", code).id for code in ("SG-CUSTOMS", "KE-CUSTOMS")]
    for action in ("close", "reopen", "mail_link"):
        assert desk.act("agencies_user_changelist", action, *ids).status_code == 302
    relay()
    assert User.objects.filter(id__in=ids, is_active=True).count() == 2
    assert {letter.to[0] for letter in mail.outbox} == {"officer@sg-customs.example", "officer@ke-customs.example"}
    assert [entry.verb for entry in entries()] == ["deactivate_user"] * 2 + ["reactivate_user"] * 2 + [
        "send_password_link"
    ] * 2


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
