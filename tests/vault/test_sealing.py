"""What is sealed opens in its place, with its key, whole; and nowhere else."""

from uuid import UUID, uuid4

import pytest
from django.db import connection

from apps.agencies.acting import acting, anonymous
from apps.vault.actions import forget, seal, seal_briefly
from apps.vault.errors import Unreadable
from apps.vault.models import DataKey, ObjectKey
from apps.vault.queries import unseal
from apps.vault.sealing import HEADER, NONCE
from tests.cast import Cast
from tests.counting import counted

pytestmark = pytest.mark.django_db
FIELD, SECRET = "reports_report.narrative", b"The meeting is on Thursday."
OWNER, OTHER, ROW = UUID(int=1), UUID(int=2), UUID(int=3)


def _opens(**changes: object) -> bool:
    """Whether it opens with these changes to where it was sealed."""
    told = {"owner": OWNER, "field": FIELD, "row": ROW, **changes}
    try:
        return unseal(**told) == SECRET  # type: ignore[arg-type]  # each as it is changed
    except Unreadable:
        return False


@pytest.mark.parametrize("how", [seal, seal_briefly])
def test_what_is_sealed_opens_in_its_place_and_in_no_other(how: "object") -> None:
    place = {"owner": OWNER, "field": FIELD, "row": ROW}
    sealed = how(**place, plain=SECRET)  # type: ignore[operator]  # either of the two
    for owner in (OWNER, OTHER, None):  # so that the others have keys, too
        seal(owner=owner, field=FIELD, row=uuid4(), plain=b"x")
    assert _opens(sealed=sealed)
    assert not _opens(sealed=sealed, row=UUID(int=4))
    assert not _opens(sealed=sealed, field="reports_report.title")
    assert not _opens(sealed=sealed, owner=OTHER)
    assert not _opens(sealed=sealed, owner=None)


@pytest.mark.parametrize("how", [seal, seal_briefly])
def test_no_byte_of_it_can_be_changed(how: "object") -> None:
    sealed = how(owner=OWNER, field=FIELD, row=ROW, plain=SECRET)  # type: ignore[operator]
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        assert not _opens(sealed=bytes(changed)), f"byte {at}"
    for shorter in (b"", sealed[:4], sealed[: HEADER.size + NONCE], sealed[:-1], sealed + b"\0"):
        assert not _opens(sealed=shorter)


def test_the_same_text_is_never_sealed_to_the_same_bytes_and_stands_nowhere_in_them() -> None:
    found = {seal(owner=OWNER, field=FIELD, row=ROW, plain=SECRET) for _ in range(50)}
    assert len(found) == 50
    assert len({each[HEADER.size : HEADER.size + NONCE] for each in found}) == 50
    assert not any(SECRET[:8] in each for each in found)


def test_the_key_of_one_row_does_not_open_another_although_the_database_is_rewritten() -> None:
    """Whoever can write to the database puts key and text of one row into another's place."""
    first, second = UUID(int=10), UUID(int=11)
    sealed = {row: seal(owner=OWNER, field=FIELD, row=row, plain=SECRET) for row in (first, second)}
    stolen = ObjectKey.objects.get(id=first)
    ObjectKey.objects.filter(id=second).update(wrapped=stolen.wrapped, version=stolen.version)
    assert not _opens(row=second, sealed=sealed[first])
    assert not _opens(row=second, sealed=sealed[second])
    assert _opens(row=first, sealed=sealed[first])


def test_a_data_key_of_one_agency_does_not_stand_in_for_anothers() -> None:
    sealed = seal(owner=OWNER, field=FIELD, row=ROW, plain=SECRET)
    seal(owner=OTHER, field=FIELD, row=UUID(int=5), plain=SECRET)
    theirs = DataKey.objects.get(owner=OTHER)
    DataKey.objects.filter(owner=OWNER).update(wrapped=theirs.wrapped)
    assert not _opens(sealed=sealed)


def test_a_first_time_takes_five_statements_and_every_other_one(cast: Cast) -> None:
    counts = []
    for row in (ROW, ROW, UUID(int=6)):
        with counted() as count:
            sealed = seal(owner=OWNER, field=FIELD, row=row, plain=SECRET)
        counts.append(int(count))
    with counted() as count:
        assert _opens(row=UUID(int=6), sealed=sealed)
    assert [*counts, int(count)] == [5, 1, 3, 1]  # the owner's first; again; another row's first; opening


def test_what_is_forgotten_does_not_open_and_the_next_key_is_another() -> None:
    sealed = seal(owner=None, field=FIELD, row=ROW, plain=SECRET)
    forget(row=ROW)
    assert not _opens(owner=None, sealed=sealed)
    again = seal(owner=None, field=FIELD, row=ROW, plain=SECRET)
    assert _opens(owner=None, sealed=again)
    assert not _opens(owner=None, sealed=sealed)


def test_the_platforms_key_is_there_before_anybody_has_signed_in(cast: Cast) -> None:
    with anonymous():
        sealed = seal(owner=None, field="mfa_authenticator.secret", row=ROW, plain=SECRET)
        assert unseal(owner=None, field="mfa_authenticator.secret", row=ROW, sealed=sealed) == SECRET


def test_the_web_role_makes_keys_for_its_own_agency_and_the_platform_only(cast: Cast) -> None:
    kenya, singapore = cast.liaison("KE-CUSTOMS"), cast.liaison("SG-CUSTOMS")
    with acting(kenya):
        assert seal_briefly(owner=kenya.agency_id, field=FIELD, row=ROW, plain=SECRET)
        assert seal_briefly(owner=None, field=FIELD, row=ROW, plain=SECRET)
    with pytest.raises(Exception, match="row-level security"), acting(kenya):
        seal_briefly(owner=singapore.agency_id, field=FIELD, row=ROW, plain=SECRET)
    assert set(DataKey.objects.values_list("owner", flat=True)) == {kenya.agency_id, None}


def test_data_keys_are_seen_by_readers_and_by_nobody_who_reads_nothing(cast: Cast) -> None:
    kenya = cast.liaison("KE-CUSTOMS")
    for owner in (kenya.agency_id, None):
        seal_briefly(owner=owner, field=FIELD, row=ROW, plain=SECRET)
    seen = {}
    for actor in (kenya, cast.officer("STRANGER"), cast.administrator("KE-CUSTOMS"), cast.administrator("WWF")):
        with acting(actor):
            seen[actor.email] = DataKey.objects.count()
    with acting(cast.platform):
        seen["platform"] = DataKey.objects.count()
    with anonymous():
        seen["nobody"] = DataKey.objects.count()
    assert list(seen.values()) == [2, 2, 2, 1, 1, 1]


def test_the_web_role_changes_no_key(cast: Cast) -> None:
    kenya = cast.liaison("KE-CUSTOMS")
    seal(owner=None, field=FIELD, row=ROW, plain=SECRET)
    for statement in (
        "UPDATE vault_datakey SET retired_at = now()",
        "UPDATE vault_objectkey SET version = 2",
        "DELETE FROM vault_datakey",
    ):
        with pytest.raises(Exception, match="permission denied"), acting(kenya), connection.cursor() as cursor:
            cursor.execute(statement)
