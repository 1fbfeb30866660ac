"""The first keys are made once, however many need them at the same moment."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.callers import PANGOLINS
from tests.served import Service, served

RED = {**PANGOLINS, "tlp": "RED", "narrative": "a secret"}
REPORTS = "/api/v1/reports/"


@pytest.fixture
def service(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Service]:
    with django_db_blocker.unblock(), served(tmp_path) as running:
        yield running


def test_everybody_at_once_makes_one_key_of_each_agency_and_one_of_each_row(service: Service) -> None:
    tokens = [service.token("liaison", code) for code in ("HK-CUSTOMS", "SG-CUSTOMS", "KE-CUSTOMS")]

    def file(number: int) -> tuple[dict[str, str], str]:
        token = tokens[number % len(tokens)]
        answer = service.call("POST", REPORTS, RED, **token, **{"Idempotency-Key": str(number)})
        assert answer.status == 201, answer.content
        return token, answer.data["id"]

    with ThreadPoolExecutor(12) as pool:
        filed = list(pool.map(file, range(36)))
    assert service.rows("SELECT count(*), count(DISTINCT owner), max(version) FROM vault_datakey") == [(3, 3, 1)]
    assert service.rows("SELECT count(*) FROM vault_objectkey") == [(36,)]
    for token, report in filed:
        assert service.call("GET", f"{REPORTS}{report}/", **token).data["narrative"] == "a secret"


def test_two_who_mark_the_same_draft_at_once_leave_it_readable(service: Service) -> None:
    token = service.token("liaison", "HK-CUSTOMS")
    for _ in range(6):
        report = service.call("POST", REPORTS, {**RED, "tlp": "AMBER"}, **token).data["id"]

        def mark(text: str, report: str = report) -> int:
            change = {"tlp": "RED", "narrative": text}
            return service.call("PATCH", f"{REPORTS}{report}/", change, **token).status

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(mark, ("one", "two", "three", "four")))
        assert set(answers) <= {200, 409}
        assert 200 in answers
        shown = service.call("GET", f"{REPORTS}{report}/", **token)
        assert (shown.status, shown.data["narrative"] in {"one", "two", "three", "four"}) == (200, True)
