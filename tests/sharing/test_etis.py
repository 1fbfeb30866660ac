"""ETIS' figures for one seizure, beginning with its published worked example."""

from decimal import Decimal

import pytest

from apps.sharing import routing
from apps.sharing.routing import Part, Stop
from tests.sharing.etis_example import ETIS


def test_the_etis_example_counts_seizures_out_for_law_enforcement_and_for_the_trade_flow() -> None:
    out = routing.seizures_out(stops=ETIS, discovery="SG")
    assert out.law_enforcement == ("UG", "KE", "AE")
    assert out.trade_flow == ("UG", "KE", "AE", "CN")


def test_the_etis_example_weighs_out_ugandas_share_and_all_of_it_for_the_others() -> None:
    weights = routing.weight_out(stops=ETIS, discovery="SG", weight=Decimal(1000))
    assert weights == {"UG": Decimal(200), "KE": Decimal(1000), "AE": Decimal(1000), "CN": Decimal(1000)}


def test_the_country_of_discovery_and_pseudo_countries_count_for_nobody() -> None:
    stops = (
        Stop("KE", Part.ORIGIN),
        Stop("XF", Part.EXPORT),
        Stop("SG", Part.DESTINATION),
        Stop("CN", Part.DESTINATION),
    )
    out = routing.seizures_out(stops=stops, discovery="SG", pseudo={"XF"})
    assert (out.law_enforcement, out.trade_flow) == (("KE",), ("KE", "CN"))
    weights = routing.weight_out(stops=stops, discovery="SG", weight=Decimal(10), pseudo={"XF"})
    assert weights == {"KE": Decimal(10), "CN": Decimal(10)}


def test_a_transit_without_an_opportunity_weighs_nothing_and_makes_no_origin_whole() -> None:
    stops = (
        Stop("KE", Part.ORIGIN, share=Decimal("0.25")),
        Stop("KE", Part.TRANSIT, seizure_opportunity=False),
        Stop("UG", Part.ORIGIN, share=Decimal("0.75")),
        Stop("UG", Part.TRANSIT, seizure_opportunity=True),
    )
    weights = routing.weight_out(stops=stops, discovery="SG", weight=Decimal(8))
    assert weights == {"KE": Decimal(2), "UG": Decimal(8)}


def test_origins_without_a_share_divide_what_the_others_leave() -> None:
    stops = (
        Stop("KE", Part.ORIGIN, share=Decimal("0.4")),
        Stop("UG", Part.ORIGIN),
        Stop("NG", Part.ORIGIN),
        Stop("KE", Part.ORIGIN, share=Decimal("0.2")),
    )
    weights = routing.weight_out(stops=stops, discovery="SG", weight=Decimal(10))
    assert weights == {"KE": Decimal(6), "UG": Decimal(2), "NG": Decimal(2)}


def test_worked_ivory_counts_for_the_raw_ivory_it_was_carved_from() -> None:
    assert routing.raw_ivory_equivalent(raw=Decimal(100), worked=Decimal(7)) == Decimal(110)


@pytest.mark.parametrize(("equivalent", "large"), [("500", True), ("499.999", False), ("500.001", True)])
def test_large_scale_begins_at_500_kg(equivalent: str, *, large: bool) -> None:
    assert routing.is_large_scale(equivalent=Decimal(equivalent)) is large


@pytest.mark.parametrize(
    ("raw", "worked", "expected"), [(True, True, 2), (True, False, 1), (False, True, 1), (False, False, 0)]
)
def test_raw_and_worked_ivory_count_as_two_seizures(*, raw: bool, worked: bool, expected: int) -> None:
    assert routing.seizure_count(raw=raw, worked=worked) == expected
