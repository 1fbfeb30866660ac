"""Every line of the log is JSON with ids and events; nothing that anybody entered, asked for or stored stands in it."""

import io
import json
import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.agencies.models import User
from config.logs import JsonLine
from tests.callers import Caller
from tests.cast import Cast

CANARY = "Kanarisecret"


class Log:
    """What was written since the test began, as text and as lines."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def answered(self) -> dict[str, Any]:
        return [line for line in self.lines if line["event"] == "answered"][-1]


@pytest.fixture
def log() -> Iterator[Log]:
    """All loggers, formatted as production formats them."""
    found = Log()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield found
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.django_db
def test_a_request_writes_one_line_with_ids_and_counts_and_no_word_of_its_own(cast: Cast, log: Log) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    officer.get(f"reports/?q={CANARY}")
    line = log.answered()
    assert (line["view"], line["method"], line["status"]) == ("api:reports", "GET", 200)
    assert line["user_id"] == str(cast.officer("SG-CUSTOMS").user_id)
    assert 0 < line["statements"] < 20
    assert set(line) == {
        *("at", "level", "logger", "event", "request_id", "user_id", "view", "method", "status", "statements", "ms")
    }
    assert CANARY not in log.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", f"/api/v1/reports/?country={CANARY}", None),
        ("get", f"/api/v1/reports/{CANARY}/", None),
        ("get", f"/{CANARY}/?q={CANARY}", None),
        ("get", f"/password/reset/{CANARY}/{CANARY}/", None),
        ("post", "/api/v1/reports/", {"kind": "SEIZURE", "title": CANARY, "place": {"name": CANARY}}),
        ("post", "/api/v1/reports/search/", {"q": CANARY}),
        ("post", "/api/v1/reports/", {CANARY: CANARY}),
        ("post", "/api/v1/reports/", [CANARY]),
    ],
)
def test_a_word_that_was_asked_or_sent_is_in_no_line(
    cast: Cast, log: Log, method: str, path: str, body: object
) -> None:
    client = Client(raise_request_exception=False, headers={"Referer": f"https://x.example/?{CANARY}"})
    client.force_login(User.objects.get(id=cast.officer("SG-CUSTOMS").user_id))
    extra = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
    getattr(client, method)(path, headers={"X-Request-ID": CANARY, "User-Agent": CANARY}, **extra)
    assert log.answered()["request_id"]
    assert CANARY not in log.text


@pytest.mark.django_db
def test_a_host_that_is_none_of_ours_is_not_repeated(log: Log) -> None:
    assert Client().get("/sign-in/", headers={"Host": f"{CANARY}.example"}).status_code == 400
    assert CANARY.lower() not in log.text.lower()


@pytest.mark.django_db
def test_an_error_of_the_database_is_told_without_the_row_that_caused_it(cast: Cast, log: Log) -> None:
    """PostgreSQL says which value broke the rule: ``DETAIL: Key (…)=(…) already exists``."""
    speaking = logging.getLogger("apps.reports.actions")
    with pytest.raises(IntegrityError, match=r"officer@sg-customs\.example") as found, transaction.atomic():
        User.objects.create(email="officer@sg-customs.example", name=CANARY)
    speaking.error("a row was not written", exc_info=found.value)
    logging.getLogger("django.request").error(str(found.value), exc_info=found.value)
    logging.getLogger("psycopg").warning("failed: %s", found.value)
    logging.getLogger("some.library").warning("failed: " + str(found.value))  # noqa: G003 - as libraries do
    assert [line.get("exception") for line in log.lines][:2] == ["IntegrityError"] * 2
    assert "officer@sg-customs.example" not in log.text
    assert CANARY not in log.text


@pytest.mark.django_db
def test_a_failure_of_ours_names_its_lines_by_a_number_and_says_nothing_else(
    cast: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = CANARY  # a local variable of the place that fails

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("apps.notifications.api.page_of", fail)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(id=cast.officer("SG-CUSTOMS").user_id))
    response = client.get("/api/v1/notifications/")
    assert response.status_code == 500
    document = response.json()
    assert set(document) == {"type", "title", "status", "code", "detail", "id"}
    assert response["X-Request-ID"] == document["id"]
    lines = [line for line in log.lines if line.get("request_id") == document["id"]]
    assert [line.get("exception") for line in lines] == ["RuntimeError", None]
    assert CANARY not in log.text
    assert CANARY not in response.content.decode()


@pytest.mark.django_db
def test_a_page_that_fails_shows_the_number_of_its_lines(cast: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("apps.web.pages.notices.notifications_for", fail)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(id=cast.officer("SG-CUSTOMS").user_id))
    response = client.get(reverse("web:notices"))
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
    assert CANARY not in log.text + response.content.decode()


@pytest.mark.django_db
def test_only_what_has_failed_bears_a_number_so_that_two_answers_can_be_equal(cast: Cast) -> None:
    officer = Caller(cast.officer("SG-CUSTOMS"))
    for path in ("reports/", f"reports/{uuid.uuid4()}/", "me/"):
        assert "X-Request-ID" not in officer.get(path)


def test_a_line_that_cannot_be_formatted_is_not_printed_with_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine())
    handler.handle(logging.makeLogRecord({"name": "apps.x", "msg": "two %s %s", "args": (CANARY,)}))
    assert CANARY not in capsys.readouterr().err


def test_no_logger_has_a_handler_that_writes_anything_else() -> None:
    loggers: dict[str, dict[str, Any]] = settings.LOGGING["loggers"]  # type: ignore[assignment]  # a nested dictionary
    assert {name: of.get("handlers") for name, of in loggers.items() if "handlers" in of} == {
        "django": [],
        "gunicorn.error": ["stderr"],
    }
    assert not logging.raiseExceptions


@pytest.mark.django_db
def test_statements_are_counted_and_not_written_down(cast: Cast, log: Log) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [CANARY])
    assert CANARY not in log.text
