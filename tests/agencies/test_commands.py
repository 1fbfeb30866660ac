import io
import sys
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from apps.agencies.models import ApiToken, User
from apps.agencies.queries import actor_by_token
from apps.core.clock import now
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from tests.agencies.conftest import type_entries
from tests.cast import Cast
from tests.doors import with_app

STRONG = "quiet-harbour-at-dawn"


def told(name: str, *words: str) -> str:
    out = io.StringIO()
    call_command(name, *words, stdout=out)
    return out.getvalue()


def test_issue_token_prints_the_token_and_nothing_else(cast: Cast, entries: type_entries) -> None:
    said = told("issue_token", "officer@sg-customs.example", "--days", "7")
    raw = said.removesuffix("\n")
    assert raw.startswith("cp_")
    assert "\n" not in raw
    found = actor_by_token(raw=raw, now=now())
    assert found is not None
    assert found[0].agency_code == "SG-CUSTOMS"
    left = found[1].expires_at - now()
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
    assert [entry.verb for entry in entries()] == ["issue_token"]


@pytest.mark.parametrize("words", [("nobody@sg-customs.example",), ("officer@sg-customs.example", "--days", "400")])
def test_issue_token_refuses_what_can_not_be(cast: Cast, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        told("issue_token", *words)
    assert ApiToken.objects.count() == 0


def test_issue_token_makes_nobody_somebody_else_in_production(cast: Cast, settings: LazySettings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="account's page"):
        told("issue_token", "officer@sg-customs.example")
    assert ApiToken.objects.count() == 0


def test_issue_token_refuses_a_closed_account(cast: Cast) -> None:
    User.objects.filter(email="officer@sg-customs.example").update(is_active=False)
    with pytest.raises(CommandError, match="no open account"):
        told("issue_token", "officer@sg-customs.example")
    assert ApiToken.objects.count() == 0


def test_create_admin_reads_the_password_from_the_input(
    cast: Cast, entries: type_entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(STRONG + "\n"))
    told("create_admin", "First@Platform.example", "--name", "First")
    user = User.objects.get(email="first@platform.example")
    assert (user.name, user.is_staff, user.agency, user.roles) == ("First", True, None, [])
    assert check_password(STRONG, user.password)
    assert [(entry.verb, entry.object_id) for entry in entries()] == [("create_user", user.id)]


def test_create_admin_takes_the_password_from_the_environment(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERPART_ADMIN_PASSWORD", STRONG)
    told("create_admin", "first@platform.example")
    assert check_password(STRONG, User.objects.get(email="first@platform.example").password)


@pytest.mark.parametrize("password", ["", "short", "telechargement", "123456123456", "first@platform"])
def test_create_admin_refuses_weak_passwords(cast: Cast, monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    with pytest.raises(CommandError, match=r"This password|The password"):
        told("create_admin", "first@platform.example")
    assert not User.objects.filter(email="first@platform.example").exists()


def test_create_admin_refuses_what_is_no_address(cast: Cast) -> None:
    with pytest.raises(CommandError, match="valid email"):
        told("create_admin", "first")


def test_create_admin_says_so_where_the_account_exists_and_changes_nothing(cast: Cast, entries: type_entries) -> None:
    before = User.objects.get(email="admin@counterpart.example").password
    with pytest.raises(CommandError, match="nothing was changed"):
        told("create_admin", "Admin@Counterpart.example")
    assert User.objects.get(email="admin@counterpart.example").password == before
    assert entries() == []


def test_create_admin_opens_a_closed_administrators_account_again_with_nothing_of_before(
    cast: Cast, entries: type_entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = User.objects.create(email="second@counterpart.example", name="Second", is_staff=True)
    with_app(second, now())
    before = second.get_session_auth_hash()
    User.objects.filter(id=second.id).update(is_active=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(STRONG + "\n"))
    assert "again" in told("create_admin", "Second@Counterpart.example", "--name", "Another name")
    stored = User.objects.get(id=second.id)
    assert (stored.is_active, stored.is_staff, stored.name, stored.roles) == (True, True, "Second", [])
    assert check_password(STRONG, stored.password)
    assert (Authenticator.objects.count(), stored.get_session_auth_hash() != before) == (0, True)
    *_, last = entries()
    assert (last.verb, last.object_id, last.user_id) == ("reactivate_user", second.id, None)
    relay()
    heard = Notification.objects.filter(kind="ACCOUNT_CHANGED", object_id=second.id)
    assert set(heard.values_list("user__email", flat=True)) == {"admin@counterpart.example", second.email}


def test_create_admin_opens_no_closed_account_of_an_agency(
    cast: Cast, entries: type_entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERPART_ADMIN_PASSWORD", STRONG)
    User.objects.filter(email="officer@sg-customs.example").update(is_active=False)
    before = User.objects.values().get(email="officer@sg-customs.example")
    with pytest.raises(CommandError, match="nothing was changed"):
        told("create_admin", "officer@sg-customs.example")
    assert User.objects.values().get(id=before["id"]) == before
    assert entries() == []
