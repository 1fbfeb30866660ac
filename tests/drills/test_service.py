"""Drills on a whole service under load: what was acknowledged is stored, once, whatever is killed, stopped or stormed."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.callers import ETIS, PANGOLINS
from tests.drills.town import PATIENCE, Client, Said, Town, everyone, town
from tests.evidence import Evidence
from tests.sizes import SEED, size

pytestmark = pytest.mark.drill
CLIENTS = 4
KILLS, SUBMITS = size(commit=(1, 60), landing=(3, 2_000), release=(20, 20_000))
KEYS, CROWD = size(commit=(3, 50), landing=(200, 50), release=(2_000, 50))
STORM = size(commit=60, landing=500, release=5_000)
WRITERS = 8
DEPLOYS = size(commit=1, landing=3, release=10)
DRAIN = 30.0  # seconds a process may take to end what it has begun


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One service for all drills of this page; each leaves books that agree."""
    with town(tmp_path_factory.mktemp("town")) as made:
        yield made


def reports_of(place: Town) -> int:
    return place.one("SELECT count(*) FROM reports_report WHERE state <> 'DRAFT'")


def drafts_of(place: Town) -> int:
    return place.one("SELECT count(*) FROM reports_report WHERE state = 'DRAFT'")


def file_all(client: Client, name: str, count: int) -> list[str]:
    return [client.file(f"{name}-{number}", PANGOLINS) for number in range(count)]


def test_postgres_killed_in_the_middle_of_submits_loses_none_and_doubles_none(place: Town, evidence: Evidence) -> None:
    clients = [place.client("officer", "SG-CUSTOMS") for _ in range(CLIENTS)]
    before, drafts = reports_of(place), drafts_of(place)
    wanted = SUBMITS // CLIENTS

    def kill() -> None:
        for number in range(1, KILLS + 1):
            share = before + SUBMITS * number // (KILLS + 1)
            until = time.monotonic() + PATIENCE
            while reports_of(place) < share:
                assert time.monotonic() < until, "nobody files"
                time.sleep(0.02)
            place.postgres.kill()
            place.postgres.start()
            evidence.add("kills")

    work = [partial(file_all, client, f"kill-{n}", wanted) for n, client in enumerate(clients)]
    acknowledged = [report for reports in everyone(work, kill) for report in reports]
    assert len(set(acknowledged)) == len(acknowledged) == wanted * CLIENTS
    assert reports_of(place) == before + len(acknowledged)
    assert drafts_of(place) == drafts, "a draft made twice"
    failures = sum((client.failures for client in clients), Counter())
    assert failures, "nobody has noticed the kill"
    evidence.add("submits", len(acknowledged))
    evidence.add("tried again", failures.total())
    place.prove()


def test_one_key_is_one_report_however_many_ask_at_once(place: Town, evidence: Evidence) -> None:
    client, other = place.client("officer", "SG-CUSTOMS"), place.client("officer", "KE-CUSTOMS")
    for number in range(KEYS):
        key = f"same-{number}"
        answers: list[Said] = everyone([partial(client.once, "POST", "/api/v1/reports/", PANGOLINS, key)] * CROWD)
        made = {said.data["id"] for said in answers if said.status == 201}
        assert len(made) == 1, answers
        assert len({said.body for said in answers if said.status == 201}) == 1, "a different answer"
        assert {said.status for said in answers} <= {201, 409, 503}, {said.status for said in answers}
        again = client.insist("POST", "/api/v1/reports/", PANGOLINS, key)
        assert {again.data["id"]} == made
        assert client.insist("POST", "/api/v1/reports/", ETIS, key).status == 422, "another payload"
        anothers = other.insist("POST", "/api/v1/reports/", PANGOLINS, key)
        assert anothers.status == 201
        assert anothers.data["id"] not in made, "another account's answer"
        _away(client, made.pop())
        _away(other, anothers.data["id"])
        evidence.add("keys")
        evidence.add("parallel requests", CROWD)
    place.prove()


def _away(client: Client, report: str) -> None:
    assert client.insist("DELETE", f"/api/v1/reports/{report}/").status == 204


def test_a_key_whose_first_request_died_with_the_server_is_answered_once(place: Town, evidence: Evidence) -> None:
    """The web processes are killed while a crowd submits; who asks again gets the one answer there is."""
    client = place.client("officer", "SG-CUSTOMS")
    drafts = [client.insist("POST", "/api/v1/reports/", PANGOLINS, f"crash-{n}").data["id"] for n in range(12)]
    before = reports_of(place)

    def submit(report: str) -> Said:
        with suppress(OSError, HTTPException):
            client.once("POST", f"/api/v1/reports/{report}/submit/", None, f"crash-{report}")
        return client.insist("POST", f"/api/v1/reports/{report}/submit/", None, f"crash-{report}")

    def kill() -> None:
        time.sleep(0.02)
        place.web.kill()
        place.start_web()

    answers = everyone([partial(submit, report) for report in drafts], kill)
    assert {said.status for said in answers} == {200}
    assert {said.data["id"] for said in answers} == set(drafts)
    assert reports_of(place) == before + len(drafts)
    evidence.add("keys", len(drafts))
    place.prove()


def test_a_deploy_under_load_fails_no_request(place: Town, evidence: Evidence) -> None:
    """HUP: gunicorn starts new processes behind the same socket, and lets the old ones end what they have begun."""
    client, over = place.client("analyst", "SG-CUSTOMS"), threading.Event()

    def ask() -> Counter[int]:
        seen: Counter[int] = Counter()
        while not over.is_set():
            seen[client.once("GET", "/api/v1/reports/").status] += 1
        return seen

    def deploy() -> None:
        for _ in range(DEPLOYS):
            time.sleep(1.0)
            place.web.signal(signal.SIGHUP)
            time.sleep(4.0)
        over.set()

    seen: Counter[int] = sum(everyone([ask] * CLIENTS, deploy), Counter())
    assert set(seen) == {200}
    evidence.add("deploys", DEPLOYS)
    evidence.add("requests", seen.total())


def test_a_server_that_is_told_to_end_answers_what_it_has_begun(place: Town, evidence: Evidence) -> None:
    client, over = place.client("officer", "SG-CUSTOMS"), threading.Event()
    before, broken = reports_of(place), Counter[str]()

    def submit(name: str) -> list[str]:
        """Until the door is shut; a line that breaks after the request was sent would be an answer that got lost."""
        done: list[str] = []
        while not over.is_set():
            try:
                done.append(client.file(f"{name}-{len(done)}", PANGOLINS))
            except (OSError, HTTPException) as error:
                broken[type(error).__name__] += 1
        return done

    def end() -> None:
        time.sleep(1.0)
        begun = time.monotonic()
        place.web.ask_to_end()
        while place.web.running:
            assert time.monotonic() < begun + DRAIN, "it does not end"
            time.sleep(0.02)
        evidence.most("seconds to drain", time.monotonic() - begun)
        place.start_web()
        time.sleep(1.0)
        over.set()

    found = everyone([partial(submit, f"term-{n}") for n in range(CLIENTS)], end)
    acknowledged = [report for reports in found for report in reports]
    assert reports_of(place) == before + len(set(acknowledged)) == before + len(acknowledged)
    evidence.add("submits", len(acknowledged))
    place.prove()


def test_a_storm_of_writers_on_the_same_few_things_ends_and_the_books_agree(place: Town, evidence: Evidence) -> None:
    """Eight writers change, submit, withdraw, answer and delete the same six reports; each request ends within three tries."""
    officer, asked = place.client("liaison", "SG-CUSTOMS"), place.client("liaison", "AE-CUSTOMS")
    reports = [officer.insist("POST", "/api/v1/reports/", PANGOLINS, f"storm-{n}").data["id"] for n in range(6)]
    seen: Counter[int] = Counter()

    def write(name: int) -> int:
        draw, worst = random.Random(f"{SEED} {name}"), 0
        client, other = Client(place.port, officer.token), Client(place.port, asked.token)
        for number in range(STORM // WRITERS):
            report, tries = draw.choice(reports), 1
            verb, path, body, who = draw.choice(_verbs(report, client, other))
            while (said := who.once(verb, path, body, f"storm-{name}-{number}")).status == 503:
                tries += 1
            seen[said.status] += 1
            worst = max(worst, tries)
        return worst

    worst = max(everyone([partial(write, n) for n in range(WRITERS)]))
    assert set(seen) <= {200, 201, 204, 400, 403, 404, 409}, seen
    assert worst <= 3
    evidence.add("transactions", seen.total())
    evidence.most("most tries", worst)
    place.prove()


def _verbs(report: str, client: Client, other: Client) -> list[tuple[str, str, object, Client]]:
    path = f"/api/v1/reports/{report}/"
    return [
        ("PATCH", path, {"title": "Changed", "named": ["WWF"]}, client),
        ("PATCH", path, {"tlp": "GREEN", "withheld_from": ["VN-CUSTOMS"], "named": []}, client),
        ("POST", f"{path}submit/", None, client),
        ("POST", f"{path}withdraw/", None, client),
        ("POST", f"{path}copy/", None, client),
        ("GET", path, None, other),
    ]


def test_the_folder_of_the_drill_holds_no_trace_of_a_crash(place: Town) -> None:
    """No 500 was logged by any of it: what failed was answered with 503, or not at all."""
    log = (Path(place.folder) / "web.log").read_text()
    assert '"event":"a request failed"' not in log, log[-3000:]
