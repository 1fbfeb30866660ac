import re
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from apps.agencies.acting import acting
from apps.agencies.models import Invitation, User
from apps.audit.models import Entry
from apps.core.clock import now
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from tests.agencies.conftest import invited
from tests.cast import Cast
from tests.counting import counted
from tests.doors import with_app
from tests.web.visiting import Shown, Visitor

STRONG = "quiet-harbour-at-dawn"
NEW = {"email": "new@sg-customs.example", "name": "New Person", "roles": ["LIAISON"], "language": "en"}
DEEDS = ["close", "reopen", "sign-out", "revoke-tokens", "reset-factor"]


@pytest.fixture
def admin(cast: Cast) -> Visitor:
    return Visitor(cast, "admin", "SG-CUSTOMS")


def verbs() -> list[str]:
    return list(Entry.objects.order_by("-seq").values_list("verb", flat=True)[:1])


def test_the_administrator_finds_the_agencys_people_and_nobody_elses(admin: Visitor, cast: Cast) -> None:
    home = admin.get("/")
    assert '<a href="/people/">People</a>' in home.html
    page = admin.get("/people/")
    for word in ("officer", "analyst", "liaison", "admin"):
        assert f"{word}@sg-customs.example" in page
    assert page.main.count("@") == 4
    assert "Not yet" in page
    assert "/people/" not in Visitor(cast, "officer", "SG-CUSTOMS").get("/").html


def test_who_is_alone_is_told_what_to_do(cast: Cast, admin: Visitor) -> None:
    User.objects.filter(agency__code="SG-CUSTOMS").exclude(id=admin.user.id).delete()
    assert "You are the only one here" in admin.get("/people/")


def test_a_person_is_invited_takes_the_link_and_signs_in(admin: Visitor) -> None:
    said = admin.post("/people/invite/", NEW)
    assert (said.path, "The invitation is on its way" in said, "New Person" in said) == ("/people/", True, True)
    relay()
    address = re.search(r"/invitation/[\w-]+/", str(mail.outbox[0].body))
    assert address
    guest = Client()
    page = Shown(guest.get(address[0]), 200)
    assert page.boxes["name"] == "New Person"
    assert "Singapore Customs" in page
    assert "Liaison officer" in page
    weak = Shown(guest.post(address[0], {"name": "New P.", "new": "short"}), 422)
    assert weak.boxes["name"] == "New P."
    opened = Shown(guest.post(address[0], {"name": "New P.", "new": STRONG}, follow=True), 200)
    assert "Your account is open" in opened
    inside = Shown(guest.post("/sign-in/", {"email": NEW["email"], "password": STRONG}, follow=True), 200)
    assert "New P. · Singapore Customs" in inside


def test_where_a_second_factor_is_required_the_link_leads_straight_to_it(
    admin: Visitor, settings: LazySettings
) -> None:
    admin.post("/people/invite/", NEW)
    relay()
    address = re.search(r"/invitation/[\w-]+/", str(mail.outbox[0].body))
    assert address
    settings.SECOND_FACTOR_REQUIRED = True
    guest = Client()
    page = Shown(guest.post(address[0], {"name": "New P.", "new": STRONG}, follow=True), 200)
    assert page.path == "/second-factor/"
    assert guest.get("/").status_code == 302, "nobody is in before it is done"


def test_every_link_that_opens_nothing_shows_the_same_page(admin: Visitor, cast: Cast) -> None:
    """Bad, used, taken back, expired: by bytes and by statements."""
    words = {}
    for name in ("used", "back", "expired"):
        with acting(cast.administrator("SG-CUSTOMS")):
            invited(cast.administrator("SG-CUSTOMS"), email=f"{name}@sg-customs.example")
        relay()
        found = re.search(r"/invitation/([\w-]+)/", str(mail.outbox[-1].body))
        assert found
        words[name] = found[1]
    Client().post(f"/invitation/{words['used']}/", {"name": "N", "new": STRONG})
    Invitation.objects.filter(email="back@sg-customs.example").update(state="REVOKED")
    Invitation.objects.filter(email="expired@sg-customs.example").update(expires_at=now())
    answers = set()
    for word in ("x" * 43, "y", *words.values()):
        for method in ("get", "post"):
            with counted() as count:
                response = getattr(Client(), method)(f"/invitation/{word}/")
            answers.add((response.status_code, response.content, len(count.statements)))
    ((status, content, _),) = answers
    assert status == 410
    assert b"no longer valid" in content


def test_an_address_with_an_account_elsewhere_is_answered_byte_for_byte_the_same(admin: Visitor) -> None:
    told = {}
    for email in ("nobodyx@ke-customs.example", "liaison@ke-customs.example"):
        page = admin.post("/people/invite/", {**NEW, "email": email})
        told[email] = re.sub(r"csrf\S+ value=\"\w+\"|[0-9a-f-]{36}|\d\d:\d\d", "", page.html.replace(email, "?"))
        Invitation.objects.all().delete()
    assert len(set(told.values())) == 1


def test_what_can_not_be_invited_is_said_beside_its_field(admin: Visitor) -> None:
    page = admin.post("/people/invite/", {**NEW, "email": "officer@sg-customs.example"}, 422)
    assert "There is an account with that e-mail address already." in page
    page = admin.post("/people/invite/", {**NEW, "email": "nobody", "roles": []}, 422)
    assert page.boxes["name"] == "New Person"
    assert Invitation.objects.count() == 0


def test_an_invitation_is_made_for_ones_own_agency_whatever_is_posted(admin: Visitor, cast: Cast) -> None:
    forged = {
        "agency": str(cast.agency("KE-CUSTOMS").id),
        "agency_id": str(cast.agency("KE-CUSTOMS").id),
        "staff": "on",
    }
    admin.post("/people/invite/", {**NEW, **forged, "is_staff": "on"})
    assert Invitation.objects.get().agency == cast.agency("SG-CUSTOMS")


def test_invitations_are_sent_again_and_taken_back(admin: Visitor) -> None:
    admin.post("/people/invite/", NEW)
    invitation = Invitation.objects.get()
    assert "A new link is on its way" in admin.post(f"/people/invitations/{invitation.id}/again/")
    assert "is taken back" in admin.post(f"/people/invitations/{invitation.id}/back/")
    assert "New Person" not in admin.get("/people/")
    assert admin.post(f"/people/invitations/{invitation.id}/back/", status=409)


def test_roles_are_changed_after_asking_again_who_it_is(admin: Visitor, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    page = admin.get(f"/people/{officer.id}/roles/")
    assert page.chosen == {("roles", "OFFICER")}
    done = admin.post(f"/people/{officer.id}/roles/", {"roles": ["ANALYST", "LIAISON"]})
    assert "They count from now on" in done
    assert cast.officer("SG-CUSTOMS").roles == {"ANALYST", "LIAISON"}
    assert admin.post(f"/people/{officer.id}/roles/", {"roles": []}, 422)
    assert admin.post(f"/people/{officer.id}/roles/", {"roles": ["KING"]}, 422)
    assert cast.officer("SG-CUSTOMS").roles == {"ANALYST", "LIAISON"}


@pytest.mark.parametrize("path", ["/people/invite/", *[f"/people/{{id}}/{name}/" for name in ("roles", *DEEDS)]])
def test_nothing_is_done_without_a_fresh_proof(cast: Cast, path: str) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    stale = Client()
    stale.force_login(cast.user("admin", "SG-CUSTOMS"))
    address = path.format(id=officer.id)
    before = User.objects.values().get(id=officer.id)
    assert stale.get(address).status_code == 302
    answer = stale.post(address, {**NEW, "roles": ["LIAISON"]})
    assert answer.status_code == 403
    assert b"again_password" in answer.content
    assert User.objects.values().get(id=officer.id) == before
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("name", DEEDS)
def test_each_deed_asks_once_more_and_is_done_and_recorded(admin: Visitor, cast: Cast, name: str) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    with_app(officer, now())
    User.objects.filter(id=officer.id).update(is_active=name != "reopen")
    asked = admin.get(f"/people/{officer.id}/{name}/")
    assert officer.email in asked
    admin.post(f"/people/{officer.id}/{name}/")
    recorded = {
        "close": "deactivate_user",
        "reopen": "reactivate_user",
        "sign-out": "sign_out_user",
        "revoke-tokens": "revoke_tokens_of",
        "reset-factor": "reset_factors",
    }
    assert verbs() == [recorded[name]]
    assert User.objects.get(id=officer.id).is_active == (name != "close")


def test_that_there_is_a_second_factor_is_seen_and_not_which(admin: Visitor, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    before = admin.get(f"/people/{officer.id}/")
    assert "Second factor No" in before
    secret = with_app(officer, now())
    page = admin.get(f"/people/{officer.id}/")
    assert "Second factor Yes" in page
    assert "Reset second factor" in page
    assert secret not in page.html
    admin.post(f"/people/{officer.id}/reset-factor/")
    assert "Second factor No" in admin.get(f"/people/{officer.id}/")


@pytest.mark.parametrize("name", ["", "roles/", *[f"{deed}/" for deed in DEEDS]])
@pytest.mark.parametrize("whose", ["STRANGER", "platform"])
def test_a_foreign_or_stronger_account_is_absent(admin: Visitor, cast: Cast, name: str, whose: str) -> None:
    """CVE-2026-44380 and 44730: their administrators reached accounts of other organisations and of the platform."""
    user_id = cast.platform.user_id if whose == "platform" else cast.user("admin", whose).id
    before = User.objects.values().get(id=user_id)
    absent = admin.get(f"/people/{uuid4()}/{name}", 404)
    assert admin.get(f"/people/{user_id}/{name}", 404).main == absent.main
    if name:
        admin.post(f"/people/{user_id}/{name}", {"roles": ["OFFICER"]}, 404)
    assert User.objects.values().get(id=user_id) == before


def test_ones_own_account_is_shown_without_verbs_and_refuses_them(admin: Visitor) -> None:
    """Primero, 2025-11: users changed their own groups."""
    page = admin.get(f"/people/{admin.user.id}/")
    assert "This is your own account" in page
    assert "Change roles" not in page
    for name in ("close", "sign-out", "revoke-tokens", "reset-factor"):
        admin.post(f"/people/{admin.user.id}/{name}/", status=403)
    admin.post(f"/people/{admin.user.id}/roles/", {"roles": ["AGENCY_ADMIN", "LIAISON"]}, 403)
    admin.post("/account/preferences/", {"language": "en", "time_zone": "UTC", "roles": "LIAISON", "is_staff": "on"})
    stored = User.objects.get(id=admin.user.id)
    assert (stored.roles, stored.is_staff, stored.is_active) == (["AGENCY_ADMIN"], False, True)


def test_a_list_of_more_people_takes_no_more_statements(admin: Visitor, cast: Cast) -> None:
    admin.get("/people/")
    counts = []
    for size in (0, 30):
        agency = cast.agency("SG-CUSTOMS")
        User.objects.bulk_create(
            User(email=f"p{size}-{number}@sg-customs.example", name="P", agency=agency, roles=["OFFICER"])
            for number in range(size)
        )
        with counted() as count:
            admin.get("/people/")
        counts.append(int(count))
    assert counts[0] == counts[1]


def test_a_role_that_is_gained_is_told_and_only_who_manages_accounts_is_led_to_the_account(
    admin: Visitor, cast: Cast
) -> None:
    officer, sentence = cast.user("officer", "SG-CUSTOMS"), "An account was opened again, given a role"
    boss = User.objects.create(
        email="boss@sg-customs.example", name="Boss", agency=officer.agency, roles=["AGENCY_ADMIN"]
    )
    admin.post(f"/people/{officer.id}/roles/", {"roles": ["OFFICER", "LIAISON"]})
    relay()
    assert sentence not in admin.get("/notifications/"), "whoever did it knows"
    hearing = {boss.email: True, "liaison@sg-customs.example": False, officer.email: False}
    for email, led in hearing.items():
        reader = Visitor(cast, "officer", "SG-CUSTOMS")
        reader.user = User.objects.get(email=email)
        reader.client.force_login(reader.user)
        page = reader.get("/notifications/")
        assert (sentence in page, f"/people/{officer.id}/" in page.html) == (True, led), email
        notice = Notification.objects.get(user=reader.user, kind="ACCOUNT_CHANGED")
        opened = reader.post(f"/notifications/{notice.id}/read/")
        assert opened.path == (f"/people/{officer.id}/" if led else "/notifications/")
