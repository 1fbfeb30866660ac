"""Callers of the API: what a client agency's script does, with a real token through every middleware."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.test import Client

from apps.agencies.acting import acting
from apps.agencies.actions import issue_token
from apps.agencies.models import ApiToken
from apps.agencies.policy import Actor

API = "/api/v1/"
# The example of CONTRACT.md, and ETIS' own worked example as Singapore files it.
PANGOLINS: dict[str, Any] = {
    "kind": "SEIZURE",
    "title": "8.3 t pangolin scales",
    "narrative": "Found behind frozen beef.",
    "case_number": "HK/2019/0116",
    "tlp": "AMBER",
    "law_enforcement_only": True,
    "handling": [],
    "named": [],
    "withheld_from": [],
    "occurred": {"date": "2019-01-16", "precision": "DAY"},
    "place": {"name": "Kwai Chung Customhouse", "country": "HK"},
    "items": [{"taxon": "Manis spp.", "term": "SCA", "quantity": "8268", "unit": "KGM", "qualifier": "EXACT"}],
    "route": [
        {"country": "NG", "part": "ORIGIN", "share": "1.00"},
        {"country": "AE", "part": "TRANSIT", "seizure_opportunity": True},
        {"country": "VN", "part": "DESTINATION"},
    ],
}
ETIS: dict[str, Any] = {
    "kind": "SEIZURE",
    "title": "1 t raw ivory",
    "occurred": {"date": "2019-03-04", "precision": "DAY"},
    "place": {"name": "Pasir Panjang", "country": "SG"},
    "items": [{"taxon": "Loxodonta africana", "term": "TUS", "quantity": "1000", "unit": "KGM"}],
    "route": [
        {"country": "UG", "part": "ORIGIN", "share": "0.2"},
        {"country": "KE", "part": "ORIGIN", "share": "0.8"},
        {"country": "KE", "part": "EXPORT"},
        {"country": "AE", "part": "TRANSIT", "seizure_opportunity": True},
        {"country": "MY", "part": "TRANSIT", "seizure_opportunity": False},
        {"country": "CN", "part": "DESTINATION"},
    ],
}


class Caller:
    """One account's script."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.client = actor, Client()
        with acting(actor):
            self.token, row = issue_token(actor=actor, name="script", life=timedelta(days=30), now=datetime.now(UTC))
        # The day of its last use is written once a day: that one statement is not what calls are measured by.
        ApiToken.objects.filter(id=row.id).update(last_used_on=datetime.now(UTC).date())

    def call(self, method: str, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Send ``body`` as JSON (bytes as they are); ``path`` below the API's root, or absolute."""
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        address = path if path.startswith(("/", "http")) else API + path
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        kind = sent.pop("Content-Type")
        answer = self.client.generic(method, address, content, content_type=kind, headers=sent)
        assert isinstance(answer, HttpResponse)
        return answer

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: object = None) -> HttpResponse:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> HttpResponse:
        return self.call("DELETE", path)

    def draft(self, body: object = None, **changes: Any) -> UUID:
        """A draft of this body, which has to be taken."""
        answer = self.post("reports/", {**(body or PANGOLINS), **changes})  # type: ignore[dict-item]  # a mapping
        assert answer.status_code == 201, answer.content
        return UUID(read(answer)["id"])

    def submitted(self, body: object = None, **changes: Any) -> UUID:
        """The same, submitted."""
        report = self.draft(body, **changes)
        answer = self.post(f"reports/{report}/submit/")
        assert answer.status_code == 200, answer.content
        return report

    def listed(self, query: str = "") -> list[str]:
        """The ids of the first page, in order."""
        answer = self.get(f"reports/{query}")
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in read(answer)["results"]]


def read(answer: HttpResponse) -> Any:
    """The JSON of an answer."""
    return orjson.loads(answer.content)


def refused(answer: HttpResponse, status: int, code: str, *paths: str) -> None:
    """The answer is a problem document of this status and code that names exactly these fields."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    document = read(answer)
    assert set(document) == {"type", "title", "status", "code", "detail"} | ({"errors"} if paths else set())
    assert (document["status"], document["code"], sorted(document.get("errors", {}))) == (status, code, sorted(paths))
