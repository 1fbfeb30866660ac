"""Parts of a route that no other agency answers for: told before sending, and still told to the originator afterwards."""

from typing import Any

import pytest

from apps.agencies.models import Agency
from apps.outbox.actions import relay
from tests.callers import ETIS, Caller, read
from tests.cast import Cast
from tests.web.visiting import Visitor

pytestmark = pytest.mark.django_db
ROUTE: list[dict[str, Any]] = [
    {"country": "XF", "part": "ORIGIN"},
    {"country": "SG", "part": "EXPORT"},
    {"country": "CN", "part": "DESTINATION"},
]
UNREACHED = [("XF", "ORIGIN")]
OWN = [("SG", "EXPORT")]


def _parts(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["country"], row["part"]) for row in rows]


def test_what_falls_to_nobody_and_what_falls_to_oneself_is_told_as_before_sending(cast: Cast) -> None:
    Agency.objects.filter(code="WCO").update(active=False)
    singapore = Caller(cast.liaison("SG-CUSTOMS"))
    body = {**ETIS, "route": ROUTE}
    before = read(singapore.post("reports/preview/", body))
    report = singapore.submitted(body)
    relay()
    after = read(singapore.get(f"reports/{report}/audience/"))
    assert (_parts(before["unreached"]), _parts(before["own"])) == (UNREACHED, OWN)
    assert (after["unreached"], after["own"]) == (before["unreached"], before["own"])
    Agency.objects.filter(code="WCO").update(active=True)  # a later change concerns new submissions
    assert read(singapore.get(f"reports/{report}/audience/"))["unreached"] == before["unreached"]

    page = Visitor(cast, "liaison", "SG-CUSTOMS").get(f"/reports/{report}/")
    assert "no agency answers for it, so nobody is told of that" in page
    assert "that is your own agency's to follow up" in page


def test_other_readers_are_not_told_which_parts_fall_to_nobody(cast: Cast) -> None:
    Agency.objects.filter(code="WCO").update(active=False)
    report = Caller(cast.liaison("SG-CUSTOMS")).submitted(ETIS, route=ROUTE)
    relay()
    seen = read(Caller(cast.liaison("CN-CUSTOMS")).get(f"reports/{report}/audience/"))
    assert (seen["unreached"], seen["own"], seen["left_out"]) == ([], [], [])
    assert "nobody is told of that" not in Visitor(cast, "liaison", "CN-CUSTOMS").get(f"/reports/{report}/")
