"""Who is told of what arrives for an agency."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from apps.agencies.models import Agency, User
from apps.notifications.queries import Notice, recipients
from apps.notifications.states import NoticeKind
from tests.cast import Cast


def emails(ids: list[Any]) -> list[str]:
    return sorted(User.objects.filter(id__in=ids).values_list("email", flat=True))


def without_liaisons(cast: Cast, code: str) -> Agency:
    User.objects.filter(agency__code=code, roles__contains=["LIAISON"]).update(is_active=False)
    return cast.agency(code)


def test_the_active_liaison_officers_of_each_agency_are_told(cast: Cast) -> None:
    kenya, china = cast.agency("KE-CUSTOMS"), cast.agency("CN-CUSTOMS")
    User.objects.create(email="second@ke-customs.example", name="Second", agency=kenya, roles=["OFFICER", "LIAISON"])
    gone = User(email="gone@ke-customs.example", name="Gone", agency=kenya, roles=["LIAISON"], is_active=False)
    User.objects.bulk_create([gone])
    told = recipients([kenya.id, china.id])
    assert emails(told.users[kenya.id]) == ["liaison@ke-customs.example", "second@ke-customs.example"]
    assert emails(told.users[china.id]) == ["liaison@cn-customs.example"]
    assert told.without_liaison == frozenset()


def test_without_a_liaison_its_administrators_and_the_coordinating_body_are_told(cast: Cast) -> None:
    kenya, china = without_liaisons(cast, "KE-CUSTOMS"), cast.agency("CN-CUSTOMS")
    told = recipients([kenya.id, china.id])
    assert emails(told.users[kenya.id]) == ["admin@ke-customs.example", "liaison@wco.example"]
    assert told.without_liaison == {kenya.id}
    assert emails(told.users[china.id]) == ["liaison@cn-customs.example"]


def test_a_country_may_have_a_coordinating_body_of_its_own(cast: Cast) -> None:
    kenya = without_liaisons(cast, "KE-CUSTOMS")
    country = kenya.country
    assert country is not None
    country.coordinator = "INTERPOL"
    country.save()
    assert emails(recipients([kenya.id]).users[kenya.id]) == ["admin@ke-customs.example", "liaison@interpol.example"]


def test_a_coordinating_body_without_a_liaison_is_told_through_its_administrators(cast: Cast) -> None:
    kenya, _ = without_liaisons(cast, "KE-CUSTOMS"), without_liaisons(cast, "WCO")
    assert emails(recipients([kenya.id]).users[kenya.id]) == ["admin@ke-customs.example", "admin@wco.example"]


def test_the_coordinating_body_itself_without_a_liaison_is_told_once(cast: Cast) -> None:
    body = without_liaisons(cast, "WCO")
    told = recipients([body.id])
    assert emails(told.users[body.id]) == ["admin@wco.example"]
    assert len(told.users[body.id]) == 1


def test_where_there_is_no_coordinating_body_the_administrators_are_told(cast: Cast, settings: LazySettings) -> None:
    settings.COORDINATING_BODY = "NOBODY"
    kenya = without_liaisons(cast, "KE-CUSTOMS")
    assert emails(recipients([kenya.id]).users[kenya.id]) == ["admin@ke-customs.example"]


def test_a_deactivated_agency_has_nobody_to_tell_but_the_coordinating_body_learns_of_it(cast: Cast) -> None:
    Agency.objects.filter(code="KE-CUSTOMS").update(active=False)
    kenya = cast.agency("KE-CUSTOMS")
    assert emails(recipients([kenya.id]).users[kenya.id]) == ["liaison@wco.example"]


@pytest.mark.parametrize("bare", [False, True])
def test_one_agency_and_all_of_them_take_the_same_statements(
    cast: Cast, django_assert_num_queries: Any, bare: bool
) -> None:
    if bare:
        User.objects.filter(roles__contains=["LIAISON"]).update(is_active=False)
    every = list(Agency.objects.values_list("id", flat=True))
    for asked in (every[:1], every):
        with django_assert_num_queries(4 if bare else 1):
            recipients(asked)


def notices_for(cast: Cast, code: str, kind: NoticeKind) -> list[Notice]:
    agency = cast.agency(code)
    return recipients([agency.id]).notices(
        agency_id=agency.id, kind=kind, cause=uuid4(), object_id=uuid4(), label_id=uuid4(), reference="SR-2026-7QK2M9XA"
    )


def test_liaison_officers_get_the_notice_itself(cast: Cast) -> None:
    (one,) = notices_for(cast, "KE-CUSTOMS", NoticeKind.REFERRAL_OPENED)
    assert (one.user_id, one.kind, one.reference) == (
        cast.user("liaison", "KE-CUSTOMS").id,
        NoticeKind.REFERRAL_OPENED,
        "SR-2026-7QK2M9XA",
    )


@pytest.mark.parametrize("kind", [NoticeKind.REFERRAL_OPENED, NoticeKind.REFERRAL_FOR_INFORMATION])
def test_others_are_told_that_something_waits_and_the_coordinating_body_not_even_which(
    cast: Cast, kind: NoticeKind
) -> None:
    kenya = without_liaisons(cast, "KE-CUSTOMS")
    found = {one.user_id: one for one in notices_for(cast, "KE-CUSTOMS", kind)}
    own, body = found[cast.user("admin", "KE-CUSTOMS").id], found[cast.user("liaison", "WCO").id]
    assert len(found) == 2
    assert {(one.kind, one.object_id) for one in found.values()} == {(NoticeKind.NO_LIAISON, kenya.id)}
    assert (own.reference, body.reference) == ("SR-2026-7QK2M9XA", "")
    assert not (own.look and own.look.opens)


def test_others_are_not_told_of_what_asks_nothing_of_them(cast: Cast) -> None:
    without_liaisons(cast, "KE-CUSTOMS")
    assert notices_for(cast, "KE-CUSTOMS", NoticeKind.REPORT_WITHDRAWN) == []


def test_without_a_liaison_the_originators_people_are_told_which_ask_waits(cast: Cast) -> None:
    kenya, owner, cause, label = (
        without_liaisons(cast, "KE-CUSTOMS"),
        cast.user("officer", "SG-CUSTOMS"),
        uuid4(),
        uuid4(),
    )
    for code, expected in (("KE-CUSTOMS", 1), ("CN-CUSTOMS", 0)):
        agency = cast.agency(code)
        notices = recipients([agency.id]).notices(
            agency_id=agency.id,
            kind=NoticeKind.REFERRAL_OPENED,
            cause=cause,
            object_id=cause,
            label_id=label,
            reference="SR-2026-7QK2M9XA",
            owners=[owner.id],
        )
        own = [one for one in notices if one.user_id == owner.id]
        assert len(own) == expected
        for one in own:
            assert (one.kind, one.object_id, one.reference) == (NoticeKind.NO_LIAISON, cause, "SR-2026-7QK2M9XA")
            assert one.look is not None
            assert one.look.opens, "whoever is shown the ask itself opens it"
            assert kenya.id not in (one.object_id, one.cause)
