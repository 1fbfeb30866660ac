"""A budget is exact whoever asks at once: the real server, and fifty requests in flight."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from tests.evidence import Evidence
from tests.served import Service, served
from tests.sizes import size

pytestmark = pytest.mark.django_db
AT_ONCE, LEFT = 50, 20
ROUNDS = size(commit=1, landing=5, release=20)


def at_once(service: Service, kind: str, headers: dict[str, str]) -> Counter[int]:
    """The statuses of fifty at the same time."""

    def ask(_: int) -> int:
        if kind == "search":
            return service.call("POST", "/api/v1/reports/search/", {"q": "ivory"}, **headers).status
        return service.call("GET", f"/api/v1/reports/{uuid4()}/", **headers).status

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(ask, range(AT_ONCE)))


@pytest.mark.parametrize(("kind", "most", "status"), [("miss", 300, 404), ("search", 600, 200)])
def test_of_fifty_requests_at_once_as_many_are_answered_as_the_budget_has_left(
    tmp_path: Path, evidence: Evidence, kind: str, most: int, status: int
) -> None:
    with served(tmp_path) as service:
        headers = service.token("liaison", "STRANGER")
        for _ in range(ROUNDS):
            at_once(service, kind, headers)
            service.rows("DELETE FROM agencies_pause")
            service.rows("UPDATE agencies_budget SET spent = %s WHERE kind = %s", most - LEFT, kind)
            assert at_once(service, kind, headers) == {status: LEFT, 429: AT_ONCE - LEFT}
            assert service.rows("SELECT count(*) FROM agencies_pause") == [(1,)]
        told = service.rows("SELECT count(*) FROM outbox_event WHERE name = 'agencies.budget_spent'")
        assert told == [(ROUNDS,)], "each time it is told once, whoever of the fifty took the last"
        assert service.rows("SELECT max(spent) FROM agencies_budget WHERE kind = %s", kind) == [(most,)]
    evidence.add("requests at once", 2 * ROUNDS * AT_ONCE)
