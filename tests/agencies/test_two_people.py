"""What a platform administrator asks for takes a second one: alone, none lets anybody in (ADR 0020)."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.actions.invitations import VALID
from apps.agencies.models import Invitation, User
from apps.agencies.policy import STRANGERS_FOR, Actor
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.core.errors import Conflict, NotAllowed, NotFound
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from apps.referrals.ledger import prove
from tests.agencies.conftest import invited, type_entries
from tests.cast import Cast


def administrator(name: str) -> Actor:
    user = User.objects.create(email=f"{name}@counterpart.example", name=name.title(), is_staff=True)
    actor = actor_of(user_id=user.id, now=now())
    assert actor is not None
    return actor


@pytest.fixture
def second(cast: Cast) -> Actor:
    return administrator("second")


@pytest.fixture
def asked(cast: Cast) -> Invitation:
    """The platform's first administrator wants somebody let in among Singapore's people."""
    with acting(cast.platform):
        return invited(cast.platform, agency_id=cast.agency("SG-CUSTOMS").id, roles=["LIAISON"])


def confirm(actor: Actor, invitation: Invitation) -> None:
    with acting(actor):
        actions.confirm_invitation(actor=actor, invitation_id=invitation.id, now=now())


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("user__email")
    return list(rows.values_list("user__email", flat=True))


def test_nothing_is_mailed_before_the_second_has_said_yes_and_the_agency_is_told_of_it(
    cast: Cast, second: Actor, asked: Invitation, entries: type_entries
) -> None:
    relay()
    assert (mail.outbox, told("INVITED")) == ([], [])
    assert told("INVITATION_WAITS") == ["second@counterpart.example"]
    confirm(second, asked)
    relay()
    assert [letter.to for letter in mail.outbox] == [["new@sg-customs.example"]]
    assert told("INVITED") == ["admin@sg-customs.example", "liaison@sg-customs.example"]
    stored = Invitation.objects.get()
    assert (stored.state, stored.confirmed_by_id) == ("OPEN", second.user_id)
    assert [(entry.verb, entry.user_id) for entry in entries()] == [("confirm_invitation", second.user_id)]
    assert prove(now=now()).findings == ()
    with pytest.raises(Conflict):
        confirm(second, asked)


def test_an_agency_is_told_of_everybody_who_is_let_in_among_its_people(cast: Cast) -> None:
    """So that no administrator lets in an address of their own unseen. Whoever invited knows; sent again, it is told once."""
    admin = cast.administrator("SG-CUSTOMS")
    with acting(admin):
        invitation = invited(admin, roles=["LIAISON"])
    relay()
    with acting(admin):
        actions.invite_again(actor=admin, invitation_id=invitation.id, now=now())
    relay()
    assert told("INVITED") == ["liaison@sg-customs.example"]
    assert prove(now=now()).findings == ()


def test_nobody_confirms_their_own_and_nobody_of_an_agency_does(cast: Cast, asked: Invitation) -> None:
    with pytest.raises(NotAllowed):
        confirm(cast.platform, asked)
    with pytest.raises(NotAllowed):
        confirm(cast.administrator("SG-CUSTOMS"), asked)
    for actor in (cast.administrator("KE-CUSTOMS"), cast.liaison("SG-CUSTOMS")):
        with pytest.raises(NotFound):
            confirm(actor, asked)
    stored = Invitation.objects.get()
    assert (stored.state, stored.confirmed_by_id) == ("PROPOSED", None)


def test_whoever_was_made_or_changed_by_the_first_is_no_second(cast: Cast, second: Actor, asked: Invitation) -> None:
    """The way by which one person was two: an account of one's own, invited and confirmed, approves what its maker asks."""
    with acting(cast.platform):
        actions.sign_out_user(actor=cast.platform, user_id=second.user_id, now=now())
    with pytest.raises(NotAllowed) as refused:
        confirm(second, asked)
    assert refused.value.code == "not_strangers"
    later = now() + STRANGERS_FOR + timedelta(seconds=1)
    Invitation.objects.update(expires_at=later + VALID)
    with acting(second):
        actions.confirm_invitation(actor=second, invitation_id=asked.id, now=later)


def test_a_new_administrator_confirms_nothing_for_those_who_brought_them_in(cast: Cast, second: Actor) -> None:
    with acting(cast.platform):
        wish = invited(cast.platform, agency_id=None, roles=[], email="third@counterpart.example")
    confirm(second, wish)
    third = administrator("third")
    Invitation.objects.filter(id=wish.id).update(state="ACCEPTED", account=third.user_id)
    for bringer in (cast.platform, second):
        with acting(bringer):
            another = invited(bringer, agency_id=None, roles=[], email=f"by-{bringer.user_token}@counterpart.example")
        with pytest.raises(NotAllowed):
            confirm(third, another)


def test_what_nobody_confirmed_in_three_days_is_over_and_what_was_taken_back_stays_so(
    cast: Cast, second: Actor, asked: Invitation
) -> None:
    with acting(second), pytest.raises(Conflict):
        actions.confirm_invitation(actor=second, invitation_id=asked.id, now=now() + VALID)
    with acting(cast.platform):
        with pytest.raises(Conflict):
            actions.invite_again(actor=cast.platform, invitation_id=asked.id, now=now())
        actions.revoke_invitation(actor=cast.platform, invitation_id=asked.id, now=now())
    with pytest.raises(Conflict):
        confirm(second, asked)
    relay()
    assert (mail.outbox, told("INVITATION_WAITS"), Invitation.objects.get().state) == ([], [], "REVOKED")


def test_what_a_leaver_asked_for_or_confirmed_is_taken_back(cast: Cast, second: Actor, asked: Invitation) -> None:
    confirm(second, asked)
    with acting(cast.platform):
        actions.deactivate_user(actor=cast.platform, user_id=second.user_id, now=now())
    assert Invitation.objects.get().state == "REVOKED"


@pytest.mark.parametrize(
    "change",
    [
        "state = 'OPEN'",
        "state = 'OPEN', confirmed_by_id = invited_by_id",
        "state = 'OPEN', confirmed_by_id = '{other}'",
        "platform = false",
        "digest = 'x', state = 'OPEN'",
    ],
)
def test_the_database_holds_one_administrator_to_it(cast: Cast, second: Actor, asked: Invitation, change: str) -> None:
    """Whatever a request of the first one's does, by which page ever."""
    statement = f"UPDATE agencies_invitation SET {change.format(other=second.user_id)}"
    with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.platform), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Invitation.objects.get().state == "PROPOSED"


@pytest.mark.parametrize("forged", [{"state": "OPEN"}, {"platform": False}, {"platform": False, "state": "OPEN"}])
def test_the_database_lets_an_administrators_wish_begin_as_one(
    cast: Cast, asked: Invitation, forged: dict[str, object]
) -> None:
    row = Invitation.objects.get()
    row.pk, row.email = None, "forged@counterpart.example"
    for name, value in forged.items():
        setattr(row, name, value)
    with pytest.raises(DatabaseError), transaction.atomic(), acting(cast.platform):
        row.save(force_insert=True)
    assert Invitation.objects.count() == 1
