"""Who manages whose accounts, whether somebody is cleared, and what contradictory facts say of themselves: pure judgement."""

from uuid import UUID

import pytest

from apps.agencies.policy import Actor, AgencyKind, Role, may_manage
from apps.sharing.policy import ContradictoryFacts

SINGAPORE, KENYA = UUID(int=1), UUID(int=2)


def _actor(agency: UUID | None, *roles: Role, staff: bool = False) -> Actor:
    return Actor(
        user_id=UUID(int=9),
        email="somebody@example.example",
        name="Somebody",
        user_token=1_000_000_000,
        agency_id=agency,
        agency_token=100 if agency else 0,
        agency_code="SG-CUSTOMS" if agency else "",
        agency_name="",
        country="SG" if agency else "",
        kind=AgencyKind.CUSTOMS,
        law_enforcement=True,
        roles=frozenset(roles),
        tokens=frozenset(),
        language="en",
        time_zone="UTC",
        staff=staff,
    )


@pytest.mark.parametrize(
    ("actor", "agency", "expected"),
    [
        (_actor(None, staff=True), SINGAPORE, True),
        (_actor(None, staff=True), None, True),
        (_actor(SINGAPORE, Role.AGENCY_ADMIN), SINGAPORE, True),
        (_actor(SINGAPORE, Role.AGENCY_ADMIN, Role.LIAISON), SINGAPORE, True),
        (_actor(SINGAPORE, Role.AGENCY_ADMIN), KENYA, False),
        (_actor(SINGAPORE, Role.AGENCY_ADMIN), None, False),
        (_actor(SINGAPORE, Role.LIAISON), SINGAPORE, False),
        (_actor(SINGAPORE), SINGAPORE, False),
        (_actor(None), None, False),
        (_actor(None, Role.AGENCY_ADMIN), None, False),
    ],
)
def test_who_manages_the_accounts_of_an_agency(actor: Actor, agency: UUID | None, expected: bool) -> None:
    assert may_manage(actor=actor, agency_id=agency) is expected


@pytest.mark.parametrize("role", Role)
def test_liaison_officers_alone_are_cleared(role: Role) -> None:
    assert _actor(SINGAPORE, role).cleared is (role is Role.LIAISON)


def test_contradictory_facts_say_whom_they_are_about() -> None:
    refused = ContradictoryFacts(frozenset({103, 101}))
    assert refused.agencies == {101, 103}
    assert str(refused) == "named, or the originator, and withheld: [101, 103]"
