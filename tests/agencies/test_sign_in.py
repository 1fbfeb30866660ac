import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from apps.agencies import actions
from apps.agencies.actions import SignInRefused
from apps.agencies.models import Agency, User
from tests.agencies.conftest import Hashes, is_signed_in, type_entries
from tests.cast import NOW, PASSWORD, Cast


def attempt(email: str, password: str = PASSWORD) -> User:
    return actions.sign_in(email=email, password=password, now=NOW)


def test_the_right_password_opens_the_account_whatever_the_case_of_the_address(cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    for email in ("officer@sg-customs.example", " Officer@SG-Customs.Example "):
        assert attempt(email) == officer


@pytest.fixture
def doors(cast: Cast) -> dict[str, tuple[str, str]]:
    """Every way in that must stay shut: address and password."""
    User.objects.filter(email="analyst@sg-customs.example").update(is_active=False)
    User.objects.filter(email="admin@sg-customs.example").update(password=make_password(None))
    Agency.objects.filter(code="WWF").update(active=False)
    return {
        "unknown": ("nobody@sg-customs.example", PASSWORD),
        "mistaken": ("officer@sg-customs.example", "Shared-Responsibility-2018"),
        "closed": ("analyst@sg-customs.example", PASSWORD),
        "without a password": ("admin@sg-customs.example", PASSWORD),
        "of an agency that left": ("officer@wwf.example", PASSWORD),
        "empty": ("", ""),
        "NUL": ("officer@sg-customs.example\0", PASSWORD),
    }


def test_every_refusal_is_the_same_and_costs_the_same_number_of_hashes(
    doors: dict[str, tuple[str, str]], hashes: Hashes
) -> None:
    found = {}
    for name, words in doors.items():
        before = hashes.count
        with pytest.raises(SignInRefused) as refusal:
            attempt(*words)
        error = refusal.value
        found[name] = (hashes.count - before, error.status, error.code, error.sentence, error.errors)
    sentence = "There is no account with that e-mail address and password."
    assert found == dict.fromkeys(doors, (1, 400, "sign_in_refused", sentence, {}))


def test_a_right_password_costs_one_hash_as_well(cast: Cast, hashes: Hashes) -> None:
    attempt("officer@sg-customs.example")
    assert hashes.count == 1


def test_signing_in_is_recorded_with_who_did(cast: Cast, entries: type_entries) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    attempt(officer.email)
    (entry,) = entries()
    told = (entry.verb, entry.object_kind, entry.object_id, entry.user_id, entry.agency_id, entry.owner_id)
    assert told == ("sign_in", "account", officer.id, officer.id, officer.agency_id, officer.agency_id)


def test_a_refusal_is_recorded_without_the_address_and_names_a_known_account_by_its_id(
    cast: Cast, entries: type_entries
) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    for email in (officer.email, "nobody@sg-customs.example"):
        with pytest.raises(SignInRefused):
            attempt(email, "wrong")
    known, unknown = entries()
    assert [(each.verb, each.object_id, each.owner_id, each.user_id) for each in (known, unknown)] == [
        ("sign_in_refused", officer.id, officer.agency_id, None),
        ("sign_in_refused", None, None, None),
    ]
    assert "nobody" not in str(unknown.payload)
    assert "officer" not in str(known.payload)


def test_signing_out_is_recorded(cast: Cast, entries: type_entries) -> None:
    actor = cast.officer("SG-CUSTOMS")
    actions.sign_out(actor=actor, now=NOW)
    (entry,) = entries()
    assert (entry.verb, entry.object_id, entry.user_id) == ("sign_out", actor.user_id, actor.user_id)


def test_a_session_ends_with_its_account(cast: Cast, client: Client) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    client.force_login(officer)
    assert is_signed_in(client)
    User.objects.filter(id=officer.id).update(is_active=False)
    assert not is_signed_in(client)
