"""The operations page: what is wrong and the figures, to platform administrators; a person ends what no figure can."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.agencies.models import User
from apps.audit.models import Entry
from apps.core.clock import now
from apps.notifications import actions
from apps.notifications.models import Alarm, Attempt, Channel, Dispatch, Notification
from apps.notifications.policy import Beat
from apps.outbox.models import Delivery, Event
from seeds.cast import PLATFORM_ADMINISTRATOR
from tests.cast import Cast
from tests.doors import come_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/operations/"


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    come_in(client, User.objects.get(email=PLATFORM_ADMINISTRATOR))
    return client


def text_of(desk: Client) -> str:
    response = desk.get(PAGE)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def bury(count: int) -> None:
    event = Event.objects.create(name="reports.submitted", payload={"report_id": str(uuid.uuid4())}, at=now())
    for number in range(count):
        Delivery.objects.create(event=event, handler=f"room.h{number}", state="DEAD", attempts=20, next_at=now())


def test_where_all_is_well_it_says_so(desk: Client) -> None:
    text = text_of(desk)
    assert "No alarm is open." in text
    assert "There is none." in text
    assert 'class="wrong"' not in text
    assert (text.count("<td>Well</td>"), text.count("<td>Nothing known</td>")) == (6, 6)
    assert "Operations" in desk.get("/admin/").content.decode()


def test_what_was_given_up_is_an_alarm_and_a_link_to_try_it_again(desk: Client) -> None:
    bury(3)
    actions.watch(now=now())
    text = text_of(desk)
    assert "Something could not be delivered and was given up" in text
    assert "<dt>Deliveries given up</dt><dd>3</dd>" in text
    assert "It ends by itself" in text
    assert "I have seen to it" not in text
    link = re.search(r'<td>3</td><td><strong class="wrong">Alarm</strong></td><td><a href="([^"]+)">', text)
    assert link
    assert "Try the dead ones again" in desk.get(link[1]).content.decode()


def test_a_person_ends_what_no_figure_can_end_and_it_stays_on_the_page(desk: Client) -> None:
    actions.alarm(code="break_glass", facts={"asked": 1}, now=now())
    assert "I have seen to it" in text_of(desk)
    before, found = Entry.objects.count(), Alarm.objects.get()
    response = desk.post(PAGE, {"alarm": str(found.id)}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    text = re.sub(r"\s+", " ", response.content.decode())
    assert "No alarm is open." in text
    assert "Ended: Break-glass was asked for, or opened." in text
    assert "an administrator has seen to it" in text
    assert [entry.verb for entry in Entry.objects.order_by("seq")[before:]] == ["see_to_alarm"]
    again = desk.post(PAGE, {"alarm": str(found.id)}, follow=True)
    assert "That alarm has ended already" in again.content.decode()


@pytest.mark.parametrize("sent", ["", "x", "7c6f1f6e-0d0a-4d6e-9a55-1f2d3c4b5a69"])
def test_nothing_is_ended_by_an_id_that_is_none(desk: Client, sent: str) -> None:
    actions.alarm(code="probing", facts={"asked": 1}, now=now())
    assert desk.post(PAGE, {"alarm": sent}).status_code in {302, 404}
    assert Alarm.objects.get().ended_at is None


def test_who_runs_no_platform_sees_nothing_and_ends_nothing(cast: Cast) -> None:
    actions.alarm(code="probing", facts={"asked": 1}, now=now())
    for person in (cast.user("liaison", "WCO"), cast.user("admin", "KE-CUSTOMS")):
        client = Client()
        client.force_login(person)
        assert client.get(PAGE, follow=True).status_code == 404
        assert client.post(PAGE, {"alarm": str(Alarm.objects.get().id)}, follow=True).status_code == 404
    assert Alarm.objects.get().ended_at is None


def test_it_is_as_strict_as_every_page_of_the_administration(desk: Client) -> None:
    bury(1)
    actions.watch(now=now())
    response = desk.get(PAGE)
    text = response.content.decode()
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*src=)", text) == []
    assert response["Cache-Control"] == "private, no-store"


def test_times_are_told_with_their_age(desk: Client) -> None:
    actions.note(beat=Beat.BACKUP, now=now() - timedelta(hours=3))
    actions.note(beat=Beat.WATCH, now=now() - timedelta(hours=2))
    text = text_of(desk)
    assert re.search(r"Backup last noted</th><td>[^<]+ \(3 hours ago\)</td><td>Well", text)
    assert re.search(r"Figures last watched</th><td>[^<]+ \(2 hours ago\)</td><td><strong", text)


def test_a_trail_that_does_not_hold_stands_beside_its_figure(desk: Client) -> None:
    actions.note(beat=Beat.TRAIL, now=now())
    actions.alarm(code="audit_chain", facts={"entries": 4, "broken": 5}, now=now())
    assert re.search(r"Audit trail last verified</th><td>[^<]+</td><td><strong", text_of(desk))


def test_a_notice_of_an_alarm_opens_it(desk: Client) -> None:
    actions.alarm(code="grants", facts={"differences": 1}, now=now())
    actions.tell_alarms(now=now())
    found = Notification.objects.get(user__email=PLATFORM_ADMINISTRATOR)
    assert "The service needs an administrator" in desk.get(reverse("web:notices")).content.decode()
    response = desk.post(reverse("web:notice-read", args=[found.id]))
    assert (response.status_code, response["Location"]) == (302, PAGE)


def test_books_that_do_not_agree_stand_beside_the_last_proof(desk: Client) -> None:
    actions.note(beat=Beat.LEDGER, now=now() - timedelta(hours=3))
    actions.alarm(code="ledger", facts={"differences": 4, "checks": 1, "first": "referral-differs"}, now=now())
    text = text_of(desk)
    assert re.search(r"Ledger last proved</th><td>[^<]+ \(3 hours ago\)</td><td><strong", text)
    assert "What was accepted and what was delivered do not add up" in text
    assert "<dt>Differences found</dt><dd>4</dd>" in text


def test_an_alarm_of_break_glass_leads_to_its_page_and_shows_no_id(desk: Client) -> None:
    opening = str(uuid.uuid4())
    actions.alarm(code="break_glass", facts={"opening": opening, "state": "open"}, now=now())
    text = text_of(desk)
    assert opening not in text
    link = re.search(r'<a href="([^"]+)">Look at it</a>', text)
    assert link
    assert desk.get(link[1]).status_code == 200


@pytest.mark.parametrize(
    ("beat", "name"),
    [
        (Beat.TRAIL, "Audit trail last verified"),
        (Beat.LEDGER, "Ledger last proved"),
        (Beat.GRANTS, "Grants last compared"),
    ],
)
def test_a_nightly_check_that_is_late_says_so_beside_its_own_time_and_the_others_are_well(
    desk: Client, beat: Beat, name: str
) -> None:
    at = now()
    for each in (Beat.TRAIL, Beat.LEDGER, Beat.GRANTS, Beat.WATCH):
        actions.note(beat=each, now=at - timedelta(hours=31 if each == beat else 29 if each != Beat.WATCH else 0))
    actions.watch(now=at)
    text = text_of(desk)
    assert "A nightly check has not come out well for too long" in text
    assert re.search(rf"{name}</th><td>[^<]+</td><td><strong", text)
    assert text.count("<td><strong") == 1


def test_an_address_that_was_refused_and_messages_that_wait_for_the_server_are_not_well(
    cast: Cast, desk: Client
) -> None:
    person = cast.user("liaison", "KE-CUSTOMS")
    Channel.objects.create(user=person, kind="EMAIL", closed_at=now(), code="550")
    notice = Notification.objects.create(
        user=person, kind="REFERRAL_OPENED", cause=uuid.uuid4(), object_id=uuid.uuid4(), created_at=now()
    )
    waiting = Dispatch.objects.create(
        notification=notice, user=person, attempts=1, created_at=now(), next_at=now() + timedelta(minutes=1)
    )
    Attempt.objects.create(dispatch=waiting, at=now(), outcome="TEMPORARY", code="554")
    text = text_of(desk)
    assert "; 1 refused by the mail server and tried again" in text
    assert text.count('<strong class="wrong">Alarm</strong>') == 2
    actions.watch(now=now())
    assert "The mail server refuses messages for what is not their recipients' fault" in html.unescape(text_of(desk))


def test_told_by_mail_is_what_the_mail_server_has_taken(cast: Cast, desk: Client) -> None:
    actions.alarm(code="break_glass", facts={"asked": 1}, now=now())
    assert "<dt>Told by mail</dt><dd>not yet</dd>" in text_of(desk)
    actions.tell_alarms(now=now())
    assert "and the mail server has taken none of it</dd>" in text_of(desk)
    Dispatch.objects.update(state="SENT", sent_at=now())
    text = text_of(desk)
    assert "has taken none of it" not in text
    assert "<dt>Told by mail</dt><dd>not yet</dd>" not in text
