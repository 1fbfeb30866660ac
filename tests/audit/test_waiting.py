import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from apps.agencies.acting import acting, anonymous
from apps.audit import queries
from apps.audit.actions import MACHINE, gather, note, record
from apps.audit.models import Entry, Waiting
from tests.audit.conftest import type_write
from tests.cast import NOW, Cast
from tests.web_login import as_web

COLUMNS = ("at", "verb", "agency_id", "user_id", "object_kind", "object_id", "owner_id", "payload")


def refused(statement: str) -> str:
    """Run it in a savepoint; it must be refused, and the reason is returned."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value)


def test_what_was_noted_is_chained_in_its_order_as_it_is(written: type_write, noted: type_write) -> None:
    (last,) = written(1)
    noted(3)
    before = list(Waiting.objects.order_by("id").values_list(*COLUMNS))

    assert gather() == 3

    assert list(Entry.objects.filter(seq__gt=last).order_by("seq").values_list(*COLUMNS)) == before
    assert (Waiting.objects.count(), queries.verify().broken) == (0, None)


def test_gathering_twice_chains_once(noted: type_write) -> None:
    noted(2)
    assert (gather(), gather()) == (2, 0)


def test_more_than_a_batch_is_gathered(noted: type_write) -> None:
    noted(1001)
    assert gather() == 1001
    assert queries.verify().broken is None


def test_the_worker_says_how_many_wait_and_since_when(noted: type_write) -> None:
    assert queries.waiting() == (0, None)
    noted(2)
    assert queries.waiting() == (2, NOW)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_waiting SET verb = 'x'", "DELETE FROM audit_waiting", "TRUNCATE audit_waiting"],
)
def test_even_the_owner_of_the_tables_loses_nothing_that_waits(noted: type_write, statement: str) -> None:
    noted(2)
    assert "append-only" in refused(statement)
    assert Waiting.objects.count() == 2


def test_a_row_does_not_leave_for_an_entry_that_says_something_else(noted: type_write) -> None:
    noted(1)
    record(actor=MACHINE, verb="try", kind="thing", object_id=uuid.uuid4(), facts={"step": 0}, now=NOW)
    assert "append-only" in refused("DELETE FROM audit_waiting")
    assert Waiting.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT verb FROM audit_waiting",
        "INSERT INTO audit_waiting SELECT * FROM audit_waiting",
        "DELETE FROM audit_waiting",
        "SELECT audit_erase('{1}', 'why', now())",
        "SELECT audit_digest('{}', NULL)",
    ],
)
def test_the_web_role_may_do_nothing_but_note(noted: type_write, statement: str) -> None:
    noted(1)
    with anonymous():
        assert "permission denied" in refused(statement)
    assert Waiting.objects.count() == 1


def _waits_for_the_disk() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit')")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize(("writes", "expected"), [(False, "off"), (True, "on")])
def test_a_transaction_that_only_reads_does_not_wait_for_the_disk_and_one_that_writes_does(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, writes: bool, expected: str
) -> None:
    with django_db_blocker.unblock(), as_web():  # type: ignore[attr-defined]  # pytest-django's blocker
        if writes:
            record(actor=MACHINE, verb="try", kind="thing", object_id=None, now=NOW)
        note(actor=MACHINE, verb="try", kind="thing", object_id=None, now=NOW)
        assert _waits_for_the_disk() == expected


def test_an_agency_reads_the_trail_of_what_it_owns_and_nobody_else_does(cast: Cast) -> None:
    singapore, kenya = cast.officer("SG-CUSTOMS"), cast.officer("KE-CUSTOMS")
    thing = uuid.uuid4()
    note(actor=kenya, verb="read", kind="report", object_id=thing, owner_id=singapore.agency_id, now=NOW)
    gather()
    for actor, seen in ((singapore, 1), (kenya, 0), (cast.officer("STRANGER"), 0), (cast.platform, 1)):
        with acting(actor):
            assert Entry.objects.filter(object_id=thing).count() == seen
