"""The gate that the room above keeps: whom it lets be told of a label, judged as the wall itself judges."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.agencies.acting import acting
from apps.agencies.models import Agency, HeldToken, User
from apps.agencies.policy import ALL_MEMBERS
from apps.notifications import gate
from apps.notifications.gate import Look
from apps.sharing.models import Label
from apps.sharing.subscribers import labels_seen, may_be_told
from tests.cast import NOW, Cast
from tests.notifications.conftest import crowd

type_label = Callable[..., UUID]


def opened_by(label_id: UUID) -> set[str]:
    """The addresses of all accounts that may be told of it as something they could open."""
    looks = {Look(user, label_id) for user in User.objects.values_list("id", flat=True)}
    allowed = {look.user_id for look in may_be_told(looks, NOW)}
    return set(User.objects.filter(id__in=allowed).values_list("email", flat=True))


def people(*codes: str, words: tuple[str, ...] = ("officer", "analyst", "liaison")) -> set[str]:
    return {f"{word}@{code.lower()}.example" for code in codes for word in words}


def test_the_sharing_app_keeps_the_gate() -> None:
    assert gate._checks == [may_be_told]


def test_whoever_could_open_it_may_be_told_and_nobody_else(cast: Cast, label: type_label) -> None:
    assert opened_by(label("KE-CUSTOMS")) == people("SG-CUSTOMS", "KE-CUSTOMS")
    assert opened_by(label("KE-CUSTOMS", withheld_from=("KE-CUSTOMS",))) == people("SG-CUSTOMS")


def test_of_what_only_the_cleared_read_only_they_and_its_author_are_told(cast: Cast, label: type_label) -> None:
    kenya, author = cast.agency("KE-CUSTOMS"), cast.user("officer", "SG-CUSTOMS")
    red = label()
    Label.objects.filter(id=red).update(audience=[-kenya.token, author.token])
    assert opened_by(red) == {"liaison@ke-customs.example", "officer@sg-customs.example"}


@pytest.mark.parametrize(("ends", "expected"), [(None, True), (1, True), (-1, False)])
def test_a_participant_of_an_operation_is_told_while_it_takes_part(
    cast: Cast, label: type_label, ends: int | None, expected: bool
) -> None:
    kenya, operation = cast.agency("KE-CUSTOMS"), 1_000_042
    until = None if ends is None else NOW + timedelta(hours=ends)
    HeldToken.objects.create(agency=kenya, token=operation, since=NOW - timedelta(days=2), until=until)
    joint = label()
    Label.objects.filter(id=joint).update(audience=[operation])
    assert (opened_by(joint) == people("KE-CUSTOMS")) is expected


def test_a_deactivated_account_or_agency_is_not_told(cast: Cast, label: type_label) -> None:
    shared = label("KE-CUSTOMS", "CN-CUSTOMS")
    User.objects.filter(email="liaison@ke-customs.example").update(is_active=False)
    Agency.objects.filter(code="CN-CUSTOMS").update(active=False)
    assert opened_by(shared) == people("SG-CUSTOMS") | people("KE-CUSTOMS", words=("officer", "analyst"))


def test_that_something_waits_may_be_told_unless_it_is_withheld(cast: Cast, label: type_label) -> None:
    shared = label("KE-CUSTOMS", "WCO", withheld_from=("WCO",))
    kenya, body = cast.user("admin", "KE-CUSTOMS"), cast.user("liaison", "WCO")
    looks = {Look(user.id, shared, opens=False) for user in (kenya, body)}
    assert {look.user_id for look in may_be_told(looks, NOW)} == {kenya.id}


def waits_for(label_id: UUID) -> set[str]:
    """The addresses of all accounts that may be told that it waits, and not what."""
    looks = {Look(user, label_id, opens=False) for user in User.objects.values_list("id", flat=True)}
    allowed = {look.user_id for look in may_be_told(looks, NOW)}
    return set(User.objects.filter(id__in=allowed).values_list("email", flat=True))


def test_that_something_waits_is_told_to_agencies_that_the_label_lets_in_and_to_nobody_outside(
    cast: Cast, label: type_label
) -> None:
    everybody = ("officer", "analyst", "liaison", "admin")
    assert waits_for(label("KE-CUSTOMS")) == people("SG-CUSTOMS", "KE-CUSTOMS", words=everybody)
    # Under RED it is the token of the cleared that lets an agency in.
    red = label()
    Label.objects.filter(id=red).update(audience=[-cast.agency(code).token for code in ("SG-CUSTOMS", "KE-CUSTOMS")])
    assert waits_for(red) == people("SG-CUSTOMS", "KE-CUSTOMS", words=everybody)


def test_that_something_waits_is_told_to_nobody_without_an_agency_whoever_reads_it(
    cast: Cast, label: type_label
) -> None:
    clear = label()
    Label.objects.filter(id=clear).update(audience=[ALL_MEMBERS])
    told = waits_for(clear)
    assert cast.platform.email not in told
    assert {"admin@wco.example", "admin@ke-customs.example"} <= told


def test_the_sharing_app_says_what_is_open_to_whom_in_one_statement(
    cast: Cast, label: type_label, django_assert_num_queries: Any
) -> None:
    assert gate._sights == [labels_seen]
    kenya = cast.liaison("KE-CUSTOMS")
    one, other, withheld = label("KE-CUSTOMS"), label(), label("KE-CUSTOMS", withheld_from=("KE-CUSTOMS",))
    with acting(kenya), django_assert_num_queries(1):
        assert gate.open_to(kenya, labels=[one, other, withheld, uuid4()]) == {one}
    # Without the database's wall the same.
    assert gate.open_to(kenya, labels=[one, other, withheld]) == {one}
    assert gate.open_to(cast.administrator("KE-CUSTOMS"), labels=[one]) == frozenset()


def test_where_nobody_says_what_is_open_nothing_is_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_sights", [])
    with pytest.raises(gate.Unguarded):
        gate.open_to(cast.liaison("KE-CUSTOMS"), labels=[uuid4()])
    assert gate.open_to(cast.liaison("KE-CUSTOMS"), labels=[]) == frozenset()


def test_of_what_is_not_there_nobody_is_told(cast: Cast) -> None:
    kenya = cast.user("liaison", "KE-CUSTOMS").id
    unknown = {Look(kenya, uuid4()), Look(kenya, uuid4(), opens=False), Look(uuid4(), uuid4())}
    assert may_be_told(unknown, NOW) == set()


def test_it_takes_two_statements_whatever_the_number(
    cast: Cast, label: type_label, django_assert_num_queries: Any
) -> None:
    shared = label("KE-CUSTOMS")
    readers = crowd(cast.agency("KE-CUSTOMS"), 100)
    for size in (1, 100):
        with django_assert_num_queries(2):
            assert len(may_be_told({Look(user.id, shared) for user in readers[:size]}, NOW)) == size
