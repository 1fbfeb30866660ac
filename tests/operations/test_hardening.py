"""What a browser and an intermediary are told of every answer, whoever made it; and what a request may be."""

import json

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from apps.agencies.models import User
from tests.callers import Caller
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ANSWERS = {
    "a page": ("GET", "/", 200),
    "the sign-in page of somebody who is in": ("GET", "/sign-in/", 302),
    "the API": ("GET", "/api/v1/me/", 200),
    "the API's refusal": ("GET", "/api/v1/reports/x/", 404),
    "an address of the API that is none": ("GET", "/api/v1/nothing/", 404),
    "a page that is none": ("GET", "/nothing/", 404),
    "the administration": ("GET", "/admin/", 302),
    "a probe": ("GET", "/healthz", 200),
    "a file": ("GET", "/static/web/frame.css", 200),
    "a file that is none": ("GET", "/static/nothing.css", 404),
    "the schema": ("GET", "/api/v1/schema/", 200),
    "figures without their token": ("GET", "/metrics", 404),
    "a method that is not taken": ("DELETE", "/api/v1/me/", 405),
    "a method that echoes": ("TRACE", "/api/v1/me/", 405),
    "a page by it": ("TRACE", "/account/", 405),
    "a folder of files": ("GET", "/static/web/", 404),
}
TOLD = {
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(id=cast.officer("SG-CUSTOMS").user_id))
    return client


def walled(response: HttpResponseBase) -> None:
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]
    assert {name: word in response.get(name, "") for name, word in TOLD.items()} == dict.fromkeys(TOLD, True)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_walled_and_none_but_files_may_be_kept(client: Client, name: str) -> None:
    method, path, status = ANSWERS[name]
    response = client.generic(method, path)
    response.close()  # a file's
    assert response.status_code == status
    walled(response)
    if name != "a file":
        assert response["Cache-Control"] == "private, no-store"


def test_an_error_of_ours_is_walled_and_kept_by_nobody(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("apps.web.pages.notices.notifications_for", fail)
    monkeypatch.setattr("apps.notifications.api.page_of", fail)
    for path in ("/notifications/", "/api/v1/notifications/"):
        response = client.get(path)
        assert response.status_code == 500
        walled(response)
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/sign-in/", "/api/v1/me/", "/api/v1/reports/", "/admin/login/", "/healthz"])
def test_a_host_that_is_none_of_ours_is_answered_by_nobody(path: str) -> None:
    response = Client().get(path, headers={"Host": "evil.example"})
    if path == "/healthz":  # asked by probes under whatever name, and says nothing
        assert response.status_code in {200, 400}
        return
    assert response.status_code == 400
    walled(response)
    assert "evil" not in response.content.decode()


def test_the_api_answers_json_only_also_where_no_view_is_reached(client: Client) -> None:
    asked = [
        client.get("/api/v1/reports/x/"),
        client.get("/api/v1/me/", headers={"Host": "evil.example"}),
        client.get("/api/v1/me/", headers={"Accept": "text/html"}),
        client.post("/api/v1/reports/", "x" * (settings.BODY_LIMIT + 1), content_type="application/json"),
        client.post("/api/v1/reports/", {"title": "a form"}),
        client.options("/api/v1/me/"),
    ]
    assert [answer.status_code for answer in asked] == [404, 400, 406, 413, 415, 405]
    for answer in asked:
        assert answer["Content-Type"] in {"application/json", "application/problem+json"}
        json.loads(answer.content)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_that_is_too_large_is_answered_by_a_page(client: Client, kind: str) -> None:
    response = client.generic("POST", "/sign-in/", b"x" * (settings.BODY_LIMIT + 1), content_type=kind)
    assert (response.status_code, response["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "That was too large" in response.content.decode()
    walled(response)


def test_the_method_is_the_one_of_the_request_line(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    report = officer.post("reports/", {"kind": "ANALYSIS"}).json()["id"]  # type: ignore[attr-defined]  # the test client's
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert officer.get(f"reports/{report}/", **{name: "DELETE"}).status_code == 200
        assert (
            officer.post(f"reports/{report}/?_method=DELETE", {"_method": "DELETE"}, **{name: "DELETE"}).status_code
            == 405
        )
    assert officer.get(f"reports/{report}/").status_code == 200


def test_leaving_clears_what_the_browser_has_kept(client: Client) -> None:
    assert client.get("/signed-out/")["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/")


def test_nothing_that_a_page_of_ours_loads_comes_from_elsewhere(client: Client) -> None:
    for path in ("/", "/account/", "/reports/", "/nothing/", "/api/v1/docs/"):
        text = client.get(path).content.decode()
        loaded = [line for line in text.split("<") if line.startswith(("script", "link", "img", "iframe"))]
        assert not [line for line in loaded if "//" in line.split(">")[0]], path


def test_the_schema_and_its_pages_are_for_signed_in_accounts() -> None:
    assert Client().get("/api/v1/schema/").status_code == 401
    assert Client().get("/api/v1/docs/").status_code == 302


def test_a_request_of_more_fields_than_any_form_has_is_refused() -> None:
    fields = "&".join(f"f{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    response = Client().generic("POST", "/sign-in/", fields, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    walled(response)
