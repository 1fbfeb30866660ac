"""Rotation: a new version takes over in steps, what is sealed stays as it is, and the old one goes when nothing needs it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from apps.agencies.actions.forgetting import forget
from apps.agencies.actions.keys import begin_rotation, end_rotation
from apps.agencies.models import Agency
from apps.audit.models import Entry
from apps.core.clock import now
from apps.vault.actions import destroy, destroy_retired, rewrap_objects, seal, seal_briefly
from apps.vault.actions.rotation import BATCH
from apps.vault.errors import Destroyed, Unreadable
from apps.vault.models import DataKey, ObjectKey
from apps.vault.queries import unseal
from tests.cast import Cast
from tests.ledger.conftest import working

pytestmark = pytest.mark.django_db
FIELD = "reports_report.narrative"


@pytest.fixture
def owner(cast: Cast) -> UUID:
    return cast.agency("HK-CUSTOMS").id


def sealed_rows(owner: UUID | None, many: int) -> dict[UUID, bytes]:
    """So many rows, each with a text of its own."""
    return {row: seal(owner=owner, field=FIELD, row=row, plain=row.bytes) for row in (uuid4() for _ in range(many))}


def all_open(owner: UUID | None, rows: dict[UUID, bytes]) -> bool:
    return all(unseal(owner=owner, field=FIELD, row=row, sealed=sealed) == row.bytes for row, sealed in rows.items())


def versions(owner: UUID | None) -> list[tuple[int, bool, int]]:
    """Version, whether it is in use, how many keys it wraps."""
    keys = DataKey.objects.filter(owner=owner).order_by("version")
    return [(key.version, key.retired_at is None, ObjectKey.objects.filter(data_key=key).count()) for key in keys]


def test_an_agencys_key_is_replaced_and_all_that_was_sealed_opens(
    owner: UUID, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = sealed_rows(owner, BATCH + 7), sealed_rows(None, 3)
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert capsys.readouterr().out == "HK-CUSTOMS: version 2 is in use, older ones are retired.\n"
    assert versions(owner) == [(1, False, 0), (2, True, BATCH + 7)]
    assert versions(None) == [(1, True, 3)]
    assert all_open(owner, ours)
    assert all_open(None, theirs)
    made = DataKey.objects.get(owner=owner, version=2).id
    trail = (
        Entry.objects.filter(object_kind="key")
        .order_by("seq")
        .values_list("verb", "object_kind", "object_id", "owner_id")
    )
    assert list(trail) == [("make_data_key", "key", made, owner), ("retire_data_keys", "key", made, owner)]


def test_it_goes_on_where_it_was_cut_off(owner: UUID) -> None:
    rows = sealed_rows(owner, 2 * BATCH + 1)
    data = begin_rotation(owner=owner, now=now())
    assert rewrap_objects(data=data) == BATCH
    assert versions(owner) == [(1, True, BATCH + 1), (2, True, BATCH)]
    assert all_open(owner, rows)  # under either version
    assert not end_rotation(data=data, now=now())
    rows |= sealed_rows(owner, 1)  # what is new goes to the new one
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert versions(owner) == [(1, False, 0), (2, True, 2 * BATCH + 2)]
    assert all_open(owner, rows)


def test_what_was_written_under_an_old_version_at_the_last_moment_is_taken_along(owner: UUID) -> None:
    rows = sealed_rows(owner, 2)
    call_command("rotate_keys", agency="HK-CUSTOMS")
    [late, _] = rows
    old = DataKey.objects.get(owner=owner, version=1)
    straggler = seal_under(old, owner, late)
    assert destroy_retired(now=now() + timedelta(days=3)) == 0  # it is needed
    assert unseal(owner=owner, field=FIELD, row=late, sealed=straggler) == b"late"
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert versions(owner) == [(1, False, 0), (2, True, 2)]
    assert unseal(owner=owner, field=FIELD, row=late, sealed=straggler) == b"late"


def seal_under(old: DataKey, owner: UUID, row: UUID) -> bytes:
    """As somebody does who has read which version is in use just before it was retired."""
    retired, old.retired_at = old.retired_at, None
    newest = DataKey.objects.get(owner=owner, version=2)
    ObjectKey.objects.filter(id=row).delete()
    DataKey.objects.filter(id=newest.id).update(retired_at=now())
    DataKey.objects.filter(id=old.id).update(retired_at=None)
    sealed = seal(owner=owner, field=FIELD, row=row, plain=b"late")
    DataKey.objects.filter(id=newest.id).update(retired_at=None)
    DataKey.objects.filter(id=old.id).update(retired_at=retired)
    return sealed


def test_an_old_version_opens_what_lives_briefly_for_two_days_and_is_then_destroyed(owner: UUID) -> None:
    row = uuid4()
    sealed = seal_briefly(owner=owner, field=FIELD, row=row, plain=b"answer")
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert forget(now=now() + timedelta(hours=47)) == 0
    assert unseal(owner=owner, field=FIELD, row=row, sealed=sealed) == b"answer"
    assert forget(now=now() + timedelta(hours=49)) == 1
    with pytest.raises(Unreadable):
        unseal(owner=owner, field=FIELD, row=row, sealed=sealed)
    old = DataKey.objects.get(owner=owner, version=1)
    assert old.wrapped is None
    assert old.destroyed_at is not None
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert [version for version, _, _ in versions(owner)] == [1, 2, 3]  # no version comes twice


def test_everybodys_keys_are_rotated_by_one_command(owner: UUID) -> None:
    rows = {each: sealed_rows(each, 2) for each in (owner, None)}
    call_command("rotate_keys", everyone=True)
    assert DataKey.objects.filter(retired_at__isnull=True).count() == Agency.objects.count() + 1
    for each, sealed in rows.items():
        assert versions(each) == [(1, False, 0), (2, True, 2)]
        assert all_open(each, sealed)


def test_destroyed_keys_of_others_do_not_keep_the_platforms_from_being_rotated(owner: UUID) -> None:
    destroy(rows=list(sealed_rows(owner, 2)), now=now())
    rows = sealed_rows(None, 1)
    for version in (2, 3):
        call_command("rotate_keys", platform=True)
        assert versions(None)[-1] == (version, True, 1)
    assert all_open(None, rows)


def test_a_key_that_does_not_open_stops_a_rotation_and_is_named(owner: UUID) -> None:
    row, other = sealed_rows(owner, 2)
    ObjectKey.objects.filter(id=row).update(wrapped=ObjectKey.objects.get(id=other).wrapped)
    with pytest.raises(CommandError, match=f"The key of the row {row} does not open"):
        call_command("rotate_keys", agency="HK-CUSTOMS")
    assert ObjectKey.objects.filter(id=row).delete()[0] == 1
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert versions(owner) == [(1, False, 0), (2, True, 1)]
    DataKey.objects.filter(owner=owner, version=2).update(wrapped=b"x" * 60, master="another")
    with pytest.raises(CommandError, match="The master key another was not given to this process"):
        call_command("rotate_keys", master=True)


def test_every_data_key_is_tried_by_a_command(owner: UUID, capsys: pytest.CaptureFixture[str]) -> None:
    sealed_rows(owner, 1)
    sealed_rows(None, 1)
    call_command("rotate_keys", agency="HK-CUSTOMS")
    call_command("check_keys")
    assert capsys.readouterr().out.endswith("3 data keys, all open\n")
    DataKey.objects.filter(owner=owner).update(master="another")
    with pytest.raises(SystemExit) as ended:
        call_command("check_keys")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "2 data keys do not open: they were wrapped by the master key another\n"


def test_the_worker_ends_what_is_over_as_its_own_role(owner: UUID) -> None:
    rows = sealed_rows(owner, 2)
    call_command("rotate_keys", agency="HK-CUSTOMS")
    with working():
        assert destroy_retired(now=now() + timedelta(days=3)) == 1
        assert destroy(rows=list(rows), now=now()) == 2


def test_what_is_asked_wrongly_changes_nothing(owner: UUID) -> None:
    sealed_rows(owner, 1)
    with pytest.raises(CommandError, match="There is no agency ATLANTIS"):
        call_command("rotate_keys", agency="ATLANTIS")
    with pytest.raises(CommandError, match="one of the arguments --agency --platform --all --master is required"):
        call_command("rotate_keys")
    assert versions(owner) == [(1, True, 1)]


def test_a_destroyed_key_opens_nothing_and_the_rest_rotates(owner: UUID) -> None:
    [(row, sealed), (_, other)] = (rows := sealed_rows(owner, 2)).items()
    at = now()
    assert destroy(rows=[row], now=at) == 1
    assert destroy(rows=[row], now=at) == 0
    with pytest.raises(Destroyed) as told:
        unseal(owner=owner, field=FIELD, row=row, sealed=sealed)
    assert told.value.at == at
    call_command("rotate_keys", agency="HK-CUSTOMS")
    assert versions(owner) == [(1, False, 0), (2, True, 1)]
    again = seal(owner=owner, field=FIELD, row=row, plain=b"new")
    assert unseal(owner=owner, field=FIELD, row=row, sealed=again) == b"new"
    with pytest.raises(Unreadable):
        unseal(owner=owner, field=FIELD, row=row, sealed=sealed)
    del rows[row]
    assert list(rows.values()) == [other]
    assert all_open(owner, rows)
