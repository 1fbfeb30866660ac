import pytest
from django.db import DatabaseError, connection, transaction

from apps.agencies.acting import acting, anonymous
from apps.audit.actions import MACHINE, record
from apps.audit.models import Entry, Head
from tests.audit.conftest import type_write
from tests.cast import NOW, Cast
from tests.web_login import as_web

INSERT = """INSERT INTO audit_entry (seq, at, verb, object_kind, payload, payload_hash, hash)
VALUES (1000000, now(), 'x', 'y', '{}', '', '')"""


def refused(statement: str) -> str:
    """Run it in a savepoint; it must be refused, and the reason is returned."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(refusal.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'other'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "TRUNCATE audit_entry CASCADE",
    ],
)
def test_even_the_owner_of_the_tables_changes_no_entry(written: type_write, statement: str) -> None:
    written(3)
    before = list(Entry.objects.order_by("seq").values_list("seq", "verb", "hash"))

    assert "append-only" in refused(statement)

    assert list(Entry.objects.order_by("seq").values_list("seq", "verb", "hash")) == before


def test_the_guards_cannot_be_slept_through_in_a_replica_session(written: type_write) -> None:
    written(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal"
        )
        found = dict(cursor.fetchall())
    assert found == {
        "audit_entry_append_only": "A",
        "audit_entry_no_truncate": "A",
        "audit_entry_announced": "A",
    }


@pytest.mark.parametrize(
    "statement",
    [
        INSERT,
        "UPDATE audit_entry SET verb = 'other'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_head SET seq = 0",
        "SELECT seq FROM audit_head",
        "DELETE FROM audit_head",
    ],
)
def test_the_web_role_may_do_nothing_but_append(written: type_write, statement: str) -> None:
    written(1)
    count, head = Entry.objects.count(), Head.objects.get().seq

    with anonymous():
        assert "permission denied" in refused(statement)

    assert (Entry.objects.count(), Head.objects.get().seq) == (count, head)


def test_the_web_roles_own_login_appends_and_sees_nothing(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> None:
    with django_db_blocker.unblock(), as_web() as line:  # type: ignore[attr-defined]  # pytest-django's blocker
        record(actor=MACHINE, verb="try", kind="thing", object_id=None, now=NOW)
        assert Entry.objects.count() == 0
        with line.cursor() as cursor:
            cursor.execute("SELECT session_user, has_table_privilege('audit_entry', 'INSERT')")
            assert cursor.fetchone() == ("counterpart_web", False)


def test_a_temporary_table_is_not_taken_for_the_head(written: type_write) -> None:
    numbers = written(1)
    with anonymous(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE audit_head (id int, seq bigint, hash bytea)")
        cursor.execute("INSERT INTO audit_head VALUES (1, 41, '')")
        cursor.execute("SELECT audit_append(now(), 'try', NULL, NULL, 'thing', NULL, NULL, '{}')")
        assert cursor.fetchone() == (numbers[-1] + 1,)


def test_nobody_but_a_platform_administrator_reads_the_trail(cast: Cast) -> None:
    everything = Entry.objects.count()
    assert everything > 0
    for actor in (cast.officer("SG-CUSTOMS"), cast.administrator("SG-CUSTOMS"), cast.liaison("WCO")):
        with acting(actor):
            assert Entry.objects.count() == 0
    with acting(cast.platform):
        assert Entry.objects.count() == everything


def test_an_entry_that_is_rolled_back_leaves_no_gap(written: type_write) -> None:
    (first,) = written(1)
    with transaction.atomic():
        written(2)
        transaction.set_rollback(True)
    assert written(1) == [first + 1]
