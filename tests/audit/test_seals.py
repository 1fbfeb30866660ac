import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from apps.agencies.acting import anonymous
from apps.audit import heads, queries
from apps.audit.actions import Unsound, seal
from apps.audit.heads import NoKey
from apps.audit.models import Entry, Head, Seal
from tests.audit.conftest import behind_the_guards, type_write
from tests.cast import NOW

HOUR = timedelta(hours=1)


def test_a_seal_covers_every_entry_and_is_signed_by_the_key_in_the_file(written: type_write, key: Path) -> None:
    last = written(3)[-1]

    made = seal(now=NOW)

    assert made is not None
    assert (Seal.objects.count(), made.size, made.link) == (1, last, bytes(Head.objects.get().hash))
    text = f"counterpart audit checkpoint 1\n{heads.told(NOW)}\n{made.head.hex()}\n".encode()
    Ed25519PublicKey.from_public_bytes(heads.public_of(heads.load(key))).verify(made.signature, text)
    assert queries.verify() == queries.Verdict(last, None, bytes(made.link), 0, 1)


def test_what_waits_is_chained_and_sealed_too(written: type_write, noted: type_write, key: Path) -> None:
    last = written(1)[-1]
    noted(2)
    made = seal(now=NOW)
    assert made is not None
    assert (made.size, queries.waiting()) == (last + 2, (0, None))


def test_each_seal_goes_on_from_the_one_before_and_all_of_them_hold(written: type_write, key: Path) -> None:
    for hour, count in enumerate((5, 0, 3, 1030)):
        written(count)
        assert seal(now=NOW + hour * HOUR) is not None
    verdict = queries.verify()
    assert (verdict.broken, verdict.seals, verdict.count) == (None, 4, Head.objects.get().seq)


def test_an_hour_in_which_nothing_happened_has_a_head_like_any_other(written: type_write, key: Path) -> None:
    written(1)
    first, second = seal(now=NOW), seal(now=NOW + HOUR)
    assert first is not None
    assert second is not None
    assert (first.size, first.root) == (second.size, second.root)
    assert first.head != second.head


def test_two_seals_in_one_second_are_one(written: type_write, key: Path) -> None:
    written(1)
    assert seal(now=NOW) is not None
    written(1)
    assert seal(now=NOW + timedelta(microseconds=1)) is None
    assert Seal.objects.count() == 1


def test_a_chain_that_was_tampered_with_is_not_sealed(written: type_write, key: Path) -> None:
    numbers = written(3)
    behind_the_guards("UPDATE audit_entry SET verb = 'lie' WHERE seq = %s", numbers[1])
    with pytest.raises(Unsound, match=f"broken at entry {numbers[1]}"):
        seal(now=NOW)
    assert Seal.objects.count() == 0


def test_without_a_key_nothing_is_sealed(written: type_write, settings: LazySettings, tmp_path: Path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "none.pem")
    written(1)
    with pytest.raises(NoKey, match="holds no key"):
        seal(now=NOW)
    assert Seal.objects.count() == 0


def test_a_key_that_others_can_read_signs_nothing(written: type_write, key: Path) -> None:
    key.chmod(0o640)
    with pytest.raises(NoKey, match="mode has to be 600"):
        seal(now=NOW)


def test_a_key_that_is_there_stays(key: Path) -> None:
    before = key.read_bytes()
    heads.make(key)
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (before, 0o600)


def test_another_key_may_follow_and_both_seals_hold(written: type_write, key: Path, settings: LazySettings) -> None:
    written(1)
    first = seal(now=NOW)
    key.unlink()
    heads.make(key)
    second = seal(now=NOW + HOUR)
    assert first is not None
    assert second is not None
    assert first.public != second.public
    assert queries.verify().seals == 2
    settings.SIGNING_PUBLIC_KEYS = frozenset({first.public.hex()})
    assert (queries.verify().unsealed, queries.verify().seals) == (True, 1)


@pytest.mark.parametrize(
    "column", ["head", "signature", "root", "peaks", "link", "public", "at = at + interval '1 hour'", "size = size - 1"]
)
def test_a_seal_that_was_changed_is_found(written: type_write, key: Path, column: str) -> None:
    last = written(4)[-1]
    seal(now=NOW)
    change = column if "=" in column else f"{column} = overlay({column} PLACING '\\x00ff' FROM 1)"

    behind_the_guards(f"UPDATE audit_seal SET {change}", table="audit_seal")

    verdict = queries.verify()
    assert (verdict.unsealed, verdict.broken, verdict.seals) == (True, last - ("size" in column), 0)


def test_a_chain_that_is_made_anew_under_its_seal_is_found(written: type_write, key: Path) -> None:
    last = written(2)[-1]
    seal(now=NOW)
    behind_the_guards("UPDATE audit_entry SET verb = 'lie' WHERE seq = %s", last)
    behind_the_guards(
        "UPDATE audit_entry e SET hash = audit_link(b.hash, e.payload_hash, e.seq, e.at, e.verb, e.agency_id, e.user_id,"
        " e.object_kind, e.object_id, e.owner_id) FROM audit_entry b WHERE e.seq = %s AND b.seq = e.seq - 1",
        last,
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_head SET hash = (SELECT hash FROM audit_entry WHERE seq = audit_head.seq)")

    assert (queries.verify().unsealed, queries.verify().broken) == (True, last)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_seal SET size = 0", "DELETE FROM audit_seal", "TRUNCATE audit_seal"]
)
def test_even_the_owner_of_the_tables_changes_no_seal(written: type_write, key: Path, statement: str) -> None:
    seal(now=NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Seal.objects.count() == 1


@pytest.mark.parametrize("column", ["size", "root", "link", "peaks"])
def test_the_web_role_cannot_ask_how_much_was_sealed(written: type_write, key: Path, column: str) -> None:
    seal(now=NOW)
    with anonymous(), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"SELECT {column} FROM audit_seal")


def test_the_heads_are_published_without_any_count(written: type_write, key: Path) -> None:
    last = written(1234 - Entry.objects.count())[-1]
    made = seal(now=NOW)
    assert made is not None

    answer = Client().get("/checkpoints.json")

    name = heads.key_id(bytes(made.public))
    only = {"at": heads.told(NOW), "head": made.head.hex(), "key": name, "signature": made.signature.hex()}
    assert json.loads(answer.content) == {"keys": {name: bytes(made.public).hex()}, "checkpoints": [only]}
    assert (last, str(last) in answer.content.decode()) == (1234, False)


def test_no_more_heads_are_published_than_three_days_have_hours(written: type_write, key: Path) -> None:
    for hour in range(75):
        seal(now=NOW + hour * HOUR)
    told = json.loads(Client().get("/checkpoints.json").content)["checkpoints"]
    assert (len(told), told[0]["at"]) == (72, heads.told(NOW + 74 * HOUR))
