import json
import re
import uuid

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.agencies.models import User
from seeds.cast import PLATFORM_ADMINISTRATOR
from tests.access.lines import Lines
from tests.admin.conftest import Desk, type_entries
from tests.cast import Cast
from tests.web_login import as_web

MODELS = {
    *("agencies.agency", "agencies.jurisdiction", "agencies.user", "agencies.apitoken", "agencies.invitation"),
    *("audit.entry", "outbox.event", "outbox.delivery"),
    *("notifications.dispatch", "notifications.channel"),
    *("reference.country", "reference.taxon", "reference.specimenterm", "reference.unit", "reference.hscode"),
}
LISTS = sorted(name.replace(".", "_") + "_changelist" for name in MODELS)


def test_no_model_that_holds_content_has_a_page() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == MODELS


def test_nothing_is_registered_of_the_rooms_that_hold_reports() -> None:
    rooms = {model._meta.app_label for model in admin.site._registry}
    assert rooms.isdisjoint({"sharing", "reports", "referrals"})
    assert {"sharing", "reports", "referrals"} <= {config.label for config in apps.get_app_configs()}


@pytest.mark.parametrize(
    ("page", "question"),
    [
        ("agencies_user_changelist", "password__startswith=argon2"),
        ("agencies_user_changelist", "password=x"),
        ("agencies_user_changelist", "email__startswith=a"),
        ("agencies_user_changelist", "agency__code__startswith=S"),
        ("agencies_user_changelist", "is_active__exact__startswith=1"),
        ("agencies_apitoken_changelist", "digest__gt=a"),
        ("agencies_apitoken_changelist", "user__password__startswith=a"),
        ("agencies_invitation_changelist", "digest__isnull=0"),
        ("agencies_invitation_changelist", "invited_by__password__gt=a"),
        ("outbox_event_changelist", "payload__report_id__startswith=0"),
        ("audit_entry_changelist", "payload__gt=a"),
        ("notifications_dispatch_changelist", "notification__label_id__isnull=0"),
    ],
)
def test_a_list_is_asked_nothing_but_what_its_filters_ask(desk: Desk, page: str, question: str) -> None:
    """The number of rows would tell a column that no page shows, letter by letter."""
    answer = desk.client.get(f"{reverse(f'admin:{page}')}?{question}")
    assert (answer.status_code, b"startswith" in answer.content) == (400, False)


@pytest.mark.parametrize("page", LISTS)
def test_every_filter_that_a_list_offers_can_be_chosen(desk: Desk, page: str) -> None:
    links = set(re.findall(r'href="(\?[^"]+)"', desk.get(page)))
    for link in links:
        answer = desk.client.get(reverse(f"admin:{page}") + link.replace("&amp;", "&"))
        assert answer.status_code == 200, link


@pytest.mark.parametrize("page", ["index", "coverage", *LISTS])
def test_every_page_opens(desk: Desk, page: str) -> None:
    text = desk.get(page)
    assert "Counterpart administration" in text
    assert "admin_theme/theme.css" in text


@pytest.mark.parametrize("page", ["coverage", "operations", *LISTS])
def test_every_page_that_shows_rows_leaves_one_line_of_who_looked(desk: Desk, page: str) -> None:
    lines = Lines()
    desk.get(page)
    (line,) = lines.new()
    assert (line.noted, line.verb, json.loads(line.payload)) == (True, "read", {"page": page})


def test_a_line_says_whose_page_it_was_and_a_page_that_is_not_shown_leaves_none(desk: Desk) -> None:
    lines = Lines()
    desk.get("agencies_user_change", desk.user.id)
    (line,) = lines.new()
    assert json.loads(line.payload) == {"page": "agencies_user_change", "row": str(desk.user.id)}
    lines = Lines()
    for page in ("index", "jsi18n"):
        desk.get(page)
    desk.get("agencies_user_change", uuid.uuid4(), status=302)
    assert lines.new() == []


def test_every_page_works_through_the_web_roles_own_login(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> None:
    with django_db_blocker.unblock(), as_web() as line:  # type: ignore[attr-defined]  # pytest-django's blocker
        desk = Desk()
        for page in ("index", "coverage", *LISTS):
            desk.get(page)
        country = desk.get("reference_country_change", "KE")
        assert "Kenya" in country
        with line.cursor() as cursor:
            cursor.execute("SELECT session_user")
            assert cursor.fetchone() == ("counterpart_web",)


def test_pages_run_as_the_web_role_with_no_tokens_whoever_opened_the_connection(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    def look(self: object, request: object, obj: object = None) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('app.tokens'), current_setting('app.staff')")
            found.append(cursor.fetchone())
        return True

    monkeypatch.setattr("apps.core.desk.Desk.has_view_permission", look)
    desk.get("agencies_agency_changelist")
    assert set(found) == {("counterpart_web", "{}", "on")}


@pytest.mark.parametrize("word", ["officer", "analyst", "liaison", "admin"])
def test_who_runs_no_platform_finds_nothing_and_it_is_recorded(cast: Cast, entries: type_entries, word: str) -> None:
    client = Client()
    user = cast.user(word, "WCO")
    client.force_login(user)
    answers = [
        client.get(reverse("admin:index"), follow=True),
        client.get(reverse("admin:agencies_user_changelist"), follow=True),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert [(entry.verb, entry.object_kind, entry.user_id) for entry in entries()] == [
        ("refused", "admin", user.id)
    ] * 2


def test_a_visitor_is_sent_to_the_one_door_and_back(db: None) -> None:
    response = Client().get(reverse("admin:agencies_agency_changelist"), follow=True)
    assert response.redirect_chain[-1] == (f"{reverse('web:sign-in')}?next=/admin/agencies/agency/", 302)
    assert response.status_code == 200


def test_a_closed_administrator_is_out_at_once(desk: Desk) -> None:
    desk.get("index")
    User.objects.filter(email=PLATFORM_ADMINISTRATOR).update(is_active=False)
    desk.get("index", status=302)


def test_signing_out_takes_a_post_and_is_recorded(desk: Desk, entries: type_entries) -> None:
    desk.get("logout", status=405)
    response = desk.post("logout")
    assert (response.status_code, response["Location"]) == (302, reverse("web:sign-in"))
    assert [entry.verb for entry in entries()] == ["sign_out"]
    desk.get("index", status=302)


def test_there_is_no_page_that_tells_whether_an_object_exists_by_its_number(desk: Desk) -> None:
    assert desk.client.get("/admin/r/1/1/").status_code == 404
    names = [getattr(pattern, "name", None) for pattern in admin.site.get_urls()]
    assert "view_on_site" not in names


def test_pages_carry_no_inline_script_or_style_and_send_the_strict_policy(desk: Desk, cast: Cast) -> None:
    pages: list[tuple[str, tuple[object, ...]]] = [
        ("index", ()),
        ("coverage", ()),
        ("agencies_agency_add", ()),
        ("agencies_user_changelist", ()),
    ]
    pages += [("agencies_user_change", (cast.user("officer", "SG-CUSTOMS").id,))]
    for page, words in pages:
        response = desk.client.get(reverse(f"admin:{page}", args=words))
        text = response.content.decode()
        assert "default-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe-inline" not in response["Content-Security-Policy"]
        assert re.findall(r"<script(?![^>]*src=)(?![^>]*type=\"application/json\")[^>]*>", text) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"", text) == []
        assert response["Cache-Control"] == "private, no-store"


def test_the_admins_own_log_holds_nothing_that_names_a_person(desk: Desk, cast: Cast) -> None:
    officer = cast.user("officer", "SG-CUSTOMS")
    desk.post(
        "agencies_user_change",
        officer.id,
        name="Somebody Else",
        roles=["OFFICER"],
        is_active="on",
        language="en",
        time_zone="UTC",
    )
    log = LogEntry.objects.get()
    assert log.object_repr == f"account {officer.id}"
    assert "Somebody" not in log.change_message
    assert "example" not in log.change_message
