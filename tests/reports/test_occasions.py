"""Nothing is said to have been found where nothing was, and what is asked of what is to come looks forward."""

from typing import Any

import pytest

from tests.callers import Caller, read
from tests.cast import Cast

ROUTE = [
    {"country": "UG", "part": "ORIGIN"},
    {"country": "KE", "part": "EXPORT"},
    {"country": "AE", "part": "TRANSIT", "seizure_opportunity": True},
    {"country": "CN", "part": "DESTINATION"},
]


def _told(cast: Cast, kind: str, **more: Any) -> dict[str, dict[str, Any]]:
    body = {"kind": kind, "title": "A boat", "place": {"country": "NG"}, "route": ROUTE, **more}
    rows = read(Caller(cast.liaison("WWF")).post("reports/preview/", body))["audience"]
    return {row["agency"]: row for row in rows if row.get("told")}


@pytest.mark.parametrize("kind", ["OPERATIONAL_INTELLIGENCE", "ANALYSIS"])
def test_what_is_no_seizure_was_found_nowhere(cast: Cast, kind: str) -> None:
    told = _told(cast, kind)
    assert told["NG-CUSTOMS"]["parts"] == ["CONCERNED"]
    said = " ".join(f"{row['sentence']} {row['ask']}" for row in told.values())
    for past in ("found in", "discovery", "were not stopped", "how the goods left", "who was to receive"):
        assert past not in said


def test_intelligence_looks_forward(cast: Cast) -> None:
    told = _told(cast, "OPERATIONAL_INTELLIGENCE")
    assert told["KE-CUSTOMS"]["ask"] == "Please say whether the goods can be stopped before they leave the country."
    assert told["AE-CUSTOMS"]["ask"] == "Please say whether the goods can be stopped in transit."
    assert told["NG-CUSTOMS"]["sentence"] == "It concerns a place in Nigeria"
    assert not any(row["for_information"] for row in told.values())


def test_an_analysis_informs_all_but_whom_its_author_names(cast: Cast) -> None:
    told = _told(cast, "ANALYSIS", named=["CN-CUSTOMS"])
    assert {code: row["for_information"] for code, row in told.items()} == {
        "UG-CUSTOMS": True,
        "KE-CUSTOMS": True,
        "AE-CUSTOMS": True,
        "NG-CUSTOMS": True,
        "CN-CUSTOMS": False,
    }
    assert told["CN-CUSTOMS"]["ask"] == "Please say what your agency can do about it."
