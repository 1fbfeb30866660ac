from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import schema
from config import health
from tests.web_login import logged_in


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """A process that has not looked yet."""
    health._Memory.migrated = False
    yield
    health._Memory.migrated = False


def answers(path: str) -> tuple[int, bytes]:
    response = Client().get(path)
    return response.status_code, response.content


def test_a_migrated_database_is_ready_and_asked_cheaply_from_then_on(db: None) -> None:
    assert answers("/readyz") == (200, b"ok")
    with CaptureQueriesContext(connection) as heard:
        assert answers("/readyz") == (200, b"ok")
    assert [query["sql"] for query in heard.captured_queries] == ["SELECT 1"]


def test_a_database_that_lacks_a_migration_is_not_ready_until_it_has_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'of_yesterday' WHERE app = 'audit' AND name = '0001_chain'")
        assert schema.pending() == {("audit", "0001_chain")}
        assert answers("/readyz") == (503, b"not ready")
        cursor.execute("UPDATE django_migrations SET name = '0001_chain' WHERE name = 'of_yesterday'")
    assert answers("/readyz") == (200, b"ok")


def test_an_empty_database_lacks_everything(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
    assert schema.pending() == schema.wanted()
    assert ("agencies", "0001_members") in schema.wanted()


@pytest.mark.usefixtures("unblocked")
def test_the_web_roles_own_login_may_ask() -> None:
    with logged_in(settings.SERVERS.web):
        assert answers("/readyz") == (200, b"ok")


@pytest.mark.usefixtures("unblocked")
def test_a_database_that_is_away_is_not_ready_and_the_process_still_lives() -> None:
    with logged_in("host=/nonexistent port=1 user=counterpart_web") as line:
        line.settings_dict |= {"HOST": "/nonexistent", "PORT": "1"}
        assert answers("/readyz") == (503, b"not ready")
        health._Memory.migrated = True
        assert answers("/readyz") == (503, b"not ready")
        assert answers("/healthz") == (200, b"ok")


def test_the_process_lives_without_asking_anybody(django_db_blocker: pytest.FixtureRequest) -> None:
    with django_db_blocker.block():  # type: ignore[attr-defined]  # pytest-django's blocker
        assert answers("/healthz") == (200, b"ok")
