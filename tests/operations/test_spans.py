"""Spans, where they are asked for: they arrive by the one way out, and hold no word that anybody entered or stored."""

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from config.local.places import ROOT
from tests.certificates import certified
from tests.served import served

CANARY = "Kanarisecret"


@dataclass
class Collector:
    """A real OTLP receiver over HTTPS on loopback: what came, as bytes and as spans."""

    port: int
    ca: Path
    bodies: list[bytes] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return {
            "COUNTERPART_OTLP_ENDPOINT": f"https://localhost:{self.port}/v1/traces",
            "COUNTERPART_EGRESS": f"localhost:{self.port}",
            "COUNTERPART_EGRESS_NETWORKS": "127.0.0.0/8,::1/128",
            "COUNTERPART_EGRESS_CA": str(self.ca),
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }

    def spans(self) -> dict[str, dict[str, Any]]:
        """Name → attributes of what has come."""
        found = {}
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        told = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
                        found[span.name] = told
        return found


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    pem, bodies = certified(tmp_path), list[bytes]()

    class Taking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None: ...

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as httpd:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield Collector(httpd.server_address[1], pem, bodies)
        httpd.shutdown()


def test_spans_of_requests_arrive_and_hold_no_word_of_theirs(
    django_db_setup: None, django_db_blocker: Any, tmp_path: Path, collector: Collector
) -> None:
    with django_db_blocker.unblock(), served(tmp_path, **collector.environ) as service:
        token = service.token("officer", "SG-CUSTOMS")
        draft = {"kind": "ANALYSIS", "title": CANARY, "narrative": CANARY, "case_number": CANARY}
        headers = {"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01", "baggage": f"word={CANARY}", "User-Agent": CANARY}
        made = service.call("POST", f"/api/v1/reports/?q={CANARY}", draft, **token, **headers)
        assert made.status == 201
        service.call("GET", f"/api/v1/reports/?q={CANARY}", **token, **headers)
        service.call("GET", f"/{CANARY}/?q={CANARY}", **headers)
        _until(lambda: {"POST api:reports", "GET api:reports", "GET none"} <= set(collector.spans()))
        log = service.process.log.read_text()
    found = collector.spans()
    assert set(found["POST api:reports"]) == {
        *("counterpart.request_id", "counterpart.statements", "counterpart.view"),
        *("http.request.method", "http.response.status_code"),
    }
    assert (found["POST api:reports"]["http.response.status_code"], found["GET none"]["counterpart.view"]) == (
        201,
        "none",
    )
    told = b"".join(collector.bodies)
    words = (CANARY, made.data["id"], token["Authorization"][-20:], "SELECT", "localhost", "127.0.0.1", "sg-customs")
    assert [word for word in words if word.encode() in told] == []
    assert bytes.fromhex("ab" * 16) not in told
    assert CANARY not in log


TASK = """
import django; django.setup()
from celery import Celery
app = Celery("a worker", task_cls="config.shut:Traced", set_as_current=False)
@app.task(name="tests.counts")
def counts(fails):
    if fails:
        raise LookupError("Kanarisecret")
counts(False)
try:
    counts.apply(["Kanarisecret"], throw=True)
except LookupError:
    pass
from config import spans
spans._tracer().span_processor.force_flush()
"""


def test_spans_of_tasks_arrive_with_the_kind_of_what_failed_and_not_with_its_words(collector: Collector) -> None:
    _ran(TASK, collector.environ)
    assert set(collector.spans()["tests.counts"]) == {"counterpart.request_id", "error.type"}
    assert collector.spans()["tests.counts"]["error.type"] == "LookupError"
    assert CANARY.encode() not in b"".join(collector.bodies)


def test_a_collector_that_is_not_listed_is_not_asked_and_nothing_fails(collector: Collector) -> None:
    _ran(TASK, {**collector.environ, "COUNTERPART_EGRESS": "another.example"})
    assert collector.bodies == []


def test_without_an_endpoint_nothing_of_it_is_loaded() -> None:
    _ran("import django; django.setup(); import config.spans, sys; assert 'opentelemetry' not in sys.modules", {})


def test_an_endpoint_in_clear_is_refused_at_the_start() -> None:
    done = _run("import django; django.setup()", {"COUNTERPART_OTLP_ENDPOINT": "http://localhost:4318/v1/traces"})
    assert done.returncode != 0
    assert "must begin with https://" in done.stderr


def _until(holds: Any) -> None:
    for _ in range(200):
        if holds():
            return
        threading.Event().wait(0.1)
    pytest.fail("the spans did not come")


def _run(code: str, more: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **more}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def _ran(code: str, more: dict[str, str]) -> None:
    done = _run(code, more)
    assert done.returncode == 0, done.stderr[-3000:]
