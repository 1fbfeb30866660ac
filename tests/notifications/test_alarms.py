"""Alarms: one open of a code, told to platform administrators and to nobody else, never with content, never in a loop."""

import uuid
from datetime import timedelta

import pytest
from django.core import management
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from apps.agencies.acting import acting, anonymous
from apps.agencies.models import User
from apps.audit.actions import MACHINE, record
from apps.audit.models import Entry
from apps.core.errors import Conflict, NotAllowed
from apps.notifications import actions
from apps.notifications.actions import alarms
from apps.notifications.models import Alarm, Dispatch, Notification, Pulse
from apps.notifications.policy import SENTENCES, AlarmCode, Beat, Facts, Figures, Limits, judged
from apps.outbox.models import Delivery, Event
from seeds.cast import PLATFORM_ADMINISTRATOR
from tests.audit.conftest import behind_the_guards
from tests.cast import NOW, Cast
from tests.notifications.conftest import send, working
from tests.notifications.sink import Sink

DAY = timedelta(days=1)


def raise_(code: str = "grants", facts: Facts | None = None, minutes: int = 0) -> None:
    with working():
        actions.alarm(code=code, facts=facts or {"differences": 3}, now=NOW + timedelta(minutes=minutes))


def tell(after: timedelta = timedelta(0)) -> int:
    with working():
        return actions.tell_alarms(now=NOW + after)


def watch(after: timedelta = timedelta(0)) -> list[AlarmCode]:
    with working():
        return actions.watch(now=NOW + after)


def bury() -> Delivery:
    """A delivery that was given up."""
    event = Event.objects.create(name="reports.submitted", payload={"report_id": str(uuid.uuid4())}, at=NOW)
    return Delivery.objects.create(event=event, handler="room.handler", state="DEAD", attempts=20, next_at=NOW)


def test_one_alarm_of_a_code_is_open_and_holds_the_newest_facts(cast: Cast) -> None:
    raise_(facts={"differences": 3})
    raise_(facts={"differences": 5}, minutes=4)
    raise_("ledger", minutes=5)
    rows = list(Alarm.objects.order_by("since").values_list("code", "facts", "times", "since", "last_at"))
    assert rows == [
        ("grants", {"differences": 5}, 2, NOW, NOW + timedelta(minutes=4)),
        ("ledger", {"differences": 3}, 1, NOW + timedelta(minutes=5), NOW + timedelta(minutes=5)),
    ]


def test_every_active_platform_administrator_is_told_once_a_day_while_it_lasts(cast: Cast, post: Sink) -> None:
    User.objects.create(email="second@counterpart.example", name="Second", is_staff=True)
    User.objects.create(email="gone@counterpart.example", name="Gone", is_staff=True, is_active=False)
    raise_()
    told = [tell(), tell(DAY - timedelta(seconds=1)), tell(DAY), tell(DAY)]
    assert told == [1, 0, 1, 0]
    assert send() == 4
    assert {taken.recipient for taken in post.taken} == {PLATFORM_ADMINISTRATOR, "second@counterpart.example"}
    assert post.repeats == 0
    with working():
        assert actions.all_clear(code="grants", now=NOW + DAY)
    assert tell(3 * DAY) == 0


def test_each_breaking_of_glass_is_told_although_the_alarm_of_another_is_open(cast: Cast, post: Sink) -> None:
    raise_("break_glass", {"asked": 1})
    assert [tell(), tell()] == [1, 0]
    raise_("break_glass", {"asked": 1}, minutes=1)
    assert [tell(timedelta(minutes=1)), tell(timedelta(minutes=2))] == [1, 0]
    assert send() == 2
    assert [taken.recipient for taken in post.taken] == [PLATFORM_ADMINISTRATOR] * 2
    assert Alarm.objects.get().times == 2


def test_another_account_that_probes_is_told_and_the_same_one_once_a_day(cast: Cast) -> None:
    first, second = (str(uuid.uuid4()) for _ in range(2))
    told = []
    for minute, account in enumerate([first, first, second, second]):
        raise_("probing", {"account": account, "asked": 900 + minute}, minutes=minute)
        told.append(tell(timedelta(minutes=minute)))
    assert told == [1, 0, 1, 0]


def test_what_is_raised_again_while_it_is_told_is_told_once_more(cast: Cast) -> None:
    raise_("break_glass", {"asked": 1})
    found = Alarm.objects.get()
    raise_("break_glass", {"asked": 1})
    with working():
        assert not alarms._tell(found, NOW)
    assert Alarm.objects.get().told_at is None
    assert tell() == 1


def test_the_mail_says_what_is_wrong_how_many_and_where_and_no_more(cast: Cast, post: Sink) -> None:
    raise_(facts={"differences": 3, "agency": "KE-CUSTOMS"})
    tell()
    send()
    (taken,) = post.taken
    assert taken.message["Subject"] == "Counterpart: a notice for you"
    assert "Grants and policy disagree about who may read.\n" in taken.text
    assert "Differences found: 3\n" in taken.text
    assert "/admin/operations/" in taken.text
    assert "KE-CUSTOMS" not in taken.text


def test_a_mail_that_leaves_late_says_that_it_has_ended_meanwhile(cast: Cast, post: Sink) -> None:
    raise_()
    tell()
    with working():
        actions.all_clear(code="grants", now=NOW + timedelta(hours=2))
    send()
    (taken,) = post.taken
    assert "It has ended meanwhile: " in taken.text


@pytest.mark.parametrize("code", AlarmCode)
def test_every_code_has_a_sentence_and_can_be_raised_and_ended(cast: Cast, code: AlarmCode) -> None:
    assert SENTENCES[code]
    raise_(code)
    with working():
        assert actions.all_clear(code=code, now=NOW)
        assert not actions.all_clear(code=code, now=NOW)
    raise_(code, minutes=1)
    assert Alarm.objects.filter(code=code).count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "8.3 t pangolin scales"},
        {"where": "Kwai Chung Customhouse"},
        {"Name": 1},
        {"words": "x" * 65},
        {f"fact_{number}": 1 for number in range(13)},
        {"mail": "someone@ke-customs.example"},
    ],
)
def test_a_fact_that_could_be_content_is_refused_and_nothing_is_opened(cast: Cast, facts: Facts) -> None:
    with pytest.raises(ValueError, match="alarm"):
        actions.alarm(code="probing", facts=facts, now=NOW)
    with pytest.raises(ValueError, match="sighting"):
        actions.alarm(code="sighting", facts={}, now=NOW)
    assert Alarm.objects.count() == 0


def test_anybodys_request_may_open_one_and_sees_none(cast: Cast) -> None:
    for scope in (acting(cast.officer("KE-CUSTOMS")), anonymous()):
        with scope:
            actions.alarm(code="probing", facts={"asked": 900}, now=NOW)
            assert Alarm.objects.count() == 0
            assert Alarm.objects.update(ended_at=NOW) == 0
            with pytest.raises(DatabaseError), transaction.atomic():
                Alarm.objects.create(code="grants", since=NOW, last_at=NOW)
    with acting(cast.platform):
        assert Alarm.objects.get().times == 2


def test_who_is_no_administrator_is_told_nothing_and_ends_nothing(cast: Cast) -> None:
    raise_("probing", {"asked": 900})
    tell()
    assert list(Notification.objects.values_list("user__email", "label_id", "reference")) == [
        (PLATFORM_ADMINISTRATOR, None, "")
    ]
    found = Alarm.objects.get()
    with acting(cast.liaison("WCO")), pytest.raises(NotAllowed):
        actions.see_to(actor=cast.liaison("WCO"), alarm_id=found.id, now=NOW)
    assert Alarm.objects.get().ended_at is None


def test_an_administrator_ends_what_no_figure_can_end_and_it_is_in_the_trail(cast: Cast) -> None:
    raise_("break_glass", {"asked": 1})
    tell()
    found, before = Alarm.objects.get(), Entry.objects.count()
    with acting(cast.platform):
        actions.see_to(actor=cast.platform, alarm_id=found.id, now=NOW + DAY)
    ended = Alarm.objects.get()
    assert (ended.ended_at, ended.ended_by_id) == (NOW + DAY, cast.platform.user_id)
    assert [entry.verb for entry in Entry.objects.order_by("seq")[before:]] == ["see_to_alarm"]
    with acting(cast.platform), pytest.raises(Conflict):
        actions.see_to(actor=cast.platform, alarm_id=found.id, now=NOW + DAY)


def test_an_administrator_cannot_end_what_is_still_wrong(cast: Cast) -> None:
    raise_("dead_letters", {"deliveries": 1})
    before = Entry.objects.count()
    with acting(cast.platform), pytest.raises(Conflict):
        actions.see_to(actor=cast.platform, alarm_id=Alarm.objects.get().id, now=NOW)
    assert Alarm.objects.get().ended_at is None
    assert Entry.objects.count() == before


def test_opening_and_ending_stand_in_the_trail_once(cast: Cast) -> None:
    before = Entry.objects.count()
    raise_()
    tell()
    tell(DAY)
    with working():
        actions.all_clear(code="grants", now=NOW + DAY)
    entries = list(Entry.objects.order_by("seq")[before:])
    assert [(entry.verb, entry.object_id) for entry in entries] == [
        ("open_alarm", Alarm.objects.get().id),
        ("end_alarm", Alarm.objects.get().id),
    ]


def test_the_watch_opens_what_the_figures_say_and_ends_it_when_they_are_well_again(cast: Cast) -> None:
    assert watch() == []
    dead = bury()
    assert watch() == [AlarmCode.DEAD_LETTERS]
    assert Alarm.objects.get().facts == {"deliveries": 1, "messages": 0}
    Delivery.objects.filter(id=dead.id).delete()
    assert watch(timedelta(minutes=1)) == []
    assert Alarm.objects.get().ended_at == NOW + timedelta(minutes=1)


def test_what_waits_for_more_than_five_minutes_is_an_alarm(cast: Cast) -> None:
    event = Event.objects.create(name="reports.submitted", payload={}, at=NOW)
    Delivery.objects.create(event=event, handler="room.handler", attempts=3, next_at=NOW)
    assert watch(timedelta(minutes=5)) == []
    assert watch(timedelta(minutes=5, seconds=1)) == [AlarmCode.RELAY_LAG]
    assert Alarm.objects.get().facts == {"waiting": 1, "oldest_seconds": 301}


def test_mail_that_is_broken_alarms_once_and_its_own_mails_raise_nothing(cast: Cast, post: Sink) -> None:
    """A letter waits; its alarm's letters fail too, for good; nothing more than one telling a day comes of it."""
    post.recipients[PLATFORM_ADMINISTRATOR] = "550 no such mailbox"
    raise_()
    for day in range(4):
        tell(day * DAY)
        send()
        assert watch(day * DAY + timedelta(hours=1)) == []
    states = list(Dispatch.objects.values_list("state", flat=True))
    assert states == ["DEAD"] * 4  # each telling is tried anew: an alarm gives no address up
    assert Notification.objects.count() == 4
    assert set(Alarm.objects.values_list("code", flat=True)) == {"grants"}


def test_a_worker_that_hears_no_beat_says_so_and_the_next_watch_ends_it(cast: Cast) -> None:
    start = NOW - timedelta(hours=1)
    watch()
    with working():
        assert actions.listen_for_beat(since=start, now=NOW + timedelta(minutes=5))
        assert not actions.listen_for_beat(since=start, now=NOW + timedelta(minutes=6))
    assert [(found.code, found.facts) for found in Alarm.objects.all()] == [("no_beat", {"age_seconds": 360})]
    watch(timedelta(minutes=7))
    assert Alarm.objects.get().ended_at == NOW + timedelta(minutes=7)


def test_a_worker_that_has_just_started_gives_beat_its_time(cast: Cast) -> None:
    with working():
        assert actions.listen_for_beat(since=NOW, now=NOW + timedelta(minutes=5))
        assert not actions.listen_for_beat(since=NOW, now=NOW + timedelta(minutes=5, seconds=1))


def test_a_backup_that_is_promised_and_does_not_come_is_an_alarm(cast: Cast, settings: object) -> None:
    assert watch() == []
    settings.BACKUP_EVERY = timedelta(hours=26)  # type: ignore[attr-defined]  # pytest-django's settings
    assert watch() == [AlarmCode.BACKUP]
    management.call_command("note_backup", verbosity=0)
    noted = Pulse.objects.get(name="backup").at
    with working():
        assert actions.watch(now=noted + timedelta(hours=26)) == []
        assert actions.watch(now=noted + timedelta(hours=26, seconds=1)) == [AlarmCode.BACKUP]


def test_a_trail_that_does_not_hold_is_an_alarm_until_it_holds_again(cast: Cast) -> None:
    for _ in range(3):
        record(actor=MACHINE, verb="try", kind="thing", object_id=None, now=NOW)
    with working():
        assert actions.verify_trail(now=NOW)
    assert Pulse.objects.get(name="trail").at == NOW
    broken = Entry.objects.order_by("-seq")[1].seq
    behind_the_guards("UPDATE audit_entry SET verb = 'other' WHERE seq = %s", broken)
    with working():
        assert not actions.verify_trail(now=NOW + DAY)
    found = Alarm.objects.get()
    assert (found.code, found.facts["broken"], found.ended_at) == ("audit_chain", broken, None)
    assert Pulse.objects.get(name="trail").at == NOW


def test_a_trail_that_was_not_sealed_for_hours_is_an_alarm() -> None:
    assert judged(Figures(at=NOW, sealed_at=NOW - timedelta(hours=3)), Limits())[AlarmCode.AUDIT_SEAL] is None
    late = judged(Figures(at=NOW, sealed_at=NOW - timedelta(hours=3, seconds=1)), Limits())
    assert late[AlarmCode.AUDIT_SEAL] == {"age_seconds": 10801}


HOURS = timedelta(hours=30)


@pytest.mark.parametrize("beat", [Beat.TRAIL, Beat.LEDGER, Beat.GRANTS])
def test_a_nightly_check_that_has_not_come_out_well_for_too_long_is_an_alarm(cast: Cast, beat: Beat) -> None:
    actions.note(beat=beat, now=NOW)
    actions.note(beat=Beat.WATCH, now=NOW + HOURS)
    assert watch(HOURS) == []
    assert watch(HOURS + timedelta(seconds=1)) == [AlarmCode.NIGHTLY]
    assert Alarm.objects.get().facts == {"late": 1, "age_seconds": 108_001}
    actions.note(beat=beat, now=NOW + HOURS)
    assert watch(HOURS + timedelta(seconds=2)) == []
    assert Alarm.objects.get().ended_at is not None


def test_a_service_that_was_away_makes_up_for_its_nights_before_it_is_alarmed_about_them(cast: Cast) -> None:
    for beat in (Beat.WATCH, Beat.LEDGER):
        actions.note(beat=beat, now=NOW)
    assert watch(3 * DAY) == []
    actions.note(beat=Beat.LEDGER, now=NOW + 3 * DAY)
    assert watch(3 * DAY + timedelta(minutes=1)) == []
    assert watch(5 * DAY) == []
    assert watch(5 * DAY + timedelta(minutes=1)) == [AlarmCode.NIGHTLY]


def test_a_watch_costs_the_same_whatever_waits(cast: Cast) -> None:
    bury()
    watch()
    counts = []
    for size in (1, 60):
        for _ in range(size):
            bury()
        with CaptureQueriesContext(connection) as statements:
            watch()
        counts.append(len(statements))
    assert counts[0] == counts[1]
