"""``/metrics`` in Prometheus' text format: figures from the database, and counts of what this machine's processes answered.

Figures are asked when they are wanted, so it does not matter which process answers. Counts live in each process's memory;
where ``PROMETHEUS_MULTIPROC_DIR`` names a folder (docker/entrypoint.sh makes one) every process keeps them in a file there
and any of them answers for all. No label holds an id, a name or a word that somebody entered.
"""

import fcntl
import hmac
import logging
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import Error
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, generate_latest, values
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from apps.agencies.acting import watching
from apps.audit.models import Entry
from apps.core.clock import now
from apps.notifications import queries
from apps.notifications.policy import AlarmCode, Figures

log = logging.getLogger(__name__)
FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
MOST_PROCESSES = 1024
METHODS = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"}
TEXT = "text/plain; version=0.0.4; charset=utf-8"
_held: list[IO[bytes]] = []


@cache
def place() -> int:
    """A number that no other living process of this machine holds: the file of a process that ended is continued by the
    next, so there are never more files than there were processes at once.
    """
    for number in range(MOST_PROCESSES):
        file = (Path(FOLDER) / f"{number}.held").open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
        else:
            _held.append(file)  # held until the process ends
            return number
    raise RuntimeError(f"more than {MOST_PROCESSES} processes count in {FOLDER}")


if FOLDER:
    values.ValueClass = values.MultiProcessValue(place)  # type: ignore[no-untyped-call]  # the library's

OWN = CollectorRegistry()
ANSWERED = Counter("counterpart_requests", "Requests answered.", ["view", "method", "status"], registry=OWN)
SPENT = Counter("counterpart_request_seconds", "Seconds spent answering.", ["view"], registry=OWN)


class Counted:
    """Counts each request by the name of its view, its method and its status; outermost, so that nothing escapes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        view = view_of(request)
        ANSWERED.labels(view, method_of(request), str(response.status_code)).inc()
        SPENT.labels(view).inc(time.perf_counter() - begun)
        return response


def view_of(request: HttpRequest) -> str:
    """The name of the view, which holds no id; ``none`` where no address was matched."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def method_of(request: HttpRequest) -> str:
    """Its method; ``OTHER`` for a word that is none of HTTP's, which somebody made up."""
    return request.method if request.method in METHODS else "OTHER"


def metrics(request: HttpRequest) -> HttpResponse:
    """All of it, to whoever holds the token; to anybody else, and where none is set, the address is none."""
    if not _allowed(request):
        raise Http404
    registry = CollectorRegistry()
    if FOLDER:
        MultiProcessCollector(registry, path=FOLDER)  # type: ignore[no-untyped-call]  # the library's
    registry.register(_Asked())
    text = generate_latest(registry) + (b"" if FOLDER else generate_latest(OWN))
    return HttpResponse(text, content_type=TEXT)


def _allowed(request: HttpRequest) -> bool:
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and word.lower() == "bearer" and hmac.compare_digest(token.encode(), wanted.encode())


class _Asked(Collector):
    """The figures, asked of the database now."""

    def collect(self) -> Iterator[Metric]:
        try:
            with watching():
                found = list(_figures(now()))
        except Error:
            log.warning("the database does not answer; only counts are told")
            found = []
        yield GaugeMetricFamily("counterpart_database_up", "Whether the database answers.", value=float(bool(found)))
        yield from found


def _figures(at: datetime) -> Iterator[Metric]:
    figures = queries.figures(now=at)
    open_ = {alarm.code: alarm for alarm in queries.alarms(ended_since=at)}
    yield from _gauges("counterpart_", _counts(figures))
    yield from _gauges("counterpart_", _ages(figures), unit="_seconds")
    yield GaugeMetricFamily("counterpart_audit_entries", "Entries of the audit trail.", value=_length())
    alarms = GaugeMetricFamily("counterpart_alarm_open", "Whether the alarm of that code is open.", labels=["code"])
    for code in AlarmCode:
        alarms.add_metric([code.value], float(code.value in open_))
    yield alarms


def _length() -> int:
    return Entry.objects.aggregate(last=Max("seq"))["last"] or 0


def _gauges(prefix: str, named: dict[str, tuple[str, float]], unit: str = "") -> Iterator[Metric]:
    for name, (meaning, value) in named.items():
        yield GaugeMetricFamily(f"{prefix}{name}{unit}", meaning, value=value)


def _counts(figures: Figures) -> dict[str, tuple[str, float]]:
    return {
        "deliveries_pending": ("Events that wait to be carried.", figures.deliveries_pending),
        "deliveries_dead": ("Events that were given up.", figures.deliveries_dead),
        "messages_pending": ("Messages that wait to be sent.", figures.messages_pending),
        "messages_dead": ("Messages that were given up.", figures.messages_dead),
        "alarm_messages_pending": ("Messages of alarms that wait.", figures.alarm_messages_pending),
        "alarm_messages_dead": ("Messages of alarms that were given up.", figures.alarm_messages_dead),
        "messages_refused": ("Messages that were refused, and are tried again.", figures.messages_refused),
        "channels_closed": ("Addresses that were refused for good.", figures.channels_closed),
    }


def _ages(figures: Figures) -> dict[str, tuple[str, float]]:
    """Ages in seconds; what has never happened has none and is left out."""
    waiting = {
        "relay_lag": ("How long the oldest event has waited; 0 where none does.", figures.oldest_delivery),
        "oldest_unsent": ("How long the oldest message has waited; 0 where none does.", figures.oldest_message),
    }
    since = {
        "watch_age": ("Since the figures were last watched.", figures.watched_at),
        "trail_checked_age": ("Since the audit trail was last verified whole.", figures.trail_checked_at),
        "proved_age": ("Since the ledger was last proved whole.", figures.proved_at),
        "compared_age": ("Since grants and policy last agreed everywhere.", figures.compared_at),
        "seal_age": ("Since the audit trail was last sealed.", figures.sealed_at),
        "backup_age": ("Since a backup was last noted.", figures.backup_at),
    }
    ages = {name: (meaning, _seconds(age)) for name, (meaning, age) in waiting.items()}
    return ages | {name: (meaning, _seconds(figures.at - at)) for name, (meaning, at) in since.items() if at}


def _seconds(age: timedelta | None) -> float:
    return round(age.total_seconds(), 3) if age else 0.0
