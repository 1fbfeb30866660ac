"""How long a client may hold a thread, how much it may send in headers; and what the deployed service tells of itself."""

import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.production.conftest import House, free_port, wait

TOKEN = secrets.token_urlsafe(32)
HEADERS, WHOLE = 2.0, 5.0
SLACK = 3.0  # seconds; the deadlines are looked after about once a second


@pytest.fixture(scope="module")
def impatient(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A web process of two threads that is soon out of patience."""
    port, log = free_port(), tmp_path_factory.mktemp("limits") / "log"
    changed = {
        "COUNTERPART_BIND": f"127.0.0.1:{port}",
        "COUNTERPART_THREADS": "2",
        "COUNTERPART_HEADER_SECONDS": str(HEADERS),
        "COUNTERPART_REQUEST_SECONDS": str(WHOLE),
        "COUNTERPART_METRICS_TOKEN": TOKEN,
    }
    other = House(f"http://127.0.0.1:{port}", {**house.environment, **changed}, house.sink)
    with log.open("wb") as lines:
        other.start("web", lines)
        wait(lambda: other.ask("/readyz")[0] == 200, other, log)
        yield other
        other.processes["web"].terminate()
        other.processes["web"].wait(30)


def line_to(house: House) -> socket.socket:
    host, _, port = house.address.removeprefix("http://").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def drip(line: socket.socket, seconds: float) -> float:
    """Send a byte of a header or body now and then until the other end hangs up; after how many seconds it did."""
    begun = time.monotonic()
    line.settimeout(0.3)
    while time.monotonic() < begun + seconds:
        try:
            line.sendall(b"x")
            if line.recv(4096) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


def test_headers_that_drip_are_not_waited_for(impatient: House) -> None:
    with line_to(impatient) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert drip(line, 20) < HEADERS + SLACK


def test_a_body_that_drips_is_not_waited_for(impatient: House) -> None:
    with line_to(impatient) as line:
        head = "POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nContent-Length: 100000\r\n"
        line.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode())
        assert drip(line, 30) < WHOLE + SLACK


def test_as_many_slow_clients_as_threads_do_not_stop_the_service(impatient: House) -> None:
    lines = [line_to(impatient) for _ in range(4)]
    for line in lines:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    begun = time.monotonic()
    assert impatient.ask("/healthz")[0] == 200
    assert time.monotonic() - begun < 2 * (HEADERS + SLACK)
    for line in lines:
        line.close()


@pytest.mark.parametrize(
    "head",
    [
        "".join(f"X-H{number}: 1\r\n" for number in range(80)),
        f"X-Large: {'x' * 9000}\r\n",
    ],
    ids=["too many", "too large"],
)
def test_headers_beyond_any_browsers_are_refused(impatient: House, head: str) -> None:
    with line_to(impatient) as line:
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode())
        status = line.recv(4096).split(b"\r\n")[0]
    assert status.split()[1] in {b"400", b"431"}


def test_an_address_beyond_any_of_ours_is_refused(impatient: House) -> None:
    assert impatient.ask("/?q=" + "x" * 5000)[0] in {400, 414}


def test_the_figures_are_for_whoever_holds_the_token_also_without_tls_on_the_machine_itself(impatient: House) -> None:
    assert impatient.ask("/metrics", secure=False)[0] == 404
    assert impatient.ask("/metrics", Authorization="Bearer wrong")[0] == 404
    status, headers, text = impatient.ask("/metrics", secure=False, Authorization=f"Bearer {TOKEN}")
    assert (status, headers["Cache-Control"]) == (200, "private, no-store")
    assert "counterpart_database_up 1.0" in text
    assert 'counterpart_requests_total{method="GET",status="200",view="ready"}' in text


def test_a_token_that_can_be_guessed_is_refused_at_the_start(house: House) -> None:
    poor = House(house.address, {**house.environment, "COUNTERPART_METRICS_TOKEN": "short"}, house.sink)
    with pytest.raises(AssertionError, match="COUNTERPART_METRICS_TOKEN is too short"):
        poor.command("check")


@pytest.mark.parametrize("path", ["/sign-in/", "/nothing/", "/api/v1/me/", "/healthz", "/static/nothing.css"])
def test_every_answer_of_production_asks_for_tls_from_now_on(house: House, path: str) -> None:
    _, headers, _ = house.ask(path)
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "includeSubDomains" in headers["Strict-Transport-Security"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Server"] in {None, "gunicorn"}


def test_the_api_without_tls_is_refused_and_not_redirected(house: House) -> None:
    status, headers, text = house.ask("/api/v1/me/", secure=False, Authorization="Bearer x")
    assert (status, headers["Content-Type"]) == (403, "application/problem+json")
    assert "tls_required" in text
    assert "Location" not in headers


def test_every_cookie_of_production_is_tied_to_the_host(house: House) -> None:
    for path in ("/sign-in/", "/password/reset/"):
        _, headers, _ = house.ask(path)
        for cookie in headers.get_all("Set-Cookie") or []:
            assert cookie.startswith("__Host-")
            assert all(word in cookie for word in ("Secure", "Path=/", "SameSite=", "HttpOnly"))
            assert "Domain" not in cookie


def test_the_log_of_production_is_json_and_holds_nothing_that_was_asked(house: House, tmp_path: Path) -> None:
    log = tmp_path / "log"
    port = free_port()
    other = House(
        f"http://127.0.0.1:{port}", {**house.environment, "COUNTERPART_BIND": f"127.0.0.1:{port}"}, house.sink
    )
    with log.open("wb") as lines:
        other.start("web", lines)
        wait(lambda: other.ask("/readyz")[0] == 200, other, log)
        other.ask("/Kanaripath/?q=Kanariquery")
        other.ask("/api/v1/reports/?q=Kanariquery", Authorization="Bearer Kanaritoken")
        with line_to(other) as line:
            line.sendall(b"GET /Kanaribroken HTTP/9.9\r\nKanariheader\r\n\r\n")
            line.recv(4096)
        other.processes["web"].terminate()
        other.processes["web"].wait(30)
    text = log.read_text()
    assert '"view":"api:reports"' in text
    assert "anari" not in text
