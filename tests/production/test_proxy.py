"""The front door of compose: what its text says, and what Caddy does with it at real handshakes.

No container engine can be counted on here: Caddy is the program itself, of the version that compose names.
"""

import re
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.certificates import certified
from tests.production.conftest import ROOT, free_port

FILE = ROOT / "docker" / "proxy" / "Caddyfile"
CADDY = Path(sys.executable).with_name("caddy")  # of requirements/dev.txt
STRONG = r"TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305_SHA256)"


def test_its_text_takes_tls_1_2_and_1_3_only_with_forward_secrecy_and_authenticated_ciphers() -> None:
    text = FILE.read_text()
    assert re.findall(r"^\s*protocols (tls.*)$", text, re.MULTILINE) == ["tls1.2 tls1.3"]
    [ciphers] = re.findall(r"^\s*ciphers (.+)$", text, re.MULTILINE)
    assert [cipher for cipher in ciphers.split() if not re.fullmatch(STRONG, cipher)] == []
    assert len(ciphers.split()) == 6


def test_what_is_tried_here_is_what_compose_starts() -> None:
    image = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]["proxy"]["image"]
    told = subprocess.run([CADDY, "version"], capture_output=True, text=True, check=True).stdout
    assert image == f"caddy:{told.split()[0].removeprefix('v')}-alpine"


def test_it_keeps_no_log_of_requests_and_shows_no_figures() -> None:
    text = FILE.read_text()
    assert re.findall(r"^\s*log\b.*$", text, re.MULTILINE) == ["\tlog {"]  # of its own troubles
    assert "request delete" in text
    assert "@inside path /metrics /readyz" in text
    assert "trusted_proxies" not in text  # what a client says of itself as X-Forwarded-* is not believed


def test_compose_lets_people_in_by_it_alone_and_web_believes_nobody_else() -> None:
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
    ports = {name: of["ports"] for name, of in services.items() if "ports" in of}
    assert ports == {"proxy": ["80:80", "443:443"], "web": ["127.0.0.1:8000:8000"]}
    address = services["proxy"]["networks"]["front"]["ipv4_address"]
    assert services["web"]["environment"]["COUNTERPART_PROXIES"] == address
    assert {name for name, of in services.items() if "front" in of.get("networks", [])} == {"proxy", "web"}
    assert not [key for key in services["proxy"]["environment"] if key != "COUNTERPART_SITE_URL"]


def test_only_the_lines_inside_composes_own_network_are_vouched_for() -> None:
    services = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
    for name in ("web", "worker", "beat", "migrate"):
        told = services[name]["environment"]
        assert (told["COUNTERPART_PRIVATE_NETWORK"], told["COUNTERPART_SMTP_TLS"]) == (
            "database,broker",
            "${COUNTERPART_SMTP_TLS:-1}",
        )


@dataclass
class Door:
    """A running Caddy in front of something that says what it was told."""

    port: int
    pem: Path
    log: Path
    behind: ThreadingHTTPServer

    def handshake(self, version: ssl.TLSVersion, ciphers: str = "DEFAULT:@SECLEVEL=0") -> str:
        context = ssl.create_default_context(cafile=str(self.pem))
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.set_ciphers(ciphers)
        with (
            socket.create_connection(("localhost", self.port), timeout=5) as line,
            context.wrap_socket(line, server_hostname="localhost") as safe,
        ):
            return safe.version() or ""

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"https://localhost:{self.port}{path}", headers=headers)
        context = ssl.create_default_context(cafile=str(self.pem))
        try:
            with urllib.request.urlopen(request, context=context, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


class Told(BaseHTTPRequestHandler):
    """Answers with what it was told of whom it serves."""

    def do_GET(self) -> None:
        told = f"{self.headers['X-Forwarded-For']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *words: object) -> None: ...


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Compose's Caddyfile with a certificate of ours in place of a public one, on ports of ours."""
    pem, port, plain, log = certified(tmp_path), free_port(), free_port(), tmp_path / "log"
    text = FILE.read_text().replace("\ttls {", f"\ttls {pem} {pem} {{")
    (tmp_path / "Caddyfile").write_text(text.replace("\tadmin off\n", f"\tadmin off\n\thttp_port {plain}\n"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as behind, log.open("wb") as written:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        environ = {
            "HOME": str(tmp_path),
            "COUNTERPART_SITE_URL": f"https://localhost:{port}",
            "COUNTERPART_UPSTREAM": f"127.0.0.1:{behind.server_address[1]}",
        }
        words = [str(CADDY), "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
        with subprocess.Popen(words, env=environ, stdout=written, stderr=written) as process:
            _listens(port, log)
            yield Door(port, pem, log, behind)
            process.terminate()
        behind.shutdown()


def _listens(port: int, log: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(log.read_text())


def test_old_versions_and_weak_ciphers_are_refused_and_new_ones_taken(door: Door) -> None:
    assert door.handshake(ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert door.handshake(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises(ssl.SSLError):
        door.handshake(ssl.TLSVersion.TLSv1_1)
    with pytest.raises(ssl.SSLError):
        door.handshake(ssl.TLSVersion.TLSv1_2, "AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")


def test_what_a_client_says_of_its_address_and_of_tls_is_not_believed(door: Door) -> None:
    spoof = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    assert door.ask("/", **spoof) in {(200, "127.0.0.1 https"), (200, "::1 https")}
    assert door.ask("/metrics")[0] == 404


def test_a_query_is_in_no_log_not_even_when_web_is_away(door: Door) -> None:
    assert door.ask("/?q=Kanari-here")[0] == 200
    door.behind.shutdown()
    door.behind.server_close()
    assert door.ask("/reports/?q=Kanari-away")[0] == 502
    assert "Kanari" not in door.log.read_text()
    assert "dial" in door.log.read_text()
