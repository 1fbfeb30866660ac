"""What is sealed and does not open is an alarm, wherever it is met, and what met it is undone and refused as ever."""

import json
from typing import Any
from uuid import UUID

import pytest
from celery import Celery
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from apps.agencies.acting import acting
from apps.audit.models import Entry
from apps.core.clock import now
from apps.core.trace import Trace
from apps.notifications import actions
from apps.notifications.models import Alarm
from apps.reports.models import Report
from apps.reports.queries.narrative import narrative_of
from apps.vault.errors import Unreadable
from apps.vault.models import ObjectKey
from config import shut
from config.celery import app
from config.logs import JsonLine
from tests.callers import PANGOLINS, Caller, read, refused
from tests.cast import Cast
from tests.doors import come_in
from tests.web_login import logged_in

TEXT = "Kanarisecret told us."
RED: dict[str, Any] = {**PANGOLINS, "tlp": "RED", "named": ["KE-CUSTOMS"], "narrative": TEXT}
FACTS = {"values": 1, "field": "reports_report.narrative", "why": "DoesNotFit"}


@pytest.fixture
def author(cast: Cast) -> Caller:
    return Caller(cast.liaison("HK-CUSTOMS"))


@pytest.fixture
def broken(author: Caller) -> UUID:
    """A RED report whose sealed text is another's."""
    first, second = author.submitted(RED), author.submitted({**RED, "narrative": "Another."})
    Report.objects.filter(id=second).update(narrative_sealed=Report.objects.get(id=first).narrative_sealed)
    return second


def opened() -> list[tuple[str, Any, int]]:
    return list(Alarm.objects.values_list("code", "facts", "times"))


@pytest.mark.django_db
def test_the_api_refuses_as_ever_and_opens_one_alarm(author: Caller, broken: UUID) -> None:
    for _ in range(2):
        refused(author.get(f"reports/{broken}/"), 500, "unreadable")
    assert opened() == [("unreadable", FACTS, 2)]


@pytest.mark.django_db
def test_what_a_request_had_begun_is_undone_and_the_alarm_stays(author: Caller, broken: UUID) -> None:
    reports, entries = Report.objects.count(), Entry.objects.count()
    refused(author.post(f"reports/{broken}/copy/"), 500, "unreadable")
    assert (Report.objects.count(), Entry.objects.count()) == (reports, entries)
    assert opened() == [("unreadable", FACTS, 1)]


@pytest.mark.django_db
def test_a_page_does_the_same(cast: Cast, broken: UUID) -> None:
    client = Client()
    come_in(client, cast.user("liaison", "KE-CUSTOMS"))
    answer = client.get(reverse("web:report", args=[broken]))
    assert (answer.status_code, TEXT in answer.content.decode()) == (500, False)
    assert opened() == [("unreadable", FACTS, 1)]


other = Celery("a worker with a task that reads", task_cls="config.shut:Traced", set_as_current=False)


@other.task(name="tests.opens", shared=False)  # in no other application: the worker itself has no such task
def opens(report_id: UUID) -> str:
    """What a task would meet, in a transaction of its own that has written already."""
    with transaction.atomic():
        Report.objects.filter(id=report_id).update(title="written before it was met")
        return narrative_of(Report.objects.select_related("label").get(id=report_id)).text


@pytest.mark.django_db
def test_a_task_of_the_worker_does_the_same(broken: UUID) -> None:
    title = Report.objects.get(id=broken).title
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE counterpart_worker")
        with pytest.raises(Unreadable):
            opens(broken)
        cursor.execute("RESET ROLE")
    assert Report.objects.get(id=broken).title == title
    assert opened() == [("unreadable", FACTS, 1)]


@pytest.mark.django_db
def test_every_task_of_ours_is_one_that_tells() -> None:
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if name.startswith("apps.")}
    assert len(ours) > 10
    assert [name for name, task in ours.items() if not isinstance(task, shut.Traced)] == []


@pytest.mark.django_db
def test_the_log_says_which_and_the_alarm_does_not(
    author: Caller, broken: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    author.get(f"reports/{broken}/")
    assert str(broken) not in str(opened())
    [record] = [record for record in caplog.records if record.name == "apps.vault.errors"]
    line = json.loads(JsonLine().format(record))
    assert (line["field"], line["row"], line["why"]) == ("reports_report.narrative", str(broken), "DoesNotFit")
    assert "Kanarisecret" not in str(line)


@pytest.mark.django_db
def test_what_was_destroyed_on_purpose_is_no_alarm(author: Caller) -> None:
    report = author.submitted(RED)
    author.post(f"reports/{report}/withdraw/")
    ObjectKey.objects.filter(id=report).update(wrapped=None, data_key=None, destroyed_at=now())
    assert read(author.get(f"reports/{report}/"))["narrative"] == ""
    assert opened() == []


@pytest.mark.django_db
def test_it_is_open_until_a_person_has_seen_to_it(cast: Cast, author: Caller, broken: UUID) -> None:
    author.get(f"reports/{broken}/")
    assert actions.watch(now=now()) == []
    assert Alarm.objects.get().ended_at is None
    with acting(cast.platform):
        actions.see_to(actor=cast.platform, alarm_id=Alarm.objects.get().id, now=now())
    assert Alarm.objects.get().ended_at is not None


def test_where_nobody_can_be_told_the_request_goes_on(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = "host=/nonexistent port=1 user=counterpart_web"
    unblocked = django_db_blocker.unblock()  # type: ignore[attr-defined]  # pytest-django's blocker
    with unblocked, logged_in(nowhere) as line:
        line.settings_dict |= {"HOST": "/nonexistent", "PORT": "1"}
        shut.tell(Trace("a number", shut=[("reports_report.narrative", "NoMaster")]))
    assert [record.getMessage() for record in caplog.records] == [
        "a sealed value does not open, and nobody could be told"
    ]
