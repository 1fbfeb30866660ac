"""From the commit of a submission to sixty mails in the sink, through a real worker and broker, beside one plain task."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from django.db import transaction

from apps.agencies.acting import acting
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.reports.actions import submit_report
from bench.goals import Line
from bench.meter import Weight
from bench.tasks import SIXTY
from config.celery import app

LONGEST = 60.0  # seconds that sixty mails may take before something is wrong
QUIET = 0.3  # seconds between two measures: what the last one left behind is done by then


class Sink:
    """Takes every mail and notes when."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.taken.append(time.perf_counter())
        return "250 OK"


@contextmanager
def sink() -> Iterator[tuple[Sink, int]]:
    """A mail server on a free port of loopback."""
    handler = Sink()
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


@contextmanager
def worker(port: int) -> Iterator[Callable[[], float]]:
    """The worker as it is run in production, with the plain task beside its own; and how much CPU time it has used."""
    told = {
        "COUNTERPART_DB_ROLE": "worker",
        "PYTHONWARNINGS": "ignore",
        "COUNTERPART_SMTP_HOST": "127.0.0.1",
        "COUNTERPART_SMTP_PORT": str(port),
    }
    words = (
        "worker --concurrency 2 --without-gossip --without-mingle --without-heartbeat --loglevel WARNING -I bench.tasks"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "config", *words.split()],
        env=os.environ | told,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield partial(_cpu, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _cpu(pid: int) -> float:
    """Seconds of CPU time of a process and its children, from the kernel's account of them."""
    kin = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    used = [
        int(cell) for each in kin for cell in Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()[11:13]
    ]
    return sum(used) / os.sysconf("SC_CLK_TCK")


def _wait_for_worker(taken: Sink) -> None:
    """Workers answer no questions: one is there once it has done something."""
    deadline = time.monotonic() + 60
    _plainly()
    while len(taken.taken) < SIXTY:
        if time.monotonic() > deadline:
            raise RuntimeError("the worker does nothing")
        time.sleep(0.1)


def run(world: dict[str, Any]) -> list[dict[str, Any]]:
    """The median of each, taken in turn; the first round is a warm-up."""
    actor = actor_of(user_id=UUID(world["user"]), now=now())
    assert actor is not None
    ours, plain = Weight(), Weight()
    with sink() as (taken, port), worker(port) as cpu:
        _wait_for_worker(taken)
        _until_quiet(taken)
        for number, report_id in enumerate(world["drafts"]["60"]):
            for weight, begin in ((ours, partial(_submit, actor, UUID(report_id))), (plain, _plainly)):
                before, wall = cpu(), _timed(taken, begin)
                if number:
                    weight.wall.append(wall)
                    weight.cpu.append(cpu() - before)
    note = f"{ours.p50 * 1000:.0f} ms against {plain.p50 * 1000:.0f} ms"
    used = f"{ours.mean_cpu * 1000:.0f} ms against {plain.mean_cpu * 1000:.0f} ms"
    lines = [
        Line("commit to 60 mails: p50", ours.p50 / plain.p50, 2, note),
        Line("commit to 60 mails: CPU of the worker", ours.mean_cpu / plain.mean_cpu, note=used),
    ]
    return [line.data() for line in lines]


def _until_quiet(taken: Sink) -> None:
    """Let the worker carry what the world's reports have left for it."""
    before = -1
    while before < len(taken.taken):
        before = len(taken.taken)
        time.sleep(3)


def _timed(taken: Sink, begin: Callable[[], float]) -> float:
    """Seconds from the time that ``begin`` returns until the sixtieth mail is in the sink."""
    taken.taken.clear()
    begun = begin()
    while len(taken.taken) < SIXTY:
        if time.perf_counter() > begun + LONGEST:
            raise RuntimeError(f"{len(taken.taken)} of {SIXTY} mails after {LONGEST:.0f} s")
        time.sleep(0.001)
    time.sleep(QUIET)
    if len(taken.taken) != SIXTY:
        raise RuntimeError(f"{len(taken.taken)} mails, not {SIXTY}")
    return max(taken.taken) - begun


def _submit(actor: Actor, report_id: UUID) -> float:
    """Submit; returns when it was committed (before the bell is rung)."""
    committed: list[float] = []
    with acting(actor):
        transaction.on_commit(lambda: committed.append(time.perf_counter()))
        submit_report(actor=actor, report_id=report_id, now=now())
    return committed[0]


def _plainly() -> float:
    begun = time.perf_counter()
    app.send_task("bench.tasks.sixty")
    return begun
