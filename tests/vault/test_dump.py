"""Whoever steals a copy of the database reads no narrative of a RED report in it, by whatever door it came in."""

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from apps.core.programs import run
from apps.outbox.actions import relay
from apps.reports.models import Report
from config.local.places import ROOT
from seeds.scenarios import partners
from tests.callers import PANGOLINS, Caller, read
from tests.cast import Cast
from tests.served import Service, _environ, served
from tests.vault.dumps import copied, standing_in
from tests.web.visiting import Visitor, flat, rows

SERVER = 18
# One word each, as an index of words would have it; the last one is not secret and must be found.
FILED, CHANGED, MOVED, COPIED, PAGE = (f"zq{name}canary" for name in ("filed", "changed", "moved", "copied", "page"))
OPEN = "zqopencanary"
SECRET = {FILED, CHANGED, MOVED, COPIED, PAGE}


def red(word: str) -> dict[str, Any]:
    return {**PANGOLINS, "tlp": "RED", "named": ["KE-CUSTOMS"], "narrative": f"The source says {word}, twice: {word}."}


def through_every_door(post: Any, patch: Any, get: Any) -> None:
    """Filed, previewed, changed, moved out of RED and back, copied, sent, read, withdrawn: each POST with a key.

    ``MOVED`` stands in clear for a while, as its author has asked; once it is RED again it must be gone.
    """
    sent = post("reports/", red(FILED), "1")["id"]
    post("reports/preview/", red(FILED), "2")
    post("reports/preview/", {"report": sent}, "3")
    patch(f"reports/{sent}/", {"narrative": f"Now {CHANGED}."})
    moved = post("reports/", red(MOVED), "4")["id"]
    for tlp in ("AMBER", "RED", "AMBER_STRICT", "RED"):
        patch(f"reports/{moved}/", {"tlp": tlp, "named": ["KE-CUSTOMS"]})
    first = post("reports/", red(COPIED), "5")["id"]
    post(f"reports/{first}/copy/", {}, "6")
    for number, report in enumerate((sent, moved, first)):
        post(f"reports/{report}/submit/", {}, f"send {number}")
        get(f"reports/{report}/")
    post(f"reports/{first}/copy/", {}, "7")
    post(f"reports/{first}/withdraw/", {}, "8")
    opened = post("reports/", {**PANGOLINS, "narrative": f"No secret: {OPEN}."}, "9")["id"]
    post(f"reports/{opened}/submit/", {}, "10")


def by(caller: Caller) -> tuple[Any, ...]:
    """How that caller posts (with a key), changes and reads; each answer must be one of success."""

    def said(answer: Any) -> Any:
        assert answer.status_code in {200, 201}, answer.content
        return read(answer)

    return (
        lambda path, body, key: said(caller.post(path, body, **{"Idempotency-Key": key})),
        lambda path, body: said(caller.patch(path, body)),
        lambda path: said(caller.get(path)),
    )


@pytest.mark.django_db
def test_no_table_holds_a_secret_word_after_every_door_of_the_api_and_the_pages(cast: Cast) -> None:
    through_every_door(*by(Caller(cast.liaison("HK-CUSTOMS"))))
    visitor = Visitor(cast, "liaison", "SG-CUSTOMS")
    words = {"narrative": f"Now {PAGE}.", "tlp": "RED", **rows("named", [{"agency": "KE-CUSTOMS"}])}
    check = visitor.post("/reports/new/seizure/", {**flat(PANGOLINS), **words})
    assert PAGE in check
    visitor.post(check.path)
    relay()
    report = Report.objects.get(label__originator__code="SG-CUSTOMS")
    for reader in (visitor, Visitor(cast, "liaison", "KE-CUSTOMS")):
        assert PAGE in reader.get(f"/reports/{report.id}/")
    visitor.post(f"/reports/{report.id}/copy/")
    connection.ensure_connection()
    tables = dict(copied(connection.connection))
    assert {name: told for name, held in tables.items() if (told := standing_in(held, SECRET))} == {}
    found = {name for name, held in tables.items() if standing_in(held, {OPEN})}
    assert found == {"reports_report", "sharing_label"}  # the kept answer held it too, sealed
    assert tables["agencies_idempotencykey"].count(b"\n") == 11  # each POST's but the previews'


@pytest.fixture
def service(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> Iterator[Service]:
    """A server on a database of its own, with the story of the seeds."""
    with django_db_blocker.unblock(), served(tmp_path) as running:
        words = [sys.executable, "manage.py", "seed", "--scenario", "spring-2019"]
        told = subprocess.run(words, cwd=ROOT, env=_environ(running.database), capture_output=True, check=False)
        assert told.returncode == 0, told.stderr[-2000:]
        yield running


def test_a_dump_of_the_seeded_database_holds_no_secret_word(service: Service, tmp_path: Path) -> None:
    token = service.token("liaison", "HK-CUSTOMS")

    def call(method: str, path: str, body: object = None, **headers: str) -> Any:
        answer = service.call(method, f"/api/v1/{path}", body, **token, **headers)
        assert answer.status in {200, 201}, answer.content
        return answer.data

    through_every_door(
        lambda path, body, key: call("POST", path, body, **{"Idempotency-Key": key}),
        lambda path, body: call("PATCH", path, body),
        lambda path: call("GET", path),
    )
    with service.owner() as line:
        url = make_conninfo(line.info.dsn)
    file = tmp_path / "dump.sql"
    run("pg_dump", ["--enable-row-security", "--no-password", f"--file={file}"], major=SERVER, url=url)
    dumped = file.read_bytes()
    [secret] = [data for _, data in partners.HORN if data.get("tlp") == "RED"]
    sentence = str(secret["narrative"]).partition(".")[0]
    assert len(sentence) > 50
    assert standing_in(dumped, SECRET | {sentence}) == set()
    # It is a whole dump, and what is no secret is in it.
    assert standing_in(dumped, {OPEN, str(secret["title"])}) == {OPEN, str(secret["title"])}
    assert dumped.count(b"\nCOPY public.") > 30
    ((red_ones, sealed),) = service.rows(
        "SELECT count(*), count(r.narrative_sealed) FROM reports_report r JOIN sharing_label l ON l.id = r.label_id"
        " WHERE l.tlp = 'RED'"
    )
    assert red_ones == sealed == 6


def test_the_scan_finds_a_word_in_each_form_in_which_it_could_stand() -> None:
    for word in SECRET:
        for data in (
            word.upper().encode(),
            f"'{word}':3".encode(),
            word.encode().hex().encode(),
            base64.b64encode(f"x{word}y".encode()),
            word.encode("utf-16-le"),
            word[::-1].encode(),
        ):
            assert standing_in(b"before " + data + b" after", SECRET) == {word}
    assert standing_in(b"nothing of the kind", SECRET) == set()
