"""What can't be meant is refused with a problem document that names the field, and nothing is written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.test import Client

from apps.agencies.models import IdempotencyKey
from apps.audit.models import Entry
from apps.outbox.models import Event
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.sharing.models import Grant, Label
from tests.callers import PANGOLINS, Caller, refused
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_is_written")]
WRITTEN = (Report, SeizedItem, RouteStop, Label, Grant, Event, IdempotencyKey)


@pytest.fixture
def officer(cast: Cast) -> Caller:
    """Somebody who files and searches."""
    return Caller(cast.liaison("HK-CUSTOMS"))


@pytest.fixture
def nothing_is_written(officer: Caller) -> Iterator[None]:
    """Refusals of input leave no row, not even in the trail."""
    before = Entry.objects.count()
    yield
    assert [model.objects.count() for model in WRITTEN] == [0] * len(WRITTEN)
    assert Entry.objects.count() == before


def _item(**changes: Any) -> dict[str, Any]:
    return {"items": [{**PANGOLINS["items"][0], **changes}]}


def _stops(*stops: dict[str, Any]) -> dict[str, Any]:
    return {"route": list(stops)}


def _day(offset: int) -> str:
    return (datetime.now(UTC) + timedelta(days=offset)).date().isoformat()


ORIGIN = {"country": "NG", "part": "ORIGIN"}
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "unknown kind": ({"kind": "GOSSIP"}, ("kind",)),
    "no kind": ({"kind": None}, ("kind",)),
    "unknown taxon": (_item(taxon="Draco volans imaginarius"), ("items.0.taxon",)),
    "unknown term": (_item(term="ZZZ"), ("items.0.term",)),
    "a term that was split": (_item(term="FIN"), ("items.0.term",)),
    "unknown unit": (_item(unit="QQQ"), ("items.0.unit",)),
    "unknown country of the place": ({"place": {"country": "ZZ"}}, ("place.country",)),
    "unknown country of the route": (_stops({"country": "QQ", "part": "TRANSIT"}), ("route.0.country",)),
    "unknown named agency": ({"named": ["KE-CUSTOMS", "NOBODY"]}, ("named.1",)),
    "unknown withheld agency": ({"withheld_from": ["NOBODY"]}, ("withheld_from.0",)),
    "a code with a zero in it": ({"named": ["KE-CUSTOMS\0"]}, ("named",)),
    "a code that turns the line around": ({"withheld_from": ["\u202eSMOTSUC-EK"]}, ("withheld_from",)),
    "a handling code with a zero in it": ({"handling": ["H1\0"]}, ("handling",)),
    "the week at the end of time": ({"occurred": {"date": "9999-12-31", "precision": "WEEK"}}, ("occurred.date",)),
    "named and withheld": ({"named": ["VN-CUSTOMS"], "withheld_from": ["VN-CUSTOMS"]}, ("withheld_from",)),
    "one's own agency named": ({"named": ["HK-CUSTOMS"]}, ("named",)),
    "one's own agency left out": ({"withheld_from": ["HK-CUSTOMS"]}, ("withheld_from",)),
    "negative amount": (_item(quantity="-1"), ("items.0.quantity",)),
    "more than 10,000 t": (_item(quantity="10000001"), ("items.0.quantity",)),
    "more than a thousand million pieces": (_item(quantity="1000000001", unit="NAR"), ("items.0.quantity",)),
    "an amount of an unknown amount": (_item(qualifier="UNKNOWN"), ("items.0.quantity",)),
    "an amount in words": (_item(quantity="a lot"), ("items.0.quantity",)),
    "an amount that is no number": (_item(quantity="NaN"), ("items.0.quantity",)),
    "an endless amount": (_item(quantity="Infinity"), ("items.0.quantity",)),
    "a huge exponent": (_item(quantity="1e999999"), ("items.0.quantity",)),
    "a tiny exponent": (_item(quantity="1e-999999"), ("items.0.quantity",)),
    "too many digits": (_item(quantity="1" * 400), ("items.0.quantity",)),
    "too many decimals": (_item(quantity="0.1234567"), ("items.0.quantity",)),
    "a truth as an amount": (_item(quantity=True), ("items.0.quantity",)),
    "a list as an amount": (_item(quantity=[1]), ("items.0.quantity",)),
    "unknown qualifier": (_item(qualifier="MAYBE"), ("items.0.qualifier",)),
    "share below 0": (_stops({**ORIGIN, "share": "-0.1"}), ("route.0.share",)),
    "share over 1": (_stops({**ORIGIN, "share": "1.01"}), ("route", "route.0.share")),
    "shares over 1 together": (_stops({**ORIGIN, "share": "0.7"}, {**ORIGIN, "share": "0.4"}), ("route",)),
    "a share of transit": (_stops({"country": "AE", "part": "TRANSIT", "share": "1"}), ("route.0.share",)),
    "a share in thirds": (_stops({**ORIGIN, "share": "0.33333"}), ("route.0.share",)),
    "custody of an origin": (_stops({**ORIGIN, "seizure_opportunity": True}), ("route.0.seizure_opportunity",)),
    "custody as a word": (
        _stops({"country": "AE", "part": "TRANSIT", "seizure_opportunity": "yes"}),
        ("route.0.seizure_opportunity",),
    ),
    "discovery in the route": (_stops({"country": "HK", "part": "DISCOVERY"}), ("route.0.part",)),
    "a stop nowhere": (_stops({"part": "TRANSIT"}), ("route.0.country",)),
    "a future date": ({"occurred": {"date": _day(3), "precision": "DAY"}}, ("occurred.date",)),
    "a future year": ({"occurred": {"date": "2999", "precision": "YEAR"}}, ("occurred.date",)),
    "a range into the future": (
        {"occurred": {"date": "2019-01-01", "precision": "RANGE", "until": _day(9)}},
        ("occurred.until",),
    ),
    "a range backwards": (
        {"occurred": {"date": "2019-01-02", "precision": "RANGE", "until": "2019-01-01"}},
        ("occurred.until",),
    ),
    "a date of its own": ({"occurred": {"date": "16/01/2019", "precision": "DAY"}}, ("occurred.date",)),
    "no such day": ({"occurred": {"date": "2019-02-30", "precision": "DAY"}}, ("occurred.date",)),
    "unknown precision": (
        {"occurred": {"date": "2019", "precision": "CENTURY"}},
        ("occurred.date", "occurred.precision"),
    ),
    "a date as a number": ({"occurred": {"date": 2019, "precision": "YEAR"}}, ("occurred.date",)),
    "unknown marking": ({"tlp": "PURPLE"}, ("tlp",)),
    "unknown handling": ({"handling": ["H9"]}, ("handling",)),
    "law enforcement as a word": ({"law_enforcement_only": "true"}, ("law_enforcement_only",)),
    "a misspelt field": ({"withheld_form": ["VN-CUSTOMS"]}, ("withheld_form",)),
    "a title as a number": ({"title": 7}, ("title",)),
    "a title too long": ({"title": "x" * 301}, ("title",)),
    "a narrative over 100 kB": ({"narrative": "é" * 50_001}, ("narrative",)),
    "NUL": ({"narrative": "a\0b"}, ("narrative",)),
    "right-to-left override": ({"title": "seized \u202egpj.exe"}, ("title",)),
    "an isolate that does not end": ({"narrative": "a \u2066b"}, ("narrative",)),
    "an isolate that ends in another line": ({"narrative": "a \u2066b\nc\u2069"}, ("narrative",)),
    "an end of an isolate that never began": ({"title": "a \u2069b"}, ("title",)),
    "a hidden text in tags": ({"narrative": "seized \U000e0054\U000e0055 today"}, ("narrative",)),
    "a noncharacter": ({"title": "a\ufdd0b"}, ("title",)),
    "a noncharacter of a higher plane": ({"title": "a\U0001fffeb"}, ("title",)),
    "an anchor of annotations": ({"title": "a\ufff9b"}, ("title",)),
    "a country that two letters were made of": ({"place": {"country": "\u00df"}}, ("place.country",)),
    "a country in one ligature": (_stops({"country": "\ufb01", "part": "TRANSIT"}), ("route.0.country",)),
    "a country with the sign of Kelvin": ({"place": {"country": "\u212aE"}}, ("place.country",)),
    "underscores in an amount": (_item(quantity="1_000"), ("items.0.quantity",)),
    "a grouped amount": (_item(quantity="1,000"), ("items.0.quantity",)),
    "an amount with an exponent": (_item(quantity="1e3"), ("items.0.quantity",)),
    "an amount in other digits": (_item(quantity="\u0661\u0662"), ("items.0.quantity",)),
    "an amount of nothing": (_item(quantity="0"), ("items.0.quantity",)),
    "at least nothing": (_item(quantity=0, qualifier="AT_LEAST"), ("items.0.quantity",)),
    "half an animal": (_item(term="LIV", unit="NAR", quantity="2.5"), ("items.0.quantity",)),
    "a share of nothing": (_stops({**ORIGIN, "share": "0"}), ("route.0.share",)),
    "a share with underscores": (_stops({**ORIGIN, "share": "0_1"}), ("route.0.share",)),
    "a control character": ({"place": {"name": "Kwai\x1bChung", "country": "HK"}}, ("place.name",)),
    "items as an object": ({"items": {"taxon": "Manis spp."}}, ("items",)),
    "an item as a word": ({"items": ["Manis spp."]}, ("items.0",)),
    "a place as a word": ({"place": "Kwai Chung"}, ("place",)),
    "201 specimens": ({"items": PANGOLINS["items"] * 201}, ("items",)),
    "10,000 specimens": ({"items": PANGOLINS["items"] * 10_000}, ("items",)),
    "51 stops": (_stops(*[ORIGIN] * 51), ("route",)),
    "1,001 named": ({"named": [f"AGENCY-{number}" for number in range(1001)]}, ("named",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_draft_refuses(officer: Caller, name: str) -> None:
    changes, paths = REFUSED[name]
    refused(officer.post("reports/", {**PANGOLINS, **changes}), 400, "invalid", *paths)
    refused(officer.post("reports/preview/", {**PANGOLINS, **changes}), 400, "invalid", *paths)


def test_every_wrong_field_is_named_at_once(officer: Caller) -> None:
    body = {**PANGOLINS, "tlp": "PURPLE", "title": 7, **_item(quantity="-1", unit=8), **_stops({"part": "X"})}
    paths = ("items.0.quantity", "items.0.unit", "route.0.country", "route.0.part", "title", "tlp")
    refused(officer.post("reports/", body), 400, "invalid", *paths)


NOT_JSON = {
    "nothing closed": b'{"kind": "SEIZURE"',
    "words": b"kind=SEIZURE",
    "a single quote": b"{'kind': 'SEIZURE'}",
    "invalid UTF-8": b'{"kind": "SEIZURE", "title": "\xff\xfe"}',
    "UTF-16": '{"kind": "SEIZURE"}'.encode("utf-16"),
    "half a surrogate": b'{"kind": "SEIZURE", "title": "\\ud800"}',
    "NaN": b'{"kind": "SEIZURE", "items": [{"quantity": NaN}]}',
    "Infinity": b'{"kind": "SEIZURE", "items": [{"quantity": Infinity}]}',
    "an endless number": b'{"kind": "SEIZURE", "items": [{"quantity": 1e999999}]}',
    "a name twice": b'{"kind": "ANALYSIS", "withheld_from": ["VN-CUSTOMS"], "withheld_from": []}',
    "a name twice deep down": b'{"kind": "SEIZURE", "place": {"country": "HK", "country": "CN"}}',
    "100,000 levels of lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "1,000 levels": b'{"kind": "SEIZURE", "title": ' + b"[" * 1000 + b"]" * 1000 + b"}",
    "a comment": b'{"kind": "SEIZURE"} // it was found there',
    "two values": b"{}{}",
}
DOORS = ("reports/", "reports/preview/", "reports/search/")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NOT_JSON)
def test_a_body_that_is_no_json_is_malformed(officer: Caller, name: str, door: str) -> None:
    refused(officer.post(door, NOT_JSON[name]), 400, "malformed")


@pytest.mark.parametrize("body", [None, 0, 1.5, True, "report", [], [PANGOLINS], [["report", "1"]]])
@pytest.mark.parametrize("door", DOORS)
def test_a_body_that_is_no_object_is_refused(officer: Caller, body: object, door: str) -> None:
    refused(officer.post(door, orjson.dumps(body)), 400, "invalid", "")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
        "",
    ],
)
def test_another_content_type_is_not_read(officer: Caller, kind: str) -> None:
    answer = officer.post("reports/", orjson.dumps(PANGOLINS), **{"Content-Type": kind})
    refused(answer, 415, "unsupported_media_type")


def test_json_that_says_its_encoding_is_read_all_the_same(officer: Caller) -> None:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    refused(officer.post("reports/", b'{"kind": "GOSSIP"}', **kind), 400, "invalid", "kind")


def test_a_body_over_2_mb_is_refused_by_its_length_alone(officer: Caller) -> None:
    body = orjson.dumps({**PANGOLINS, "narrative": "x" * settings.BODY_LIMIT})
    refused(officer.post("reports/", body), 413, "too_large")
    answer = officer.client.generic("POST", "/api/v1/reports/", b"", CONTENT_LENGTH=str(50 * 1024 * 1024))
    refused(answer, 413, "too_large")  # type: ignore[arg-type]  # generic is typed more widely than it answers


def test_a_body_that_does_not_say_how_long_it_is_is_refused(officer: Caller) -> None:
    answer = officer.post("reports/", b"{}", **{"Transfer-Encoding": "chunked"})
    refused(answer, 411, "length_required")


@pytest.mark.parametrize("stored", [None, 7, "", "no-id", [], {"id": 1}, "\0"])
def test_the_preview_of_a_draft_needs_its_id(officer: Caller, stored: object) -> None:
    refused(officer.post("reports/preview/", {"report": stored}), 400, "invalid", "report")


QUERIES = {
    "a misspelt filter": ("contry=KE", "contry"),
    "one filter twice": ("state=DRAFT&state=SUBMITTED", "state"),
    "NUL in words": ("q=%00", "q"),
    "an override in words": ("q=%E2%80%AEabc", "q"),
    "words too long": ("q=" + "x" * 301, "q"),
    "unknown country": ("country=QQ", "country"),
    "a country's name": ("country=Atlantis", "country"),
    "unknown part": ("part=SMUGGLER", "part"),
    "unknown taxon": ("taxon=Draco volans imaginarius", "taxon"),
    "unknown kind": ("kind=GOSSIP", "kind"),
    "unknown originator": ("originator=NOBODY", "originator"),
    "unknown state": ("state=LOST", "state"),
    "a time without its zone": ("since=2019-01-16T09:00:00", "since"),
    "no such day": ("until=2019-02-30", "until"),
    "no number of rows": ("limit=many", "limit"),
    "no rows": ("limit=0", "limit"),
    "too many rows": ("limit=201", "limit"),
    "rows with a sign": ("limit=%2B5", "limit"),
    "a page elsewhere": ("cursor=AAAA", "cursor"),
    "a page in words": ("cursor=page%202", "cursor"),
    "a page in other letters": ("cursor=%C3%A9" + "A" * 21, "cursor"),
    "a page spelt otherwise": ("cursor=" + "A" * 21 + "B", "cursor"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_list_refuses(officer: Caller, name: str) -> None:
    query, path = QUERIES[name]
    refused(officer.get(f"reports/?{query}"), 400, "invalid", path)


SEARCHES: dict[str, tuple[dict[str, Any], str]] = {
    "words as a number": ({"q": 7}, "q"),
    "words as a list": ({"q": ["ivory"]}, "q"),
    "a misspelt filter": ({"contry": "KE"}, "contry"),
    "unknown country": ({"country": "QQ"}, "country"),
    "rows as a truth": ({"limit": True}, "limit"),
    "rows as a fraction": ({"limit": 1.5}, "limit"),
    "NUL": ({"taxon": "Manis\0"}, "taxon"),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_refuses(officer: Caller, name: str) -> None:
    body, path = SEARCHES[name]
    refused(officer.post("reports/search/", body), 400, "invalid", path)


@pytest.mark.parametrize(
    ("method", "door"),
    [
        ("PUT", "reports/"),
        ("DELETE", "reports/"),
        ("PATCH", "me/"),
        ("POST", "me/"),
        ("GET", "reports/search/"),
        ("OPTIONS", "reports/"),
        ("TRACE", "reports/"),
        ("INITIAL", "reports/"),
        ("DISPATCH", "reports/"),
        ("HANDLE_EXCEPTION", "reports/"),
    ],
)
def test_a_door_takes_its_own_methods_only(officer: Caller, method: str, door: str) -> None:
    refused(officer.call(method, door), 405, "method_not_allowed")


def test_only_json_is_answered(officer: Caller) -> None:
    refused(officer.get("reports/", Accept="text/html"), 406, "not_acceptable")
    assert officer.get("reports/", Accept="text/html, */*;q=0.1").status_code == 200
    refused(officer.get("reports/?format=xml"), 400, "invalid", "format")


@pytest.mark.parametrize(
    "address", ["", "no-such/", "reports", "reports/1/", "reports/NO-ID/", "reports/../me/", "x%00y/"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "PURGE"])
def test_an_address_that_is_none_answers_the_same_to_everybody(officer: Caller, address: str, method: str) -> None:
    answer = officer.call(method, address)
    refused(answer, 404, "not_found")
    visitor = Client(enforce_csrf_checks=True).generic(method, f"/api/v1/{address}")
    assert (visitor.status_code, visitor.content) == (404, answer.content)


@pytest.mark.parametrize(
    "sent", ["Bearer", "Bearer ", "Bearer nonsense", "Bearer a b", "bearer \xe9", "Bearer " + "x" * 5000]
)
def test_a_token_that_is_none_opens_nothing(officer: Caller, sent: str) -> None:
    answer = officer.get("me/", Authorization=sent)
    refused(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_visitor_is_told_to_sign_in_whatever_is_behind_the_door(officer: Caller) -> None:
    for method, door in (
        ("GET", "reports/"),
        ("POST", "reports/"),
        ("POST", f"reports/{'0' * 8}-0000-4000-8000-{'0' * 12}/submit/"),
    ):
        refused(Client().generic(method, f"/api/v1/{door}"), 401, "not_signed_in")  # type: ignore[arg-type]  # an answer
