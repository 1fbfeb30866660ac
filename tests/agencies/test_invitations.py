import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from apps.agencies import actions
from apps.agencies.acting import acting, anonymous
from apps.agencies.actions import LinkExpired
from apps.agencies.actions.invitations import MOST_A_DAY, MOST_SENT, VALID
from apps.agencies.models import Agency, Invitation, User
from apps.agencies.people import invitation_for, invitations_of
from apps.core.clock import now
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.outbox.actions import relay
from tests.agencies.conftest import Hashes, invited, type_entries
from tests.agencies.test_accounts import facts
from tests.agencies.test_two_people import administrator
from tests.cast import NOW, Cast
from tests.counting import counted

STRONG = "quiet-harbour-at-dawn"
NEW = "new@sg-customs.example"


def mailed() -> str:
    """The word of the link in the newest mail."""
    relay()
    found = re.search(r"/invitation/([\w-]+)/", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


def accept(word: str, at: datetime | None = None, **changes: Any) -> User:
    return actions.accept_invitation(
        **{"word": word, "name": "New Person", "password": STRONG, **changes}, now=at or now()
    )


def by(cast: Cast, **changes: Any) -> Invitation:
    """Singapore's administrator invites."""
    admin = cast.administrator("SG-CUSTOMS")
    with acting(admin):
        return invited(admin, **changes)


def test_whoever_is_invited_opens_an_account_by_the_mailed_link_once(cast: Cast, entries: type_entries) -> None:
    invitation = by(cast, roles=["LIAISON", "OFFICER"])
    word = mailed()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([NEW], "You are invited to Counterpart")
    user = accept(word)

    stored = User.objects.select_related("agency").get(email=NEW)
    assert stored == user
    assert (stored.name, stored.roles, stored.is_staff, stored.is_active) == (
        "New Person",
        ["LIAISON", "OFFICER"],
        False,
        True,
    )
    assert stored.agency == cast.agency("SG-CUSTOMS")
    assert stored.check_password(STRONG)
    with pytest.raises(LinkExpired):
        accept(word)
    assert User.objects.filter(email=NEW).count() == 1
    asked, opened = entries()
    assert (asked.verb, asked.object_id, asked.owner_id) == ("invite_user", invitation.id, stored.agency_id)
    assert (opened.verb, opened.object_id, opened.user_id) == ("create_user", user.id, user.id)
    assert facts(opened) == {"roles": ["LIAISON", "OFFICER"], "staff": False, "invitation": str(invitation.id)}


def test_the_mail_and_the_tables_hold_neither_content_nor_what_opens_the_link(cast: Cast) -> None:
    by(cast)
    word = mailed()
    text = str(mail.outbox[0].body) + mail.outbox[0].subject
    for said in ("Singapore", "SG-CUSTOMS", "Officer", "OFFICER", "admin@sg-customs.example", "New Person"):
        assert said not in text
    row = Invitation.objects.get(email=NEW)
    assert bytes(row.digest or b"") == hashlib.sha256(word.encode()).digest()
    assert word not in str(vars(row))


@pytest.mark.parametrize("end", ["used", "revoked", "expired", "again", "agency", "account", "unknown", "inviter"])
def test_every_link_that_opens_nothing_is_refused_alike_without_a_hash(cast: Cast, hashes: Hashes, end: str) -> None:
    invitation = by(cast)
    word, at = mailed(), now()
    admin = cast.administrator("SG-CUSTOMS")
    if end == "used":
        accept(word)
    if end == "revoked":
        with acting(admin):
            actions.revoke_invitation(actor=admin, invitation_id=invitation.id, now=now())
    if end == "again":
        with acting(admin):
            actions.invite_again(actor=admin, invitation_id=invitation.id, now=now())
    if end == "inviter":
        with acting(cast.platform):
            actions.deactivate_user(actor=cast.platform, user_id=admin.user_id, now=now())
    if end == "agency":
        Agency.objects.filter(code="SG-CUSTOMS").update(active=False)
    if end == "account":
        User.objects.create(email=NEW, name="Elsewhere", agency=cast.agency("STRANGER"), roles=["OFFICER"])
    at += VALID if end == "expired" else timedelta()
    before, hashes.count = User.objects.count(), 0
    with pytest.raises(LinkExpired):
        accept("x" * 43 if end == "unknown" else word, at)
    assert (User.objects.count(), hashes.count) == (before, 0)


def test_a_link_lasts_for_three_days_to_the_second(cast: Cast) -> None:
    invitation = by(cast, now=NOW)
    Invitation.objects.update(digest=hashlib.sha256(b"w").digest())
    assert invitation.expires_at == NOW + timedelta(hours=72)
    assert actions.brought_invitation(word="w", now=NOW + timedelta(hours=72)) is None
    assert actions.brought_invitation(word="w", now=NOW + timedelta(hours=72, seconds=-1)) == invitation


def test_what_is_sent_again_has_another_link_and_the_old_one_ends(cast: Cast, entries: type_entries) -> None:
    invitation = by(cast)
    old = mailed()
    admin = cast.administrator("SG-CUSTOMS")
    with acting(admin):
        actions.invite_again(actor=admin, invitation_id=invitation.id, now=now())
    assert actions.brought_invitation(word=old, now=now()) is None, "at once, and not when the mail is written"
    new = mailed()
    assert new != old
    assert accept(new).email == NEW
    assert [entry.verb for entry in entries()] == ["invite_user", "invite_again", "create_user"]
    with pytest.raises(Conflict), acting(admin):
        actions.invite_again(actor=admin, invitation_id=invitation.id, now=now())


def test_a_second_invitation_of_an_address_takes_the_first_one_back(cast: Cast) -> None:
    first = by(cast)
    old = mailed()
    second = by(cast, roles=["ANALYST"])
    assert actions.brought_invitation(word=old, now=now()) is None
    states = dict(Invitation.objects.values_list("id", "state"))
    assert states == {first.id: "REVOKED", second.id: "OPEN"}


def test_an_invitation_that_was_taken_back_before_its_mail_is_not_mailed(cast: Cast) -> None:
    admin, invitation = cast.administrator("SG-CUSTOMS"), by(cast)
    with acting(admin):
        actions.revoke_invitation(actor=admin, invitation_id=invitation.id, now=now())
    relay()
    assert mail.outbox == []


def test_an_address_with_an_account_elsewhere_is_answered_the_same_and_its_owner_is_told(
    cast: Cast, entries: type_entries
) -> None:
    """CVE-2026-44730: nobody is added to another agency; and whether they are here at all, the inviter does not learn."""
    admin = cast.administrator("SG-CUSTOMS")
    asked: dict[str, list[str]] = {}
    for email in ("nobody@ke-customs.example", "liaison@ke-customs.example", "admin@counterpart.example"):
        with acting(admin), counted() as count:
            invitation = invited(admin, email=email)
        asked[email] = [re.sub(r"'[^']*'|UUID\(.*?\)|[\w.@-]+\.example", "?", each) for each in count.statements]
        with acting(admin):
            assert invitation in invitations_of(actor=admin)
    unknown, known, staff = asked.values()
    assert len(unknown) == len(known) == len(staff)
    relay()
    letters = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    assert len(letters) == 3
    assert "/invitation/" in letters["nobody@ke-customs.example"]
    assert "/invitation/" not in letters["liaison@ke-customs.example"] + letters["admin@counterpart.example"]
    assert "It has one, and it stays as it is" in letters["liaison@ke-customs.example"]
    assert {entry.verb for entry in entries()} == {"invite_user"}
    assert cast.user("liaison", "KE-CUSTOMS").agency == cast.agency("KE-CUSTOMS")


def test_a_closed_account_elsewhere_is_written_nothing(cast: Cast) -> None:
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    by(cast, email="liaison@ke-customs.example")
    relay()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("word", "code", "to"),
    [
        ("officer", "SG-CUSTOMS", "SG-CUSTOMS"),
        ("liaison", "SG-CUSTOMS", "SG-CUSTOMS"),
        ("admin", "STRANGER", "SG-CUSTOMS"),
        ("admin", "SG-CUSTOMS", "KE-CUSTOMS"),
        ("admin", "SG-CUSTOMS", ""),
    ],
)
def test_who_does_not_manage_the_agency_invites_nobody_to_it(
    cast: Cast, entries: type_entries, word: str, code: str, to: str
) -> None:
    actor = cast.actor(word, code)
    with pytest.raises(NotAllowed), acting(actor):
        invited(actor, agency_id=cast.agency(to).id if to else None, roles=["OFFICER"] if to else [])
    assert (Invitation.objects.count(), entries()) == (0, [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a\0b@sg-customs.example"}, "email"),
        ({"email": "OFFICER@sg-customs.example"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["OFFICER", "KING"]}, "roles"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field_and_nothing_is_written(
    cast: Cast, entries: type_entries, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        by(cast, **changes)
    assert set(raised.value.errors) == {field}
    assert (Invitation.objects.count(), entries()) == (0, [])


def test_a_platform_administrator_invites_anywhere_and_another_one(cast: Cast) -> None:
    with acting(cast.platform):
        invited(cast.platform, agency_id=cast.agency("STRANGER").id)
        invited(cast.platform, agency_id=None, roles=[], email="third@counterpart.example")
        with pytest.raises(Invalid):
            invited(cast.platform, agency_id=None, roles=["LIAISON"])
        with pytest.raises(Invalid):
            invited(cast.platform, agency_id=cast.agency("SG-CUSTOMS").id, email="officer@ke-customs.example")
    relay()
    assert mail.outbox == [], "alone, no platform administrator lets anybody in"
    other = administrator("second")
    with acting(other):
        for invitation in Invitation.objects.all():
            actions.confirm_invitation(actor=other, invitation_id=invitation.id, now=now())
    relay()
    words = {letter.to[0]: re.search(r"/invitation/([\w-]+)/", str(letter.body)) for letter in mail.outbox}
    word = words["third@counterpart.example"]
    assert word
    user = accept(word[1])
    assert (user.is_staff, user.agency_id, user.roles) == (True, None, [])


def test_an_agencys_administrator_sees_and_moves_its_own_invitations_only(cast: Cast) -> None:
    invitation = by(cast)
    stranger = cast.administrator("STRANGER")
    with acting(stranger):
        assert invitations_of(actor=stranger) == []
        for verb in (actions.invite_again, actions.revoke_invitation):
            with pytest.raises(NotFound):
                verb(actor=stranger, invitation_id=invitation.id, now=NOW)
        with pytest.raises(NotFound):
            invitation_for(actor=stranger, invitation_id=invitation.id)
    with acting(cast.officer("SG-CUSTOMS")), pytest.raises(NotAllowed):
        invitations_of(actor=cast.officer("SG-CUSTOMS"))
    assert Invitation.objects.get(id=invitation.id).state == "OPEN"


def test_the_database_shows_an_invitation_to_its_agency_and_changes_nothing_of_whom_it_is_for(cast: Cast) -> None:
    by(cast)
    seen = {}
    for code in ("SG-CUSTOMS", "KE-CUSTOMS"):
        with acting(cast.liaison(code)):
            seen[code] = Invitation.objects.count()
    with anonymous():
        seen[""] = Invitation.objects.count()
    assert seen == {"SG-CUSTOMS": 1, "KE-CUSTOMS": 0, "": 0}
    for change in ({"agency": None}, {"email": "other@sg-customs.example"}, {"roles": ["LIAISON"]}):
        with acting(cast.administrator("SG-CUSTOMS")), pytest.raises(DatabaseError), transaction.atomic():
            Invitation.objects.update(**change)


def test_nobody_is_showered_with_mail(cast: Cast) -> None:
    admin, invitation = cast.administrator("SG-CUSTOMS"), by(cast)
    with acting(admin):
        for _ in range(MOST_SENT - 1):
            actions.invite_again(actor=admin, invitation_id=invitation.id, now=now())
        with pytest.raises(Conflict):
            actions.invite_again(actor=admin, invitation_id=invitation.id, now=now())
        for number in range(MOST_A_DAY - 1):
            invited(admin, email=f"p{number}@sg-customs.example")
        with pytest.raises(Invalid):
            invited(admin, email="one.more@sg-customs.example")
        invited(admin, email="tomorrow@sg-customs.example", now=now() + timedelta(days=1, minutes=1))
    assert Invitation.objects.count() == MOST_A_DAY + 1


@pytest.mark.parametrize(("changes", "field"), [({"name": " "}, "name"), ({"password": "short"}, "new")])
def test_a_weak_password_and_no_name_are_refused_and_the_link_stays_good(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    by(cast)
    word = mailed()
    with pytest.raises(Invalid) as raised:
        accept(word, **changes)
    assert set(raised.value.errors) == {field}
    assert not User.objects.filter(email=NEW).exists()
    assert accept(word).email == NEW


def test_a_password_is_hashed_once_and_outside_any_transaction(cast: Cast, hashes: Hashes) -> None:
    by(cast)
    word = mailed()
    hashes.count = hashes.in_transaction = 0
    accept(word)
    assert (hashes.count, hashes.in_transaction) == (1, 0)
