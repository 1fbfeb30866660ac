"""Spans for OpenTelemetry, where COUNTERPART_OTLP_ENDPOINT asks for them (docs/operate/observability.md).

One span for each request and each task, made here and not by the instrumentations, whose spans hold query strings and
statements: a name (method and view, or task) and what the log's line says. They leave by OTLP over HTTPS through the one way
out (apps/core/egress.py): the collector's host is listed in COUNTERPART_EGRESS as any other's. No trace is taken over from
outside: whoever asks could write words into it.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings

from apps.core import egress
from apps.core.trace import Trace

if settings.OTLP_ENDPOINT:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import SpanKind, Status, StatusCode

log = logging.getLogger(__name__)
FAILED = 500


@cache
def _tracer() -> Any:
    """Made at the first span, so after gunicorn and Celery have forked: the thread that sends would not be forked along."""
    name = {"service.name": f"counterpart-{settings.DB_ROLE}"}
    provider = TracerProvider(resource=Resource(name), shutdown_on_exit=True)
    exporter = OTLPSpanExporter(endpoint=settings.OTLP_ENDPOINT, session=egress.session(), timeout=egress.SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider.get_tracer("counterpart")


def note(found: Trace, *, name: str, began: datetime, ended: datetime, facts: Mapping[str, int | str]) -> None:
    """A span of what was traced, from ``began`` to ``ended``; nothing where none is wanted.

    ``facts`` are codes, names of views and counts. It never raises: what looks on must not stop what it looks at.
    """
    if not settings.OTLP_ENDPOINT:
        return
    try:
        _send(found, name, began, ended, facts)
    except Exception:  # whatever the library raises
        log.exception("a span was lost")


def _send(found: Trace, name: str, began: datetime, ended: datetime, facts: Mapping[str, int | str]) -> None:
    told = {"counterpart.request_id": found.id, **facts}
    kind = SpanKind.SERVER if "http.request.method" in facts else SpanKind.CONSUMER
    span = _tracer().start_span(name, kind=kind, attributes=told, start_time=_nanoseconds(began))
    if int(facts.get("http.response.status_code", 0)) >= FAILED or "error.type" in facts:
        span.set_status(Status(StatusCode.ERROR))
    span.end(end_time=_nanoseconds(ended))


def _nanoseconds(at: datetime) -> int:
    """Since 1970, as OTLP counts."""
    return int(at.timestamp() * 1_000_000) * 1000
