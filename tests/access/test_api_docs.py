"""The API's own description: whole, valid, for signed-in accounts, and a page that needs no script of anybody's."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from rest_framework import serializers

from apps.notifications import api as notifications
from apps.outbox.actions import relay
from apps.referrals.api import referrals
from apps.reports.api import schema as reports
from config.api_docs import described
from tests.callers import ETIS, PANGOLINS, Caller, read
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LOADED = re.compile(r"(?:src|href|action)=\"([^\"#]*)\"")


def _paths() -> set[str]:
    """Every address of the API with a view of ours."""
    (api,) = [each for each in get_resolver().url_patterns if str(each.pattern) == "api/v1/"]
    assert isinstance(api, URLResolver)
    return {"/api/v1/" + re.sub(r"<uuid:(\w+)>", r"{\1}", route) for route in _routes(api.url_patterns)}


def _routes(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for each in patterns:
        found |= _routes(each.url_patterns) if isinstance(each, URLResolver) else {str(each.pattern)}
    return found


def test_the_schema_is_valid_complete_and_made_without_a_warning() -> None:
    described.cache_clear()
    GENERATOR_STATS.reset()
    schema = described()
    validate_schema(schema)  # type: ignore[no-untyped-call]  # spectacular's own has no types
    assert not GENERATOR_STATS, "spectacular had something to warn of"
    own = {"/api/v1/schema/", "/api/v1/docs/", "/api/v1/"}
    assert set(schema["paths"]) == _paths() - own
    operations = [each for methods in schema["paths"].values() for each in methods.values()]
    assert len({each["operationId"] for each in operations}) == len(operations)
    assert [each["operationId"] for each in operations if not each.get("summary")] == []


def test_every_post_that_writes_takes_a_key() -> None:
    for path, methods in described()["paths"].items():
        if "post" in methods and not path.endswith(("/search/", "/preview/")):
            names = {parameter["name"] for parameter in methods["post"].get("parameters", ())}
            assert "Idempotency-Key" in names, path


def _fields(shape: type[serializers.Serializer[Any]]) -> set[str]:
    return set(shape().fields)


def test_the_schema_says_what_is_answered(cast: Cast) -> None:
    """The shapes describe and do not make the answers: so they are compared with them."""
    officer, kenya = Caller(cast.officer("SG-CUSTOMS")), Caller(cast.liaison("KE-CUSTOMS"))
    report = officer.submitted(ETIS, withheld_from=["UG-CUSTOMS"])
    relay()
    shown = read(officer.get(f"reports/{report}/"))
    assert set(shown) == _fields(reports.Report)
    assert set(shown["items"][0]) == _fields(reports.SpecimenShown)
    assert set().union(*shown["route"]) | {"place"} == _fields(reports.RouteStop)
    assert set(read(officer.get("reports/"))["results"][0]) == _fields(reports.ReportRow)
    audience = read(officer.get(f"reports/{report}/audience/"))
    assert (set(audience), set(audience["audience"][0])) == (_fields(reports.Audience), _fields(reports.Told))
    assert set(audience["left_out"][0]) == _fields(reports.LeftOut)
    assert set(PANGOLINS) | {"handling_note"} == _fields(reports.ReportContent)
    assert set(read(kenya.get("referrals/"))["results"][0]) == _fields(referrals.Referral)
    assert set(read(kenya.get("notifications/"))["results"][0]) == _fields(notifications.Notice)
    assert set(read(kenya.post(f"reports/{report}/submit/"))) == {"type", "title", "status", "code", "detail"}


def test_the_page_names_every_door_and_loads_nothing_from_elsewhere(cast: Cast) -> None:
    answer = Caller(cast.officer("SG-CUSTOMS")).get("docs/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    for path, methods in described()["paths"].items():
        assert all(f"{method.upper()} {path}" in page for method in methods)
    assert [address for address in LOADED.findall(page) if not address.startswith("/")] == []
    assert "<script>" not in page
    assert "style=" not in page
    assert "<style" not in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_the_page_opens_to_a_session_too_and_a_visitor_is_led_to_the_sign_in_page(cast: Cast) -> None:
    client = Client()
    visit = client.get("/api/v1/docs/")
    assert (visit.status_code, visit["Location"]) == (302, "/sign-in/?next=/api/v1/docs/")
    assert client.get("/api/v1/schema/").status_code == 401
    client.force_login(cast.user("officer", "SG-CUSTOMS"))
    assert client.get("/api/v1/docs/").status_code == 200
    assert client.get("/api/v1/schema/").status_code == 200


def test_a_browser_gets_json_and_no_form_that_lists_what_could_be_chosen(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    report = officer.draft(ETIS)
    for path in ("reports/", f"reports/{report}/", "referrals/", "notifications/", "me/"):
        for accept in ("text/html", "text/html,application/xhtml+xml,*/*;q=0.8"):
            answer = officer.get(path, Accept=accept)
            assert answer["Content-Type"].startswith(("application/json", "application/problem+json")), path
            assert b"<form" not in answer.content


def test_an_action_is_asked_in_a_shape_of_its_own_and_answered_in_any_code_of_capitals() -> None:
    schemas = described()["components"]["schemas"]
    assert set(schemas["ActionAsked"]["properties"]) == set(schemas["ActionAsked"]["required"]) == {"kind", "text"}
    assert "at" in schemas["ReferralAction"]["required"]
    kind = schemas["ReferralAction"]["properties"]["kind"]
    assert "enum" not in kind
    for code in ("ENQUIRY", "CONTAINER_TRACED"):
        assert re.fullmatch(kind["pattern"], code)


def test_the_default_of_handling_is_said_where_it_hangs_on_the_kind() -> None:
    handling = described()["components"]["schemas"]["ReportContent"]["properties"]["handling"]
    assert "H2 of OPERATIONAL_INTELLIGENCE" in handling["description"]
