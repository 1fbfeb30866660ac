"""The one way out: to listed hosts by HTTPS, at public addresses, without redirects, for a short time and a small answer."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from apps.core import egress
from tests.certificates import certified

SPELLINGS: tuple[str, ...] = (
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "127.255.255.254",
)
NOT_PUBLIC: tuple[str, ...] = (
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "[fe80::1]",
)
NOT_PUBLIC += ("[fd00::1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "255.255.255.255")


class Handler(BaseHTTPRequestHandler):
    """Answers by its path, and writes down what it was asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers['Host']}")
        {"/redirect": self._redirect, "/large": self._large, "/drip": self._drip}.get(self.path, self._fine)()

    do_POST = do_GET  # noqa: N815 - the library calls it so

    def log_message(self, *words: object) -> None: ...

    def _fine(self) -> None:
        self._head(200, {"Content-Length": "4"})
        self.wfile.write(b"fine")

    def _redirect(self) -> None:
        self._head(302, {"Location": "http://127.0.0.1/", "Content-Length": "0"})

    def _large(self) -> None:
        self._head(200, {"Content-Length": str(8 * egress.BYTES)})
        self._write(b"x" * (8 * egress.BYTES))

    def _drip(self) -> None:
        self._head(200, {"Content-Length": "4000"})
        for _ in range(100):
            time.sleep(0.1)
            self._write(b"x")

    def _write(self, content: bytes) -> None:
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


@dataclass
class Server:
    """A real one, with a certificate for ``localhost`` that only ``ca`` vouches for."""

    port: int
    ca: str
    asked: list[str]

    def session(self, *hosts: str, networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")) -> egress.Session:
        inside = tuple(ipaddress.ip_network(text) for text in networks)
        return egress.Session(egress.Ways(frozenset(hosts), inside), trusted=self.ca)

    def url(self, path: str = "/", host: str = "localhost", scheme: str = "https") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    pem = certified(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked: list[str] = []
    handler = type("Handler", (Handler,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield Server(httpd.server_address[1], str(pem), asked)
        httpd.shutdown()


def code_of(ask: Callable[[], object]) -> str:
    with pytest.raises(egress.Refused) as found:
        ask()
    return found.value.code


def test_a_listed_host_of_a_listed_network_is_asked_by_its_name_and_checked_by_its_certificate(server: Server) -> None:
    with server.session(f"localhost:{server.port}") as line:
        answer = line.post(server.url("/door"), data=b"ids only")
    assert (answer.status_code, answer.content) == (200, b"fine")
    assert server.asked == [f"POST /door localhost:{server.port}"]


def test_a_host_that_is_not_listed_is_not_asked(server: Server) -> None:
    for host in ("idp.example", "localhost", f"localhost:{server.port + 1}", f"localhost.example:{server.port}"):
        with server.session(host) as line:
            assert code_of(partial(line.get, server.url())) == "host"
    assert server.asked == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_this_machine_is_refused_however_it_is_spelled_even_where_it_is_listed(server: Server, spelling: str) -> None:
    with server.session(f"{spelling}:{server.port}", networks=()) as line:
        assert code_of(lambda: line.get(server.url(host=spelling))) in {"address", "host"}
    assert server.asked == []


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(server: Server, address: str) -> None:
    with server.session(f"{address}:{server.port}", networks=()) as line:
        assert code_of(lambda: line.get(server.url(host=address))) == "address"


def test_one_private_address_among_public_ones_is_enough(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with server.session("idp.example", networks=()) as line:
        assert code_of(lambda: line.get("https://idp.example/")) == "address"


def test_nothing_but_https_is_spoken(server: Server) -> None:
    with server.session(f"localhost:{server.port}", "etc") as line:
        for url in (server.url(scheme="http"), "file:///etc/passwd", "ftp://localhost/"):
            assert code_of(partial(line.get, url)) == "scheme"
    assert server.asked == []


def test_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    with server.session(f"localhost:{server.port}") as line:
        answer = line.get(server.url("/redirect"), allow_redirects=True)
    assert (answer.status_code, len(server.asked)) == (302, 1)


def test_a_certificate_that_nobody_vouches_for_is_refused_whatever_the_caller_says(server: Server) -> None:
    ways = egress.Ways(frozenset({f"localhost:{server.port}"}), (ipaddress.ip_network("127.0.0.0/8"),))
    with egress.Session(ways) as line, pytest.raises(requests.exceptions.SSLError):
        line.get(server.url(), verify=False)
    assert server.asked == []


def test_a_certificate_of_another_name_is_refused(server: Server) -> None:
    with server.session(f"127.0.0.1:{server.port}") as line, pytest.raises(requests.exceptions.SSLError):
        line.get(server.url(host="127.0.0.1"))
    assert server.asked == []


def test_an_answer_of_more_than_a_megabyte_is_not_taken(server: Server) -> None:
    with server.session(f"localhost:{server.port}") as line:
        assert code_of(lambda: line.get(server.url("/large"))) == "size"


def test_an_answer_that_drips_is_cut_off_when_its_time_is_over(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(egress, "SECONDS", 1.0)
    begun = time.monotonic()
    with server.session(f"localhost:{server.port}") as line, pytest.raises(requests.RequestException):
        line.get(server.url("/drip"))
    assert time.monotonic() - begun < 4


def test_the_environment_names_no_proxy_and_no_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    with server.session(f"localhost:{server.port}") as line:
        assert line.get(server.url()).content == b"fine"
        assert code_of(lambda: line.get(f"https://somebody:secret@localhost:{server.port}/")) == "address"


def test_by_default_there_is_no_way_out_at_all() -> None:
    assert egress.ways() == egress.Ways(frozenset())
    assert code_of(lambda: egress.fetch("GET", "https://one.one.one.one/")) == "host"
