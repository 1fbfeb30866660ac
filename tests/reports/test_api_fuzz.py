"""Whatever is sent as JSON: never a 500, a refusal writes nothing, and what is taken comes back as it was understood."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.reports.models import Report, RouteStop, SeizedItem
from apps.sharing.models import Label
from tests.callers import ETIS, PANGOLINS, Caller, read
from tests.cast import Cast
from tests.sizes import generated

pytestmark = pytest.mark.django_db
size = generated(commit=100, landing=5_000, release=20_000)
# Text that is JSON (no half surrogates), with what breaks parsers and files drawn often.
NASTY = st.sampled_from(
    [
        "\0",
        "\u202e",
        "\ufeff",
        "\u2028",
        "'; DROP TABLE",
        "{{ 7 * 7 }}",
        "%s%n",
        "NaN",
        "-0",
        "1e400",
        "١٢",
        "ﬀ",
        "𝟙",
        "İ",
    ]
)
TEXT = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), NASTY)
NUMBER = st.one_of(
    st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([1e308, 5e-324])
)
LEAF = st.one_of(st.none(), st.booleans(), NUMBER, TEXT)
JSON = st.recursive(
    LEAF, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)), max_leaves=12
)
CODES = st.sampled_from(
    ["NA", "SG", "KE", "XX", "XF", "na", "", "SGP", "KE-CUSTOMS", "SG-CUSTOMS", "WWF", "UG-CUSTOMS"]
)
VALUES = st.one_of(
    JSON, CODES, st.sampled_from(["ORIGIN", "TRANSIT", "RED", "GREEN", "0.5", "1", "2019-01-16", "KGM", "TUS"])
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever an example did never was. A bare savepoint: budgets insist on a transaction of their own."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@pytest.fixture
def liaison(cast: Cast) -> Caller:
    """Somebody who may do all of it; every example is rolled back."""
    return Caller(cast.liaison("SG-CUSTOMS"))


@st.composite
def nearly(draw: st.DrawFn, whole: dict[str, Any]) -> Any:
    """A right body with a few of its values, at any depth, replaced, removed or joined by others."""
    body = orjson.loads(orjson.dumps(whole))
    for _ in range(draw(st.integers(1, 4))):
        place = body
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            inner = place[key]
            if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
                _change(draw, place, key)
                break
            place = inner
    return body


def _change(draw: st.DrawFn, place: Any, key: Any) -> None:
    what = draw(st.sampled_from(("replace", "remove", "join")))
    if what == "remove":
        del place[key]
    elif what == "replace":
        place[key] = draw(VALUES)
    elif isinstance(place, list):
        place.append(draw(VALUES))
    else:
        place[draw(st.one_of(TEXT, st.sampled_from(sorted(PANGOLINS))))] = draw(VALUES)


def _rows() -> list[int]:
    return [model.objects.count() for model in (Report, SeizedItem, RouteStop, Label)]


def _told_well(answer: Any) -> dict[str, Any]:
    document = read(answer)
    assert answer.status_code in {400, 403}, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert document["code"] in {"invalid", "malformed", "not_allowed", "incomplete"}
    assert isinstance(document, dict)
    return document


@size
@given(body=st.one_of(JSON, nearly(PANGOLINS), nearly(ETIS)), door=st.sampled_from(["reports/", "reports/preview/"]))
def test_no_body_of_a_report_breaks_its_door(liaison: Caller, body: Any, door: str) -> None:
    with undone():
        before = _rows()
        answer = liaison.post(door, orjson.dumps(body))
        if answer.status_code == 201:
            _round_trip(liaison, read(answer))
        else:
            assert _rows() == before
            assert answer.status_code == 200 or _told_well(answer)


def _round_trip(liaison: Caller, shown: dict[str, Any]) -> None:
    """What was taken is read as it was answered, sent back it changes nothing, and it submits or says what it lacks."""
    address = f"reports/{shown['id']}/"
    assert read(liaison.get(address)) == shown
    again = liaison.patch(address, shown)
    assert again.status_code == 200, again.content
    assert {**read(again), "updated_at": None} == {**shown, "updated_at": None}
    submitted = liaison.post(f"{address}submit/")
    assert submitted.status_code == 200 or _told_well(submitted)["code"] == "incomplete"


@size
@given(body=JSON)
def test_no_change_breaks_a_draft(liaison: Caller, body: Any) -> None:
    with undone():
        report = liaison.draft(ETIS)
        shown = read(liaison.get(f"reports/{report}/"))
        answer = liaison.call("PATCH", f"reports/{report}/", orjson.dumps(body))
        if answer.status_code != 200:
            _told_well(answer)
            assert read(liaison.get(f"reports/{report}/")) == shown


FILTERS = st.dictionaries(
    st.sampled_from(["q", "country", "part", "taxon", "kind", "originator", "state", "since", "until", "limit"]),
    st.one_of(VALUES, NUMBER),
    max_size=4,
)


@size
@given(body=st.one_of(JSON, FILTERS))
def test_no_search_breaks_its_door(liaison: Caller, body: Any) -> None:
    with undone():
        answer = liaison.post("reports/search/", orjson.dumps(body))
        assert answer.status_code == 200 or _told_well(answer)


@size
@given(
    query=st.dictionaries(
        st.one_of(TEXT, st.sampled_from(["q", "since", "cursor", "limit", "country"])), TEXT, max_size=3
    )
)
def test_no_query_breaks_a_list(liaison: Caller, query: dict[str, str]) -> None:
    with undone():
        for door in ("reports/", "referrals/", "notifications/"):
            answer = liaison.client.get(f"/api/v1/{door}", query, headers={"Authorization": f"Bearer {liaison.token}"})
            assert answer.status_code == 200 or _told_well(answer)
