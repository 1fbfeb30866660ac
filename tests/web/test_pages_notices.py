"""The page of notices: what one was told, and of what is closed by now no more than that."""

import pytest

from apps.agencies.models import User
from apps.notifications.models import Notification
from apps.outbox.actions import relay
from tests.callers import ETIS, Caller
from tests.cast import Cast
from tests.web.visiting import Visitor

pytestmark = pytest.mark.django_db
SENTENCE = "What it was about is no longer open to you."


def test_what_is_closed_by_now_is_listed_without_reference_or_link_and_its_door_leads_nowhere(cast: Cast) -> None:
    Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS, tlp="RED", named=["KE-CUSTOMS"])
    relay()
    kenya, notice = Visitor(cast, "liaison", "KE-CUSTOMS"), Notification.objects.get(user__agency__code="KE-CUSTOMS")
    before = kenya.client.get("/notifications/").content.decode()
    assert (notice.reference in before, f"/referrals/{notice.object_id}/" in before, SENTENCE in before) == (
        True,
        True,
        False,
    )
    User.objects.filter(id=kenya.user.id).update(roles=["OFFICER"])
    after = kenya.client.get("/notifications/").content.decode()
    assert SENTENCE in after
    assert "A report asks something of your agency" in after
    assert (notice.reference in after, str(notice.object_id) in after) == (False, False)
    answer = kenya.client.post(f"/notifications/{notice.id}/read/")
    assert (answer.status_code, answer["Location"]) == (302, "/notifications/")


def test_what_is_open_is_opened_by_its_door(cast: Cast) -> None:
    Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS)
    relay()
    kenya, notice = Visitor(cast, "liaison", "KE-CUSTOMS"), Notification.objects.get(user__agency__code="KE-CUSTOMS")
    answer = kenya.client.post(f"/notifications/{notice.id}/read/")
    assert (answer.status_code, answer["Location"]) == (302, f"/referrals/{notice.object_id}/")


def test_the_originator_is_led_to_the_ask_for_which_nobody_is_there(cast: Cast) -> None:
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS)
    relay()
    singapore, administrator = Visitor(cast, "liaison", "SG-CUSTOMS"), Visitor(cast, "admin", "KE-CUSTOMS")
    own = Notification.objects.get(user=singapore.user)
    page = singapore.client.get("/notifications/").content.decode()
    assert f'href="/referrals/{own.object_id}/"' in page
    asked = singapore.client.get(f"/referrals/{own.object_id}/").content.decode()
    assert f"Asked of {cast.agency('KE-CUSTOMS').name}" in asked
    other = administrator.client.get("/notifications/").content.decode()
    assert own.reference in other, "its own administrators still know which"
    assert "/referrals/" not in other
