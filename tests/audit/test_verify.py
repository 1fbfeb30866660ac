import hashlib
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.audit import queries
from apps.audit.models import Entry, Head
from tests.audit.conftest import behind_the_guards, type_write
from tests.cast import NOW

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def verify(*words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", *words, stdout=out, stderr=err)
    except SystemExit as exit_:
        return int(str(exit_.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def spelt(value: bytes | None) -> bytes:
    """A value as everybody may spell it, after docs/operate/audit.md."""
    return bytes([255] * 4) if value is None else len(value).to_bytes(4) + value


def columns(entry: Entry) -> bytes:
    """What the hash of an entry covers, behind the one before it."""
    micros = (entry.at - EPOCH) // timedelta(microseconds=1)
    ids = [getattr(entry, name) for name in ("agency_id", "user_id", "object_id", "owner_id")]
    agency, user, thing, owner = (spelt(each.bytes if each else None) for each in ids)
    whole = [bytes(entry.payload_hash), entry.seq.to_bytes(8), micros.to_bytes(8, signed=True), entry.verb.encode()]
    return b"".join(map(spelt, whole)) + agency + user + spelt(entry.object_kind.encode()) + thing + owner


def test_a_chain_that_nobody_touched_holds_and_is_counted(written: type_write) -> None:
    last = written(4)[-1]

    status, said, complaint = verify()

    assert (status, complaint) == (0, "")
    assert said.splitlines() == [f"{last} entries, the chain holds", f"{last}:{bytes(Head.objects.get().hash).hex()}"]


def test_the_chain_can_be_recomputed_by_anybody_from_the_stored_text(written: type_write) -> None:
    written(3)
    link = bytes(32)
    for entry in Entry.objects.order_by("seq"):
        digest = hashlib.sha256(
            b"\x03" + spelt((entry.payload or "").encode()) + spelt(bytes(entry.salt or b""))
        ).digest()
        assert bytes(entry.payload_hash) == digest
        link = hashlib.sha256(b"\x02" + link + columns(entry)).digest()
        assert bytes(entry.hash) == link
    assert bytes(Head.objects.get().hash) == link


def test_an_entry_says_what_was_done_and_when_to_the_microsecond(written: type_write) -> None:
    _, seq = written(2)
    entry = Entry.objects.get(seq=seq)
    assert entry.at == NOW + timedelta(microseconds=1)
    assert (entry.verb, entry.object_kind, entry.payload, entry.user_id) == ("try", "thing", '{"step": 1}', None)
    assert len(bytes(entry.salt or b"")) == 16


def test_two_entries_of_the_same_payload_have_other_salts_and_digests(written: type_write) -> None:
    first, second = (Entry.objects.get(seq=written(1)[0]) for _ in range(2))
    assert first.payload == second.payload == '{"step": 0}'
    assert bytes(first.salt or b"") != bytes(second.salt or b"")
    assert bytes(first.payload_hash) != bytes(second.payload_hash)


def test_a_rewritten_text_is_found_at_its_entry(written: type_write) -> None:
    numbers = written(5)
    assert (
        behind_the_guards(
            "UPDATE audit_entry SET payload = replace(payload, 'step', 'leap') WHERE seq = %s", numbers[2]
        )
        == 1
    )

    assert queries.verify() == queries.Verdict(numbers[1], numbers[2], _hash(numbers[1]))
    assert verify() == (1, "", f"the chain is broken at entry {numbers[2]} ({numbers[1]} entries hold before it)\n")


@pytest.mark.parametrize(
    "column",
    [
        "verb = 'lie'",
        "at = at + interval '1 microsecond'",
        "salt = uuid_send(gen_random_uuid())",
        "salt = NULL",
        "payload = NULL",
        "payload_hash = sha256('')",
        "hash = sha256('')",
        "user_id = gen_random_uuid()",
        "agency_id = gen_random_uuid()",
        "object_kind = 'other'",
        "object_id = gen_random_uuid()",
        "owner_id = gen_random_uuid()",
    ],
)
def test_a_column_that_no_longer_says_what_the_text_says_is_found(written: type_write, column: str) -> None:
    numbers = written(3)
    behind_the_guards(f"UPDATE audit_entry SET {column} WHERE seq = %s", numbers[1])
    assert queries.verify().broken == numbers[1]


def test_a_rewritten_text_with_its_own_hashes_breaks_at_the_next_entry(written: type_write) -> None:
    numbers = written(4)
    behind_the_guards(
        "UPDATE audit_entry SET payload = '{}', payload_hash = audit_digest('{}', salt), verb = 'lie' WHERE seq = %s",
        numbers[1],
    )
    behind_the_guards(
        "UPDATE audit_entry e SET hash = audit_link(b.hash, e.payload_hash, e.seq, e.at, e.verb, e.agency_id, e.user_id,"
        " e.object_kind, e.object_id, e.owner_id) FROM audit_entry b WHERE e.seq = %s AND b.seq = e.seq - 1",
        numbers[1],
    )
    assert queries.verify().broken == numbers[2]


def test_a_missing_entry_in_the_middle_is_found(written: type_write) -> None:
    numbers = written(4)
    behind_the_guards("DELETE FROM audit_entry WHERE seq = %s", numbers[1])
    assert queries.verify().broken == numbers[1]


@pytest.mark.parametrize("missing", [1, 3])
def test_a_missing_tail_is_found_where_it_begins(written: type_write, missing: int) -> None:
    numbers = written(4)
    behind_the_guards("DELETE FROM audit_entry WHERE seq >= %s", numbers[-missing])
    assert queries.verify().broken == numbers[-missing]
    assert verify()[0] == 1


def test_everything_gone_is_found(written: type_write) -> None:
    written(1)
    behind_the_guards("DELETE FROM audit_entry")
    assert queries.verify() == queries.Verdict(0, 1)


def test_a_missing_head_is_found(written: type_write) -> None:
    last = written(2)[-1]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_head")
    assert queries.verify().broken == last + 1


def test_an_entry_beyond_the_head_is_found(written: type_write) -> None:
    last = written(2)[-1]
    behind_the_guards("UPDATE audit_entry SET seq = seq + 1 WHERE seq = %s", last)
    assert queries.verify().broken == last
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_head SET seq = %s, hash = %s", [last - 1, _hash(last - 1)])
    assert queries.verify().broken == last


def test_a_chain_that_was_made_anew_is_told_by_a_line_noted_down_before(written: type_write) -> None:
    numbers = written(2)
    kept, lost = (f"{seq}:{_hash(seq).hex()}" for seq in numbers)
    assert verify("--noted", lost)[0] == 0

    _make_anew_without_last()
    written(1)

    assert verify()[0] == 0
    assert verify("--noted", kept)[0] == 0
    assert verify("--noted", lost) == (
        1,
        "",
        f"the chain is broken at entry {numbers[1]} ({numbers[1]} entries hold before it)\n",
    )


def test_a_line_that_was_not_ours_is_refused(written: type_write) -> None:
    written(1)
    with pytest.raises(CommandError, match="--noted takes a line"):
        call_command("verify_audit", "--noted", "yesterday", stdout=StringIO())


def _hash(seq: int) -> bytes:
    return bytes(Entry.objects.get(seq=seq).hash)


def _make_anew_without_last() -> None:
    """What an owner of the tables could do: take the last entry away and set the head back."""
    last = Head.objects.get().seq
    behind_the_guards("DELETE FROM audit_entry WHERE seq = %s", last)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_head SET seq = %s, hash = %s", [last - 1, _hash(last - 1)])
