"""Routing: ETIS' worked example to the letter, who is asked what, who is only told, and that nobody is lost."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.sharing import routing
from apps.sharing.routing import Ask, Counterpart, Occasion, Part, Place, RoutePart, Routing, Stop
from tests.sharing.etis_example import ETIS


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency as routing needs it."""

    token: int
    country: str


SG = Agency(100, "SG")
UG, KE, AE, MY, CN, KE_WILDLIFE, WCO, NG, SG_POLICE = 101, 102, 103, 104, 105, 106, 107, 108, 109
CONTACT_OF = {"SG": SG.token, "UG": UG, "KE": KE, "AE": AE, "MY": MY, "CN": CN, "NG": NG}
CONTACTS = {
    (country, part): agency for country, agency in CONTACT_OF.items() for part in Part if part is not Part.NAMED
}
COORDINATORS = dict.fromkeys((*CONTACT_OF, "XX", "XF", "XV", "NA", "VU"), WCO)


def _resolve(
    *stops: Stop, discovery: str = "SG", originator: Agency = SG, occasion: Occasion = Occasion.SEIZURE, **more: object
) -> Routing:
    options = {"contacts": CONTACTS, "coordinators": COORDINATORS, **more}
    return routing.resolve(stops=stops, place=Place(discovery, occasion), originator=originator, **options)  # type: ignore[arg-type]


def _asks(resolved: Routing) -> dict[int, tuple[Ask, ...]]:
    return {c.agency: routing.ask(parts=c.parts, for_information=c.for_information) for c in resolved.counterparts}


# The worked example


def test_the_etis_example_asks_ug_ke_ae_and_cn_and_informs_my() -> None:
    assert _resolve(*ETIS) == Routing(
        counterparts=(
            Counterpart(UG, (RoutePart(Part.ORIGIN, "UG", Decimal("0.2")),), for_information=False, coordinating=False),
            Counterpart(
                KE,
                (RoutePart(Part.ORIGIN, "KE", Decimal("0.8")), RoutePart(Part.EXPORT, "KE")),
                for_information=False,
                coordinating=False,
            ),
            Counterpart(AE, (RoutePart(Part.TRANSIT, "AE", None, True),), for_information=False, coordinating=False),
            Counterpart(MY, (RoutePart(Part.TRANSIT, "MY", None, False),), for_information=True, coordinating=False),
            Counterpart(CN, (RoutePart(Part.DESTINATION, "CN"),), for_information=False, coordinating=False),
        ),
        own=(),
        unreached=(),
    )


def test_the_etis_example_asks_each_for_the_part_its_country_played() -> None:
    assert _asks(_resolve(*ETIS)) == {
        UG: (Ask.TRACE_THE_SOURCE,),
        KE: (Ask.TRACE_THE_SOURCE, Ask.HOW_DID_IT_LEAVE),
        AE: (Ask.WHY_MISSED,),
        MY: (Ask.FOR_INFORMATION,),
        CN: (Ask.WHO_WAS_TO_RECEIVE,),
    }


# Discovery


def test_nobody_is_asked_about_a_discovery_in_the_originators_own_country() -> None:
    assert _resolve() == Routing(counterparts=(), own=(), unreached=())


def test_a_discovery_elsewhere_asks_the_contact_of_that_country() -> None:
    for originator in (SG, Agency(WCO, "")):
        resolved = _resolve(discovery="KE", originator=originator)
        assert _asks(resolved) == {KE: (Ask.WHAT_IS_KNOWN_OF_THE_DISCOVERY,)}
        assert resolved.counterparts[0].parts == (RoutePart(Part.DISCOVERY, "KE"),)


def test_a_report_without_a_place_asks_nobody_about_a_discovery() -> None:
    assert _resolve(discovery="") == Routing(counterparts=(), own=(), unreached=())


@pytest.mark.parametrize("part", [Part.DISCOVERY, Part.NAMED])
def test_what_is_derived_is_refused_as_a_stop(part: Part) -> None:
    with pytest.raises(ValueError, match=part):
        Stop("KE", part)


# For information


@pytest.mark.parametrize(("opportunity", "informed"), [(True, False), (False, True), (None, True)])
def test_a_transit_country_is_asked_only_where_it_had_the_goods(*, opportunity: bool | None, informed: bool) -> None:
    (counterpart,) = _resolve(Stop("MY", Part.TRANSIT, seizure_opportunity=opportunity)).counterparts
    assert counterpart.for_information is informed


@pytest.mark.parametrize("part", [Part.ORIGIN, Part.EXPORT, Part.DESTINATION])
def test_an_opportunity_to_seize_matters_to_transit_alone(part: Part) -> None:
    (counterpart,) = _resolve(Stop("MY", part, seizure_opportunity=False)).counterparts
    assert not counterpart.for_information


@pytest.mark.parametrize("country", ["XX", "XF", "XV", "NA"])
def test_a_pseudo_country_or_one_without_contact_is_told_to_its_coordinating_body(country: str) -> None:
    resolved = _resolve(Stop(country, Part.TRANSIT, seizure_opportunity=True), Stop("KE", Part.ORIGIN))
    informed = RoutePart(Part.TRANSIT, country, None, seizure_opportunity=True, coordinated=True)
    assert resolved.counterparts[0] == Counterpart(WCO, (informed,), for_information=True, coordinating=True)
    assert _asks(resolved) == {WCO: (Ask.FOR_INFORMATION,), KE: (Ask.TRACE_THE_SOURCE,)}


def test_a_country_with_a_contact_for_one_part_alone_is_coordinated_in_the_others() -> None:
    resolved = _resolve(Stop("VU", Part.ORIGIN), Stop("VU", Part.EXPORT), contacts={("VU", Part.ORIGIN): KE})
    assert _asks(resolved) == {KE: (Ask.TRACE_THE_SOURCE,), WCO: (Ask.FOR_INFORMATION,)}


def test_an_agency_with_an_asked_part_and_another_for_information_is_asked_for_the_first_alone() -> None:
    contacts = {("KE", Part.TRANSIT): WCO, ("UG", Part.TRANSIT): WCO}
    (counterpart,) = _resolve(
        Stop("XF", Part.ORIGIN),
        Stop("UG", Part.TRANSIT),
        Stop("KE", Part.TRANSIT, seizure_opportunity=True),
        contacts=contacts,
    ).counterparts
    assert [part.for_information for part in counterpart.parts] == [True, True, False]
    assert (counterpart.for_information, counterpart.coordinating) == (False, False)
    assert routing.ask(parts=counterpart.parts, for_information=False) == (Ask.WHY_MISSED,)


# Nobody is dropped in silence


def test_a_part_with_neither_contact_nor_coordinating_body_is_named_as_unreached() -> None:
    resolved = _resolve(Stop("XX", Part.DESTINATION), Stop("KE", Part.ORIGIN), coordinators={})
    assert resolved.unreached == (RoutePart(Part.DESTINATION, "XX"),)
    assert [counterpart.agency for counterpart in resolved.counterparts] == [KE]


def test_a_part_whose_contact_is_the_originator_is_its_own() -> None:
    resolved = _resolve(Stop("SG", Part.EXPORT), Stop("KE", Part.ORIGIN), named={SG.token})
    assert resolved.own == (RoutePart(Part.EXPORT, "SG"),)
    assert [counterpart.agency for counterpart in resolved.counterparts] == [KE]


def test_the_originators_country_may_have_another_contact() -> None:
    resolved = _resolve(Stop("SG", Part.EXPORT), contacts={("SG", Part.EXPORT): SG_POLICE})
    assert _asks(resolved) == {SG_POLICE: (Ask.HOW_DID_IT_LEAVE,)}


def test_a_coordinating_body_that_files_keeps_what_it_coordinates_as_its_own() -> None:
    resolved = _resolve(Stop("XF", Part.ORIGIN), discovery="", originator=Agency(WCO, ""))
    assert resolved.own == (RoutePart(Part.ORIGIN, "XF", coordinated=True),)
    assert resolved.counterparts == ()


def test_a_deactivated_contact_is_none_and_a_deactivated_coordinating_body_reaches_nobody() -> None:
    inactive = _resolve(Stop("KE", Part.ORIGIN), inactive={KE})
    assert _asks(inactive) == {WCO: (Ask.FOR_INFORMATION,)}
    both = _resolve(Stop("KE", Part.ORIGIN), inactive={KE, WCO})
    assert (both.counterparts, both.unreached) == ((), (RoutePart(Part.ORIGIN, "KE"),))


# Withheld


def test_a_withheld_contact_stays_for_the_policy_to_leave_out_and_has_no_substitute() -> None:
    assert _resolve(*ETIS, withheld={KE}) == _resolve(*ETIS)


def test_a_withheld_contact_has_no_substitute_where_it_is_deactivated_too() -> None:
    resolved = _resolve(Stop("KE", Part.ORIGIN), withheld={KE}, inactive={KE})
    assert [counterpart.agency for counterpart in resolved.counterparts] == [KE]


def test_a_country_of_which_a_contact_is_withheld_is_not_coordinated_in_its_other_parts() -> None:
    contacts = {("KE", Part.ORIGIN): KE, ("UG", Part.ORIGIN): UG}
    route = (Stop("KE", Part.ORIGIN), Stop("KE", Part.EXPORT), Stop("UG", Part.EXPORT))
    resolved = _resolve(*route, contacts=contacts, withheld={KE})
    assert [(c.agency, [p.country for p in c.parts]) for c in resolved.counterparts] == [(KE, ["KE"]), (WCO, ["UG"])]
    assert resolved.unreached == (RoutePart(Part.EXPORT, "KE"),)


# Named


def test_a_named_agency_gets_one_referral_with_its_parts_and_being_named() -> None:
    resolved = _resolve(Stop("KE", Part.ORIGIN), named=(NG, KE_WILDLIFE, KE))
    named = RoutePart(Part.NAMED, "")
    assert [(c.agency, c.parts) for c in resolved.counterparts] == [
        (KE, (RoutePart(Part.ORIGIN, "KE"), named)),
        (KE_WILDLIFE, (named,)),
        (NG, (named,)),
    ]
    asks = _asks(resolved)
    assert asks[KE] == (Ask.TRACE_THE_SOURCE, Ask.WHAT_CAN_YOU_DO)
    assert asks[KE_WILDLIFE] == asks[NG] == (Ask.WHAT_CAN_YOU_DO,)
    assert [c.on_route for c in resolved.counterparts] == [True, False, False]


def test_a_coordinating_body_that_is_named_is_asked_and_still_coordinates() -> None:
    (counterpart,) = _resolve(Stop("XF", Part.ORIGIN), named={WCO}).counterparts
    assert (counterpart.for_information, counterpart.coordinating) == (False, True)
    assert routing.ask(parts=counterpart.parts, for_information=False) == (Ask.WHAT_CAN_YOU_DO,)


def test_an_agency_that_only_is_named_coordinates_nothing() -> None:
    (counterpart,) = _resolve(named={WCO}).counterparts
    assert (counterpart.for_information, counterpart.coordinating) == (False, False)


# Merging


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (("0.3", "0.2"), Decimal("0.5")),
        (("0.3", None), Decimal("0.3")),
        ((None, None), None),
        (("0", None), Decimal(0)),
    ],
)
def test_two_origins_in_one_country_are_one_part_with_their_shares_added(
    shares: tuple[str | None, ...], expected: Decimal | None
) -> None:
    stops = [Stop("KE", Part.ORIGIN, share=None if share is None else Decimal(share)) for share in shares]
    (counterpart,) = _resolve(*stops).counterparts
    assert counterpart.parts == (RoutePart(Part.ORIGIN, "KE", expected),)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(True, False, True), (False, True, True), (None, False, False), (False, False, False), (None, None, None)],
)
def test_two_transits_of_one_country_are_an_opportunity_if_one_was(
    *, first: bool | None, second: bool | None, expected: bool | None
) -> None:
    stops = [Stop("MY", Part.TRANSIT, seizure_opportunity=opportunity) for opportunity in (first, second)]
    (counterpart,) = _resolve(*stops).counterparts
    assert counterpart.parts == (RoutePart(Part.TRANSIT, "MY", None, expected),)


# Properties

STOPS = st.lists(
    st.builds(
        Stop,
        country=st.sampled_from((*CONTACT_OF, "XX", "NA", "ZZ")),
        part=st.sampled_from(sorted(routing.ROUTE_PARTS)),
        share=st.sampled_from((None, Decimal("0.5"))),
        seizure_opportunity=st.sampled_from((None, True, False)),
    ),
    max_size=8,
)
TOKENS = st.frozensets(st.sampled_from((UG, KE, WCO, NG, KE_WILDLIFE)), max_size=3)


def test_intelligence_concerns_its_place_and_what_it_asks_looks_forward() -> None:
    stops = (
        Stop("UG", Part.ORIGIN),
        Stop("KE", Part.EXPORT),
        Stop("AE", Part.TRANSIT, seizure_opportunity=True),
        Stop("MY", Part.TRANSIT),
        Stop("CN", Part.DESTINATION),
    )
    resolved = _resolve(*stops, discovery="NG", occasion=Occasion.INTELLIGENCE)
    assert _asks(resolved) == {
        UG: (Ask.WHAT_IS_ITS_SOURCE,),
        KE: (Ask.CAN_IT_BE_STOPPED_LEAVING,),
        AE: (Ask.CAN_IT_BE_STOPPED_ON_ITS_WAY,),
        MY: (Ask.FOR_INFORMATION,),
        CN: (Ask.WHO_IS_TO_RECEIVE,),
        NG: (Ask.WHAT_CAN_YOU_DO,),
    }
    assert resolved.counterparts[-1].parts == (RoutePart(Part.CONCERNED, "NG", occasion=Occasion.INTELLIGENCE),)
    assert _resolve(discovery="SG", occasion=Occasion.INTELLIGENCE).counterparts == ()


def test_an_analysis_informs_and_asks_only_whom_its_author_names() -> None:
    stops = (Stop("KE", Part.ORIGIN), Stop("CN", Part.DESTINATION))
    resolved = _resolve(*stops, discovery="NG", named=[CN, WCO], occasion=Occasion.ANALYSIS)
    assert _asks(resolved) == {
        KE: (Ask.FOR_INFORMATION,),
        CN: (Ask.WHAT_CAN_YOU_DO,),
        NG: (Ask.FOR_INFORMATION,),
        WCO: (Ask.WHAT_CAN_YOU_DO,),
    }


def test_a_withheld_contact_has_no_substitute_for_what_a_report_concerns() -> None:
    resolved = _resolve(discovery="KE", withheld=[KE], occasion=Occasion.INTELLIGENCE)
    assert [counterpart.agency for counterpart in resolved.counterparts] == [KE]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STOPS, st.sampled_from(("SG", "KE", "XX", "ZZ", "")), TOKENS, TOKENS, TOKENS)
def test_every_part_of_a_route_stands_in_one_place_and_every_agency_once(
    stops: list[Stop], discovery: str, named: frozenset[int], withheld: frozenset[int], inactive: frozenset[int]
) -> None:
    resolved = _resolve(*stops, discovery=discovery, named=named, withheld=withheld, inactive=inactive)
    placed = [part for c in resolved.counterparts for part in c.parts if part.part is not Part.NAMED]
    found = sorted((part.country, part.part) for part in (*placed, *resolved.own, *resolved.unreached))
    discovered = {(discovery, Part.DISCOVERY)} if discovery not in ("", "SG") else set()
    assert found == sorted({(stop.country, stop.part) for stop in stops} | discovered)
    agencies = [counterpart.agency for counterpart in resolved.counterparts]
    assert len(agencies) == len(set(agencies))
    assert named <= set(agencies)
    assert SG.token not in agencies
