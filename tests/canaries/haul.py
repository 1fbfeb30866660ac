"""People at work with canaries, against the product as it is shipped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.local.places import ROOT
from tests.callers import API, ETIS
from tests.canaries.words import Canaries, Of
from tests.notifications.sink import Sink
from tests.served import Answer, Service, served

METRICS = "a-token-for-metrics-that-is-long-enough"
# What a worker does, with everything logged that anything logs.
WORK = """
import logging, django
django.setup()
from config.celery import app
app.loader.import_default_modules()
logging.getLogger().setLevel(logging.DEBUG)
logging.getLogger("django.db.backends").setLevel(logging.INFO)
for name in sorted(app.tasks):
    if not name.startswith("celery."):
        print(name, app.tasks[name]())
"""


@dataclass(slots=True)
class Haul:
    """The running product, and what was said to whom."""

    service: Service
    post: Sink
    canaries: Canaries
    folder: Path
    report: str = ""
    red: str = ""
    draft: str = ""
    worked: str = ""
    said: str = ""  # to whoever made a mistake

    def as_(self, word: str, code: str) -> dict[str, str]:
        """The header of somebody's API token."""
        return self.service.token(word, code)

    def call(self, who: dict[str, str], method: str, path: str, body: object = None, **headers: str) -> Answer:
        return self.service.call(method, path if path.startswith("/") else API + path, body, **who, **headers)

    def work(self) -> None:
        """One round of a worker's."""
        environ = {
            **self.service.process.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "COUNTERPART_DB_ROLE": "worker",
            "COUNTERPART_SMTP_HOST": "127.0.0.1",
            "COUNTERPART_SMTP_PORT": str(self.post.port),
        }
        done = subprocess.run(
            [sys.executable, "-c", WORK], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        self.worked += done.stdout + done.stderr


@contextmanager
def hauled(folder: Path) -> Iterator[Haul]:
    """Everything has happened, and everything still runs."""
    signing = {"COUNTERPART_SIGNING_KEY_FILE": str(_signing_key(folder)), "COUNTERPART_METRICS_TOKEN": METRICS}
    with Sink() as post, served(folder, **signing) as service:
        haul = Haul(service, post, Canaries(), folder)
        _shared(haul)
        _mistaken(haul)
        haul.work()
        _answered(haul)
        haul.work()
        yield haul


def _signing_key(folder: Path) -> Path:
    words = [sys.executable, "manage.py", "make_signing_key", str(folder / "signing.pem")]
    subprocess.run(words, cwd=ROOT, env=dict(os.environ), capture_output=True, check=True)
    return folder / "signing.pem"


def _body(haul: Haul, of: Of, **changes: Any) -> dict[str, Any]:
    word = {name: haul.canaries(of, name) for name in ("title", "narrative", "case_number")}
    return {**ETIS, **word, **changes}


def _shared(haul: Haul) -> None:
    """A report with a word in every text, a RED one and a draft; the same key twice."""
    c, singapore = haul.canaries, haul.as_("liaison", "SG-CUSTOMS")
    first, *rest = ETIS["route"]
    body = _body(
        haul,
        Of.REPORT,
        handling=["H3"],
        handling_note=c(Of.REPORT, "handling_note"),
        place={"name": c(Of.REPORT, "place"), "country": "SG"},
        route=[{**first, "place": c(Of.REPORT, "stop")}, *rest],
        named=["WILDAID"],
        withheld_from=["UG-CUSTOMS"],
    )
    red = _body(haul, Of.RED, tlp="RED", named=["KE-CUSTOMS"], place={"name": c(Of.RED, "place"), "country": "SG"})
    key = {"Idempotency-Key": c(Of.KEY, "idempotency")}
    haul.report, haul.red, haul.draft = (
        _filed(haul, singapore, each, key) for each in (body, red, _body(haul, Of.DRAFT))
    )
    for report in (haul.report, haul.red):
        answer = haul.call(singapore, "POST", f"reports/{report}/submit/", None, **key)
        assert answer.status == 200, answer.content


def _filed(haul: Haul, who: dict[str, str], body: dict[str, Any], key: dict[str, str]) -> str:
    """Filed with a key, and asked again with it: the answer that is kept is shown once more."""
    keyed = {"Idempotency-Key": key["Idempotency-Key"] + body["title"]}
    first, again = (haul.call(who, "POST", "reports/", body, **keyed) for _ in range(2))
    assert (first.status, first.content) == (201, again.content), first.content
    return str(first.data["id"])


def _mistaken(haul: Haul) -> None:
    """What is searched for, mistyped, or sent where it does not belong."""
    c, kenya = haul.canaries, haul.as_("liaison", "KE-CUSTOMS")
    asked = [
        haul.call(kenya, "POST", "reports/search/", {"q": c(Of.ASKED, "q")}),
        haul.call(kenya, "GET", f"reports/?q={c(Of.ASKED, 'query')}"),
        haul.call(kenya, "POST", "reports/", {"kind": c(Of.ASKED, "kind"), "title": c(Of.ASKED, "name")}),
        haul.call(kenya, "GET", f"reports/{c(Of.ASKED, 'path')}/"),
        haul.call(
            kenya, "GET", "me/", None, **{"X-Request-ID": c(Of.ASKED, "header"), "Referer": c(Of.ASKED, "header")}
        ),
        haul.call(kenya, "POST", "reports/", f'{{"title": "{c(Of.ASKED, "body")}"'.encode()),
        haul.call({"Authorization": f"Bearer cp_{c(Of.KEY, 'token')}"}, "GET", "me/"),
        _signing_in(haul),
    ]
    assert [answer.status for answer in asked] == [200, 200, 400, 404, 200, 400, 401, 403]
    haul.said = " ".join(f"{answer.content.decode()} {answer.headers}" for answer in asked)


def _signing_in(haul: Haul) -> Answer:
    """A password, sent without the form's token."""
    form = f"username=liaison@sg-customs.example&password={haul.canaries(Of.KEY, 'password')}".encode()
    return haul.service.call("POST", "/sign-in/", form, **{"Content-Type": "application/x-www-form-urlencoded"})


def _answered(haul: Haul) -> None:
    """Kenya accepts, acts and closes; China declines."""
    c = haul.canaries
    kenya, china = haul.as_("liaison", "KE-CUSTOMS"), haul.as_("liaison", "CN-CUSTOMS")
    action = {"kind": "ENQUIRY", "text": c(Of.ANSWER, "text")}
    steps: list[tuple[dict[str, str], str, Any]] = [
        (kenya, "accept", None),
        (kenya, "actions", action),
        (kenya, "close", {"outcome": c(Of.ANSWER, "outcome")}),
        (china, "decline", {"reason": c(Of.ANSWER, "reason")}),
    ]
    for who, verb, body in steps:
        rows = haul.call(who, "GET", "referrals/").data["results"]
        (referral,) = [row["id"] for row in rows if row["report"] == haul.report]
        assert haul.call(who, "POST", f"referrals/{referral}/{verb}/", body).status in {200, 201}
