import pytest
from django.conf import settings
from django.db import OperationalError

from apps.core.walls import Breached, assert_walls
from config.guard import Guarded
from tests.web_login import logged_in

pytestmark = pytest.mark.usefixtures("unblocked")


def test_the_web_roles_own_login_passes() -> None:
    with logged_in(settings.SERVERS.web):
        assert_walls()


def test_the_owner_of_the_tables_may_not_serve_pages() -> None:
    with (
        logged_in(settings.SERVERS.owner),
        pytest.raises(Breached, match="'counterpart_owner' owns tables behind the walls"),
    ):
        assert_walls()


def test_the_worker_whom_policies_let_through_may_not_serve_pages() -> None:
    with (
        logged_in(settings.SERVERS.worker),
        pytest.raises(Breached, match="'counterpart_worker' is let through by a policy"),
    ):
        assert_walls()


def test_a_wall_that_is_switched_off_is_named() -> None:
    try:
        _as_owner("ALTER TABLE reports_report DISABLE ROW LEVEL SECURITY")
        with logged_in(settings.SERVERS.web), pytest.raises(Breached, match="switched off for reports_report:"):
            assert_walls()
    finally:
        _as_owner("ALTER TABLE reports_report ENABLE ROW LEVEL SECURITY")
    with logged_in(settings.SERVERS.web):
        assert_walls()


def _as_owner(statement: str) -> None:
    with logged_in(settings.SERVERS.owner) as line, line.cursor() as cursor:
        cursor.execute(statement)


def answered(application: Guarded, path: str) -> tuple[str, list[bytes]]:
    """Status and body of one request."""
    said: list[str] = []
    body = application({"PATH_INFO": path}, lambda status, headers: said.append(status))
    return said[0], list(body)


def inner(environ: dict[str, object], start_response: object) -> list[bytes]:
    start_response("200 OK", [])  # type: ignore[operator]
    return [b"page"]


def test_serving_as_a_role_that_passes_the_walls_is_refused_at_the_start() -> None:
    with logged_in(settings.SERVERS.owner), pytest.raises(Breached):
        Guarded(inner)


def test_serving_as_the_web_role_begins_at_once() -> None:
    with logged_in(settings.SERVERS.web):
        assert answered(Guarded(inner), "/") == ("200 OK", [b"page"])


def test_while_the_database_is_away_only_the_probe_is_answered_and_then_the_question_is_asked() -> None:
    nowhere = "host=/nonexistent port=1 user=counterpart_web"
    with logged_in(nowhere) as line:
        line.settings_dict |= {"HOST": "/nonexistent", "PORT": "1"}
        with pytest.raises(OperationalError):
            assert_walls()
        application = Guarded(inner)
        assert answered(application, "/") == ("503 Service Unavailable", [b"not ready"])
        assert answered(application, "/healthz") == ("200 OK", [b"page"])
    with logged_in(settings.SERVERS.owner):
        assert answered(application, "/") == ("503 Service Unavailable", [b"not ready"])
    with logged_in(settings.SERVERS.web):
        assert answered(application, "/") == ("200 OK", [b"page"])
