"""Names of people: of any script, and none that reads as another one."""

import pytest

from apps.agencies import actions
from apps.agencies.acting import acting
from apps.agencies.models import Invitation, User
from apps.agencies.naming import is_name
from apps.core.errors import Invalid
from tests.admin.conftest import Desk
from tests.admin.conftest import desk as desk
from tests.agencies.conftest import invited
from tests.cast import NOW, Cast

GOOD = [
    "Wanjirũ wa Ngũgĩ",
    "Nguyễn Thị Ánh",
    "李小龙",
    "علی\u200cرضا",
    "क्\u200dष",
    "O'Neill-Müller, Jr.",
    "N",
    "x" * 120,
]
BAD = [
    "",
    "  ",
    "...",
    "\0",
    "a\0b",
    "Ann\nB",
    "Ann\u202egro.tseb",
    "Ann\u2066B\u2069",
    "Ann\u200bB",
    "\u200d",
    "Ann\ufeff",
    "a\x1b[2J",
    "x" * 121,
]


@pytest.mark.parametrize("name", GOOD)
def test_people_are_called_what_they_are_called(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", BAD)
def test_nobody_is_invited_or_renamed_under_a_name_that_is_none(cast: Cast, name: str) -> None:
    assert not is_name(name)
    actor, officer = cast.administrator("SG-CUSTOMS"), cast.user("officer", "SG-CUSTOMS")
    with acting(actor):
        with pytest.raises(Invalid) as refusal:
            invited(actor, name=name)
        assert list(refusal.value.errors) == ["name"]
        with pytest.raises(Invalid):
            actions.change_user(actor=actor, user=User(id=officer.id, name=name), fields=["name"], now=NOW)
    assert not Invitation.objects.exists()
    assert User.objects.get(id=officer.id).name == officer.name


def test_whoever_takes_an_invitation_up_gives_a_name_that_is_seen(cast: Cast) -> None:
    actor = cast.administrator("SG-CUSTOMS")
    with acting(actor):
        invitation = invited(actor)
    issued = actions.issue_link(invitation_id=invitation.id, now=NOW)
    assert issued is not None
    with pytest.raises(Invalid):
        actions.accept_invitation(word=issued[1], name="Ann\u202eB", password="quiet-harbour-at-dawn", now=NOW)
    assert not User.objects.filter(email="new@sg-customs.example").exists()


def test_the_administrator_s_form_says_so_beside_the_name(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    typed = {"name": "Ann\u202eB", "roles": ["OFFICER"], "is_active": "on", "language": "en", "time_zone": "UTC"}
    answer = desk.post("agencies_user_change", officer.id, **typed)
    assert b"without characters that are not seen" in answer.content
    assert User.objects.get(id=officer.id).name == officer.name
