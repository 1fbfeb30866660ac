"""The end of a sealed text: when its class is over nobody reads it any more, and nothing else breaks."""

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db.models import F
from pytest_django import Settings

from apps.audit.models import Entry
from apps.core.clock import now
from apps.outbox.actions import relay
from apps.reports.actions import shredding
from apps.reports.models import Report
from apps.reports.queries.retention import due_for_shredding
from apps.reports.tasks import shred
from apps.vault import keys, masters, sealing
from apps.vault.models import DataKey, ObjectKey
from apps.vault.policy import DAYS, Retention, over
from config.env import MasterKeys, Misconfigured, numbers
from tests.callers import PANGOLINS, Caller, read, refused
from tests.cast import Cast
from tests.ledger.conftest import working
from tests.web.visiting import Visitor

TEXT = "Who told us is in danger."
RED: dict[str, Any] = {**PANGOLINS, "tlp": "RED", "named": ["KE-CUSTOMS"], "narrative": TEXT}
SENTENCE = "This text was destroyed at the end of its retention."


@pytest.fixture
def author(cast: Cast) -> Caller:
    return Caller(cast.liaison("HK-CUSTOMS"))


def aged(report: UUID, field: str, days: int) -> UUID:
    """The report, had that happened so many days ago."""
    Report.objects.filter(id=report).update(**{field: F(field) - timedelta(days=days)})
    return report


def destroyed() -> set[UUID]:
    return set(Report.objects.filter(narrative_destroyed_at__isnull=False).values_list("id", flat=True))


def command(**words: bool) -> str:
    told = StringIO()
    call_command("shred", stdout=told, stderr=StringIO(), **words)
    return told.getvalue()


@pytest.mark.parametrize("retention", list(Retention))
def test_a_class_is_over_after_its_days_and_not_before(retention: Retention) -> None:
    at = now()
    days = timedelta(days=DAYS[retention])
    assert not over(retention=retention, since=at - days, days={}, now=at)
    assert over(retention=retention, since=at - days - timedelta(seconds=1), days={}, now=at)
    assert over(retention=retention, since=at - timedelta(days=2), days={retention: 1}, now=at)


def test_an_installation_says_its_own_days_or_is_told_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    known = tuple(Retention)
    monkeypatch.setenv("COUNTERPART_RETENTION", "SHARED=3650, DRAFT=30")
    assert numbers("COUNTERPART_RETENTION", known) == {"SHARED": 3650, "DRAFT": 30}
    for words in ("SHARED", "SHARED=soon", "SENT=10", "SHARED=-1"):
        monkeypatch.setenv("COUNTERPART_RETENTION", words)
        with pytest.raises(Misconfigured, match="COUNTERPART_RETENTION: "):
            numbers("COUNTERPART_RETENTION", known)


@pytest.mark.django_db
def test_what_is_over_is_told_first_and_destroyed_when_that_is_asked(author: Caller) -> None:
    fresh = [author.draft(RED), author.submitted(RED), author.submitted(RED), author.submitted(PANGOLINS)]
    author.post(f"reports/{fresh[2]}/withdraw/")
    old = {
        "DRAFT": aged(author.draft(RED), "updated_at", 366),
        "SHARED": aged(author.submitted(RED), "submitted_at", 1826),
        "WITHDRAWN": author.submitted(RED),
    }
    author.post(f"reports/{old['WITHDRAWN']}/withdraw/")
    aged(old["WITHDRAWN"], "withdrawn_at", 91)
    aged(author.submitted(PANGOLINS), "submitted_at", 9999)  # in clear: no class of what is sealed
    said = "3 sealed texts (1 DRAFT, 1 SHARED, 1 WITHDRAWN)"
    entries = Entry.objects.count()
    assert command() == f"{said} would be destroyed. Nothing was changed: --destroy does it.\n"
    assert (destroyed(), Entry.objects.count()) == (set(), entries)
    assert command(destroy=True) == f"{said} destroyed.\n"
    assert destroyed() == set(old.values())
    assert ObjectKey.objects.filter(wrapped__isnull=False).count() == 3
    trail = Entry.objects.filter(verb="shred_narrative").values_list("object_id", "owner_id")
    assert set(trail) == {(report, author.actor.agency_id) for report in old.values()}
    assert command(destroy=True) == "0 sealed texts destroyed.\n"
    for report in fresh[:3]:
        assert read(author.get(f"reports/{report}/"))["narrative"] == TEXT


@pytest.mark.django_db
def test_its_readers_are_told_so_and_nothing_breaks(cast: Cast, author: Caller) -> None:
    report = aged(author.submitted(RED), "submitted_at", 1826)
    relay()
    with working():
        assert shred() == 1
    for caller in (author, Caller(cast.liaison("KE-CUSTOMS"))):
        told = read(caller.get(f"reports/{report}/"))
        assert (told["narrative"], told["title"]) == ("", PANGOLINS["title"])
        assert told["narrative_destroyed_at"] is not None
        assert caller.listed() == [str(report)]
        assert caller.get(f"reports/{report}/audience/").status_code == 200
    for code in ("HK-CUSTOMS", "KE-CUSTOMS"):
        page = Visitor(cast, "liaison", code).get(f"/reports/{report}/")
        assert SENTENCE in page
        assert TEXT not in page
    copy = read(author.post(f"reports/{report}/copy/"))
    assert (copy["narrative"], copy["narrative_destroyed_at"], copy["title"]) == ("", None, PANGOLINS["title"])
    assert author.post(f"reports/{report}/withdraw/").status_code == 200


@pytest.mark.django_db
def test_a_draft_whose_text_is_gone_is_written_anew_and_sealed_by_another_key(author: Caller) -> None:
    report = aged(author.draft(RED), "updated_at", 366)
    assert shred() == 1
    told = read(author.patch(f"reports/{report}/", {"title": "Still wanted"}))
    assert (told["narrative"], bool(told["narrative_destroyed_at"])) == ("", True)
    told = read(author.patch(f"reports/{report}/", {"narrative": "Written again."}))
    assert (told["narrative"], told["narrative_destroyed_at"]) == ("Written again.", None)
    assert ObjectKey.objects.get(id=report).version == 2
    assert author.post(f"reports/{report}/submit/").status_code == 200


@pytest.mark.django_db
def test_an_old_copy_of_the_row_opens_no_more_and_of_the_whole_database_as_long_as_its_master_is_kept(
    author: Caller, settings: Settings
) -> None:
    report = aged(author.submitted(RED), "submitted_at", 1826)
    old = Report.objects.filter(id=report).values("narrative_sealed").get()
    key = ObjectKey.objects.filter(id=report).values("wrapped", "data_key", "destroyed_at").get()
    backup = DataKey.objects.values("wrapped", "master").get()
    kept = settings.MASTER_KEYS.keys
    assert shred() == 1
    Report.objects.filter(id=report).update(**old, narrative_destroyed_at=None)
    answer = read(author.get(f"reports/{report}/"))
    assert (answer["narrative"], bool(answer["narrative_destroyed_at"])) == ("", True)

    give(settings, sealing.new_key(), *kept)  # a new master, and the old one to read with
    call_command("rotate_keys", master=True, stdout=StringIO())
    ObjectKey.objects.filter(id=report).update(**key)  # the backup's
    DataKey.objects.update(**backup)
    assert read(author.get(f"reports/{report}/"))["narrative"] == TEXT
    give(settings, settings.MASTER_KEYS.keys[0])  # the old one is destroyed
    refused(author.get(f"reports/{report}/"), 500, "unreadable")
    give(settings, *kept)


def give(settings: Settings, *found: bytes) -> None:
    """This process holds these masters, and has opened nothing yet."""
    settings.MASTER_KEYS = MasterKeys(found)
    masters.masters.cache_clear()
    keys.forget_unwrapped()


@pytest.mark.django_db
def test_what_has_been_changed_since_it_was_looked_for_is_left(author: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    report = aged(author.draft(RED), "updated_at", 366)
    found = list(due_for_shredding(now=now()))
    author.patch(f"reports/{report}/", {"title": "Still wanted"})
    monkeypatch.setattr("apps.reports.actions.shredding.due_for_shredding", lambda *, now: iter(found))
    assert [each.report_id for each in found] == [report]
    assert list(shredding.shred(now=now())) == [[]]
    assert read(author.get(f"reports/{report}/"))["narrative"] == TEXT
