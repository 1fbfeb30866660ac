"""What only real processes show: two requests at one instant, a restart, bytes that no client library would send."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import orjson
import pytest

from apps.agencies.idempotency import Asked
from tests.callers import ETIS, PANGOLINS
from tests.served import Answer, Service, served

REPORTS = "/api/v1/reports/"
ROUNDS = 8
PROBLEM = b"Content-Type: application/problem+json"


@pytest.fixture(scope="module")
def service(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """One server for all of this page's tests; each uses reports of its own."""
    with django_db_blocker.unblock(), served(tmp_path_factory.mktemp("served")) as made:
        yield made


@pytest.fixture(scope="module")
def officer(service: Service) -> dict[str, str]:
    return service.token("officer", "HK-CUSTOMS")


def _draft(service: Service, officer: dict[str, str], **changes: Any) -> str:
    answer = service.call("POST", REPORTS, {**PANGOLINS, **changes}, **officer)
    assert answer.status == 201, answer.content
    return f"{REPORTS}{answer.data['id']}/"


def _at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """All of them at the same instant, each in a thread of its own."""
    barrier = Barrier(len(calls))

    def wait(call: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(wait, call) for call in calls]]


def _code(answer: Answer) -> str:
    return str(answer.data["code"]) if answer.status >= 400 else ""


def test_two_submissions_at_the_same_instant_are_one_submission_and_one_409(
    service: Service, officer: dict[str, str]
) -> None:
    (before,) = service.rows("SELECT count(*) FROM outbox_event WHERE name = 'reports.submitted'")
    for _ in range(ROUNDS):
        report = _draft(service, officer)
        submit = lambda: service.call("POST", f"{report}submit/", **officer)  # noqa: E731, B023 - called before the next round
        answers = _at_once(submit, submit)
        assert sorted((answer.status, _code(answer)) for answer in answers) == [(200, ""), (409, "state_moved")]
    (after,) = service.rows("SELECT count(*) FROM outbox_event WHERE name = 'reports.submitted'")
    assert after[0] - before[0] == ROUNDS


def test_one_key_at_the_same_instant_is_one_report_and_one_answer(service: Service, officer: dict[str, str]) -> None:
    for number in range(ROUNDS):
        title = f"Round {number}"
        key = {**officer, "Idempotency-Key": title}
        post = partial(service.call, "POST", REPORTS, {**PANGOLINS, "title": title}, **key)
        answers = _at_once(*[post] * 5)
        done = {answer.content for answer in answers if answer.status == 201}
        waiting = {(answer.status, _code(answer)) for answer in answers if answer.status != 201}
        assert (len(done), waiting <= {(409, "idempotency_in_flight")}) == (1, True)
        assert service.rows("SELECT count(*) FROM reports_report WHERE title = %s", title) == [(1,)]
        assert {post().content} == done


def test_while_the_first_request_of_a_key_runs_the_second_is_told_so(service: Service, officer: dict[str, str]) -> None:
    content = orjson.dumps(PANGOLINS)
    ((user,),) = service.rows("SELECT id FROM agencies_user WHERE email = 'officer@hk-customs.example'")
    lock = Asked(user, None, "POST", REPORTS, "in flight", content).lock
    first = _holding(service, lock)
    try:
        answer = service.call("POST", REPORTS, content, **officer, **{"Idempotency-Key": "in flight"})
        assert (answer.status, _code(answer)) == (409, "idempotency_in_flight")
        other = service.call(
            "POST", REPORTS, content, **service.token("officer", "SG-CUSTOMS"), **{"Idempotency-Key": "in flight"}
        )
        assert other.status == 201
    finally:
        first.rollback()  # a session that is merely closed keeps its locks until its server process has noticed
        first.close()
    assert service.call("POST", REPORTS, content, **officer, **{"Idempotency-Key": "in flight"}).status == 201


def _holding(service: Service, lock: int) -> Any:
    """A transaction elsewhere, in the middle of the same request."""
    line = service.owner()
    line.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    return line


def test_a_change_and_a_submission_at_the_same_instant_never_mix(service: Service, officer: dict[str, str]) -> None:
    """Who is left out by the change must not be told by the submission."""
    colleague = service.token("liaison", "HK-CUSTOMS")
    for _ in range(ROUNDS):
        report = _draft(service, officer)
        change = lambda: service.call("PATCH", report, {"withheld_from": ["VN-CUSTOMS"]}, **colleague)  # noqa: E731, B023
        submit = lambda: service.call("POST", f"{report}submit/", **officer)  # noqa: E731, B023
        changed, submitted = _at_once(change, submit)
        assert {changed.status, submitted.status} <= {200, 409}
        assert 200 in {changed.status, submitted.status}
        assert service.call("POST", f"{report}submit/", **officer).status == (409 if submitted.status == 200 else 200)
        told = {row["agency"] for row in service.call("GET", f"{report}audience/", **officer).data["audience"]}
        assert ("VN-CUSTOMS" in told) is (changed.status != 200)


def test_two_changes_at_the_same_instant_lose_nothing_that_was_said_to_be_kept(
    service: Service, officer: dict[str, str]
) -> None:
    colleague = service.token("liaison", "HK-CUSTOMS")
    for _ in range(ROUNDS):
        report = _draft(service, officer, named=[], withheld_from=[])
        title = lambda: service.call("PATCH", report, {"title": "Read again"}, **officer)  # noqa: E731, B023
        left = lambda: service.call("PATCH", report, {"withheld_from": ["VN-CUSTOMS"]}, **colleague)  # noqa: E731, B023
        one, two = _at_once(title, left)
        shown = service.call("GET", report, **officer).data
        assert {one.status, two.status} <= {200, 409}
        assert (shown["title"] == "Read again") is (one.status == 200)
        assert (shown["withheld_from"] == ["VN-CUSTOMS"]) is (two.status == 200)


def test_a_key_is_remembered_over_a_kill_and_a_restart(service: Service, officer: dict[str, str]) -> None:
    key = {**officer, "Idempotency-Key": "over a restart"}
    first = service.call("POST", REPORTS, ETIS, **key)
    assert first.status == 201
    service.kill()
    service.start()
    again = service.call("POST", REPORTS, ETIS, **key)
    assert (again.status, again.content) == (first.status, first.content)
    assert _code(service.call("POST", REPORTS, {**ETIS, "title": "Other"}, **key)) == "idempotency_other_body"


def test_a_body_of_50_mb_is_refused_before_it_is_read(service: Service, officer: dict[str, str]) -> None:
    line = service.line()
    line.putrequest("POST", REPORTS)
    for name, value in {**officer, "Content-Type": "application/json", "Content-Length": str(50 * 2**20)}.items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()  # not a byte of the body has been sent
    assert (answer.status, orjson.loads(answer.read())["code"]) == (413, "too_large")
    line.close()


def test_a_sender_of_50_mb_is_heard_out_and_gets_the_answer(service: Service, officer: dict[str, str]) -> None:
    body = b'{"kind": "SEIZURE", "narrative": "' + b"x" * 50 * 2**20 + b'"}'
    answer = service.call("POST", REPORTS, body, **officer)
    assert (answer.status, _code(answer)) == (413, "too_large")
    assert service.call("GET", "/api/v1/me/", **officer).status == 200


RAW = {
    "a chunked body": (
        b"POST /api/v1/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"411",
    ),
    "a length that is no number": (
        b"POST /api/v1/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: two\r\n\r\n{}",
        b"400",
    ),
    "two lengths": (
        b"POST /api/v1/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"400",
    ),
    "a host that is not ours": (
        b"GET /api/v1/me/ HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n",
        b"400",
    ),
    "no JSON at all": (b"\x00\x01\x02\x03\r\n\r\n", b"400"),
    "a made-up method": (b"INITIAL /api/v1/reports/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", b"401"),
}


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_are_no_request_get_a_refusal(service: Service, name: str) -> None:
    request, status = RAW[name]
    assert service.raw(request).split(b"\r\n", 1)[0].split()[1] == status


def test_the_log_holds_ids_and_no_content(service: Service, officer: dict[str, str]) -> None:
    words = "Zanzibar-canary"
    report = _draft(service, officer, title=words, narrative=words)
    service.call("GET", f"{REPORTS}?q={words}", **officer)
    service.call("POST", f"{report}submit/", **officer)
    service.call("POST", REPORTS, {**PANGOLINS, "title": words, "kind": words}, **officer)
    log = service.process.log.read_text()
    assert words not in log
    assert officer["Authorization"].split()[1] not in log
