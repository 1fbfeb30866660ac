"""A ``make run`` of a copy of this checkout: started, read until it is ready, asked and ended."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from types import MappingProxyType

from config.local.places import ROOT
from tests.local import machine

PRODUCT = ("manage.py", "config", "apps", "seeds", "docker/postgres", "requirements", "Makefile")
READY = re.compile(r"Counterpart is ready: http://127\.0\.0\.1:(\d+)/")
PATIENCE = 180.0  # seconds for a first start, on a busy machine


@dataclass(slots=True)
class Run:
    """A running supervisor in ``checkout``; ``said`` is all that it has printed so far."""

    checkout: Path
    process: subprocess.Popen[str]
    said: str = ""
    port: int = 0

    def wait_ready(self) -> "Run":
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            found = READY.search(line)
            if found:
                self.port = int(found[1])
                return self
        raise AssertionError(f"ended with {self.process.wait()} before it was ready:\n{self.said}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends it the signal; the exit status, once it has ended and its output is read."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """The exit status, once it has ended; what it said to the end."""
        assert self.process.stdout is not None
        with limited(self.process, 60):
            if not self.process.stdout.closed:
                self.said += self.process.stdout.read()
                self.process.stdout.close()
            return self.process.wait()

    @property
    def told(self) -> dict[str, str]:
        """What it tells `manage.py` in another terminal."""
        return {name: value for name, value in json.loads(self.servers.read_text()).items() if name != "pids"}

    @property
    def servers(self) -> Path:
        return self.checkout / "var" / "run" / "servers.json"

    @property
    def parts(self) -> set[str]:
        """What it has started: web, worker, beat, PostgreSQL, Valkey."""
        return set(json.loads(self.servers.read_text())["pids"])

    def pid(self, part: str) -> int:
        """The process id of one of its parts."""
        return int(json.loads(self.servers.read_text())["pids"][part])

    def get(self, path: str) -> int:
        """The status with which the page is answered."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", path)
        status = line.getresponse().status
        line.close()
        return status


def product_checkout(folder: Path) -> Path:
    """A copy of this checkout as a clone would have it, but for the environment, which is reached by a link."""
    machine.copied(PRODUCT, folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def begin(checkout: Path, *, port: int = 0, before: str = "", environ: Mapping[str, str] = MappingProxyType({})) -> Run:
    """Starts it (on any free port, unless one is named) from a shell, after the words ``before``."""
    words = ["/bin/sh", "-c", f'{before} exec "$0" -m config.local run', machine.BASE_PYTHON]
    told = machine.bare() | {"PORT": str(port)} | dict(environ)
    process = subprocess.Popen(
        words, cwd=checkout, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return Run(checkout, process)


@contextmanager
def running(checkout: Path, *, before: str = "", environ: Mapping[str, str] = MappingProxyType({})) -> Iterator[Run]:
    """It is up inside, and nothing of it is left afterwards, whatever happened inside."""
    run = begin(checkout, before=before, environ=environ)
    try:
        with limited(run.process, PATIENCE):
            run.wait_ready()
        yield run
    finally:
        run.process.terminate()
        run.ended()
        assert machine.all_gone(checkout), f"still there: {machine.mentioning(checkout)}"


@contextmanager
def limited(process: subprocess.Popen[str], seconds: float) -> Iterator[None]:
    """Kills the process if what stands inside takes too long: a test that hangs is a test that fails."""
    timer = Timer(seconds, lambda: os.kill(process.pid, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
