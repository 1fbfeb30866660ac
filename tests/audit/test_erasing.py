from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apps.audit import queries
from apps.audit.actions import erase
from apps.audit.models import Entry, Head
from apps.core.errors import Invalid
from tests.audit.conftest import behind_the_guards, type_write
from tests.cast import NOW


def test_an_erased_payload_is_gone_and_the_chain_holds(written: type_write) -> None:
    numbers = written(4)
    before = Entry.objects.get(seq=numbers[1])

    announced = erase(entries=[numbers[1], numbers[2]], reason="names a person", now=NOW)

    after = Entry.objects.get(seq=numbers[1])
    assert (after.payload, after.salt) == (None, None)
    assert (after.verb, after.object_id, bytes(after.hash)) == (before.verb, before.object_id, bytes(before.hash))
    verdict = queries.verify()
    assert (verdict.broken, verdict.erased, verdict.count) == (None, 2, announced)


def test_an_erasure_is_an_entry_that_says_which_and_why(written: type_write) -> None:
    (seq,) = written(1)
    announced = Entry.objects.get(seq=erase(entries=[seq], reason=" names a person ", now=NOW))
    assert (announced.verb, announced.seq) == ("erase_audit", Head.objects.get().seq)
    assert announced.payload == f'{{"reason": "names a person", "entries": [{seq}]}}'


def test_what_erased_cannot_be_erased_itself(written: type_write) -> None:
    (seq,) = written(1)
    announced = erase(entries=[seq], reason="why", now=NOW)
    with pytest.raises(Invalid):
        erase(entries=[announced], reason="why", now=NOW)
    assert Entry.objects.get(seq=announced).payload is not None


@pytest.mark.parametrize("more", [0, 1_000_000])
def test_an_entry_that_is_not_there_or_is_erased_already_erases_nothing(written: type_write, more: int) -> None:
    first, second = written(2)
    erase(entries=[first], reason="why", now=NOW)
    head = Head.objects.get().seq
    with pytest.raises(Invalid):
        erase(entries=[second, more or first], reason="why", now=NOW)
    assert Entry.objects.get(seq=second).payload is not None
    assert Head.objects.get().seq == head


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_nothing_is_erased_without_a_reason(written: type_write, reason: str) -> None:
    (seq,) = written(1)
    with pytest.raises(Invalid):
        erase(entries=[seq], reason=reason, now=NOW)
    assert Entry.objects.get(seq=seq).payload is not None


@pytest.mark.parametrize(
    "change",
    [
        "payload = NULL, salt = NULL",
        "payload = NULL",
        "payload = '{}', salt = NULL",
        "payload = NULL, salt = NULL, verb = 'other'",
    ],
)
def test_the_database_erases_nothing_that_the_last_entry_does_not_announce(written: type_write, change: str) -> None:
    first, second = written(2)
    erase(entries=[first], reason="why", now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {change} WHERE seq = %s", [second])
    assert Entry.objects.get(seq=second).payload is not None


def test_what_is_announced_may_only_be_erased(written: type_write) -> None:
    first, _ = written(2)
    erase(entries=[first], reason="why", now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET payload = NULL, salt = NULL, verb = 'other' WHERE seq = %s", [first])


def test_a_payload_that_is_gone_in_silence_is_found(written: type_write) -> None:
    numbers = written(3)
    behind_the_guards("UPDATE audit_entry SET payload = NULL, salt = NULL WHERE seq = %s", numbers[1])
    assert queries.verify().broken == numbers[1]


def test_the_command_erases_and_says_where_it_stands(written: type_write) -> None:
    numbers, out = written(2), StringIO()
    call_command("erase_audit", *map(str, numbers), "--reason", "names a person", stdout=out)
    assert out.getvalue() == f"2 erased; entry {numbers[1] + 1} says so\n"
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue().startswith(f"{numbers[1] + 1} entries, 2 of them erased, the chain holds\n")


def test_the_command_refuses_what_is_not_there(written: type_write) -> None:
    with pytest.raises(CommandError, match="not there"):
        call_command("erase_audit", "99999999", "--reason", "why", stdout=StringIO())


@pytest.mark.parametrize("role", ["counterpart_web", "counterpart_worker"])
@pytest.mark.parametrize("function", ["audit_append", "audit_note"])
def test_no_request_and_no_task_says_that_something_was_erased(written: type_write, role: str, function: str) -> None:
    """Whoever verifies reads announcements: a false one would hide what is gone, or stop every verification for ever."""
    call = f"SELECT {function}(now(), 'erase_audit', NULL, NULL, 'audit', NULL, NULL, '{{}}')"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        with pytest.raises(DatabaseError, match="only the owner"), transaction.atomic():
            cursor.execute(call)
    assert not Entry.objects.filter(verb="erase_audit").exists()


@pytest.mark.parametrize("facts", ["{}", "[]", "null", '{"entries": 7}', '{"entries": ["1", null, {}]}'])
def test_an_announcement_that_says_nothing_announces_nothing(written: type_write, facts: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_append(now(), 'erase_audit', NULL, NULL, 'audit', NULL, NULL, %s)", [facts])
    verdict = queries.verify()
    assert (verdict.broken, verdict.erased) == (None, 0)
