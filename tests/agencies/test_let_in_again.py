"""Who lets somebody in again: an agency its own people, and it is told; one platform administrator nobody (ADR 0020)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.core.errors import NotAllowed
from apps.notifications.actions import send_due
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.outbox.models import Event
from apps.referrals.ledger import prove
from tests.agencies.conftest import type_entries
from tests.cast import Cast

Deed = Callable[..., Any]
CODE = "SG-CUSTOMS"
LETTING_IN: dict[str, tuple[Deed, dict[str, Any]]] = {
    "reopen": (actions.reactivate_user, {}),
    "a role more": (actions.change_roles, {"roles": ["LIAISON", "OFFICER"]}),
    "another role": (actions.change_roles, {"roles": ["LIAISON"]}),
}
RESETTING: dict[str, tuple[Deed, dict[str, Any]]] = {
    "factor": (actions.reset_factors, {}),
    "link": (actions.send_password_link, {}),
    "provider": (actions.unbind_subjects, {}),
}
TAKING: dict[str, tuple[Deed, dict[str, Any]]] = {
    "close": (actions.deactivate_user, {}),
    "a role less": (actions.change_roles, {"roles": ["OFFICER"]}),
    "the same roles": (actions.change_roles, {"roles": ["OFFICER", "ANALYST"]}),
    "sessions": (actions.sign_out_user, {}),
    "tokens": (actions.revoke_tokens_of, {}),
}


@pytest.fixture
def officer(cast: Cast) -> User:
    return cast.user("officer", CODE)


def do(deed: tuple[Deed, dict[str, Any]], actor: Actor, user_id: UUID) -> None:
    verb, words = deed
    with acting(actor):
        verb(actor=actor, user_id=user_id, **words, now=now())


def standing(user_id: UUID) -> dict[str, Any]:
    rows = User.objects.values("is_active", "is_staff", "roles", "password", "session_epoch")
    return dict(rows.get(id=user_id))


def told() -> list[str]:
    """Who has heard that an account lets somebody in whom it did not."""
    relay()
    rows = Notification.objects.filter(kind="ACCOUNT_CHANGED").order_by("user__email")
    return list(rows.values_list("user__email", flat=True))


def administrator(name: str) -> Actor:
    user = User.objects.create(email=f"{name}@counterpart.example", name=name.title(), is_staff=True)
    actor = actor_of(user_id=user.id, now=now())
    assert actor is not None
    return actor


@pytest.mark.parametrize("deed", LETTING_IN)
def test_a_platform_administrator_neither_opens_an_account_again_nor_gives_a_role(
    cast: Cast, officer: User, entries: type_entries, deed: str
) -> None:
    """One alone reopened a closed officer's account, made it a liaison officer's, and read what its agency reads."""
    User.objects.filter(id=officer.id).update(is_active=deed != "reopen")
    before, events = standing(officer.id), Event.objects.count()
    with pytest.raises(NotAllowed) as refused:
        do(LETTING_IN[deed], cast.platform, officer.id)
    assert refused.value.code == "lets_nobody_in"
    assert "own administrators" in refused.value.sentence
    assert (standing(officer.id), Event.objects.count(), entries()) == (before, events, [])


def test_nor_do_they_open_another_administrators_account_and_so_are_two(cast: Cast, entries: type_entries) -> None:
    second = administrator("second")
    User.objects.filter(id=second.user_id).update(is_active=False)
    with pytest.raises(NotAllowed) as refused:
        do(LETTING_IN["reopen"], cast.platform, second.user_id)
    assert "create_admin" in refused.value.sentence
    assert (standing(second.user_id)["is_active"], entries()) == (False, [])


@pytest.mark.parametrize("deed", TAKING)
def test_they_take_away_as_before_and_nobody_hears_of_it(
    cast: Cast, officer: User, entries: type_entries, deed: str
) -> None:
    User.objects.filter(id=officer.id).update(roles=["OFFICER", "ANALYST"])
    do(TAKING[deed], cast.platform, officer.id)
    assert len(entries()) == 1
    assert told() == []


@pytest.mark.parametrize("deed", LETTING_IN)
def test_an_agency_is_told_when_one_of_its_administrators_lets_somebody_in_again(
    cast: Cast, officer: User, deed: str
) -> None:
    """Its other administrators and its liaison officers, and the person; whoever did it knows."""
    User.objects.create(email="boss@sg-customs.example", name="Boss", agency=officer.agency, roles=["AGENCY_ADMIN"])
    User.objects.filter(id=officer.id).update(is_active=deed != "reopen")
    do(LETTING_IN[deed], cast.administrator(CODE), officer.id)
    expected = ["boss@sg-customs.example", "liaison@sg-customs.example", officer.email]
    assert told() == expected
    assert standing(officer.id)["is_active"]
    assert prove(now=now()).findings == ()
    relay()
    assert told() == expected, "once each time"


@pytest.mark.parametrize("deed", RESETTING)
@pytest.mark.parametrize("by", ["platform", "agency"])
def test_an_agency_is_told_when_somebody_else_resets_how_one_of_its_people_signs_in(
    cast: Cast, officer: User, by: str, deed: str
) -> None:
    do(RESETTING[deed], cast.platform if by == "platform" else cast.administrator(CODE), officer.id)
    by_the_platform = ["admin@sg-customs.example"] if by == "platform" else []
    assert told() == [*by_the_platform, "liaison@sg-customs.example", officer.email]
    assert prove(now=now()).findings == ()


def test_each_time_is_told_anew_and_says_nothing_of_whom(cast: Cast, officer: User) -> None:
    for _ in range(2):
        do(RESETTING["link"], cast.platform, officer.id)
    assert told().count("liaison@sg-customs.example") == 2
    mail.outbox.clear()
    send_due()
    assert len(mail.outbox) == 6
    for letter in mail.outbox:
        text = f"{letter.subject} {letter.body}"
        assert "An account was opened again, given a role or had its sign-in reset." in text
        assert not [word for word in (officer.email, officer.name, str(officer.id), CODE) if word in text]


def test_a_closed_account_hears_nothing_and_of_another_agency_nobody_does(cast: Cast, officer: User) -> None:
    User.objects.filter(id=officer.id).update(is_active=False)
    do(RESETTING["factor"], cast.platform, officer.id)
    assert told() == ["admin@sg-customs.example", "liaison@sg-customs.example"]


def test_of_an_administrators_account_the_other_administrators_are_told(cast: Cast) -> None:
    second = administrator("second")
    administrator("third")
    gone = administrator("fourth")
    User.objects.filter(id=gone.user_id).update(is_active=False)
    do(RESETTING["factor"], cast.platform, second.user_id)
    assert told() == ["second@counterpart.example", "third@counterpart.example"]
    assert prove(now=now()).findings == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE agencies_user SET is_active = true WHERE id = '{closed}'",
        "UPDATE agencies_user SET is_active = true WHERE id = '{second}'",
        "UPDATE agencies_user SET roles = roles || '{{LIAISON}}' WHERE id = '{officer}'",
        "UPDATE agencies_user SET roles = '{{LIAISON}}' WHERE id = '{officer}'",
        "UPDATE agencies_user SET is_staff = true, agency_id = NULL, roles = '{{}}' WHERE id = '{officer}'",
        (
            "INSERT INTO agencies_user (id, password, email, name, roles, language, time_zone, is_active, is_staff,"
            " created_at) VALUES (gen_random_uuid(), '', 'x@x.example', 'X', '{{}}', 'en', 'UTC', true, true, now())"
        ),
    ],
)
def test_the_database_holds_one_platform_administrator_to_it(cast: Cast, officer: User, change: str) -> None:
    """Whatever a request of theirs does, by which page ever."""
    second, closed = administrator("second"), cast.user("analyst", CODE)
    User.objects.filter(id__in=[second.user_id, closed.id]).update(is_active=False)
    before = list(User.objects.order_by("email").values())
    statement = change.format(closed=closed.id, second=second.user_id, officer=officer.id)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.platform), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(User.objects.order_by("email").values()) == before


def test_the_database_lets_them_take_away_and_an_agency_give(cast: Cast, officer: User) -> None:
    closed = cast.user("analyst", CODE)
    User.objects.filter(id=officer.id).update(roles=["OFFICER", "LIAISON"])
    with acting(cast.platform):
        User.objects.filter(id=officer.id).update(roles=["LIAISON"])
        User.objects.filter(id=closed.id).update(is_active=False)
    with acting(cast.administrator(CODE)):
        User.objects.filter(id=officer.id).update(roles=["LIAISON", "ANALYST"])
        User.objects.filter(id=closed.id).update(is_active=True)
    assert (standing(officer.id)["roles"], standing(closed.id)["is_active"]) == (["LIAISON", "ANALYST"], True)
