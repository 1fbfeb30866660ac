"""Child processes that end with us: started on a leash, in a session of their own, with a log, and stopped in order."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess  # nosec B404 # the whole point of this page; no shell anywhere
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from config.local.failures import Ended, Failure
from config.local.places import Account

LEASH = Path(__file__).with_name("leash.py")
STEP = 0.02  # seconds between two looks


@dataclass(slots=True)
class Process:
    """One long-running child. Start it from a thread that outlives it (the leash is tied to that thread).

    ``ending`` asks it to end; ``orphaned`` is what the kernel sends it when we die; ``patience`` is how many seconds it
    may take to end before it is killed with all its children.
    """

    name: str
    command: Sequence[str]
    log: Path
    cwd: Path
    environ: Mapping[str, str]
    account: Account | None = None
    ending: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    inherits: tuple[int, ...] = ()
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _asked: int | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        """The child's process id. Raises Failure where it was never started."""
        if self._child is None:
            raise Failure(f"{self.name} is not running")
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def status(self) -> int | None:
        """The exit status once it has ended (negative: the signal that ended it), else None."""
        return None if self._child is None else self._child.poll()

    def start(self) -> None:
        """Starts it; a running one is left as it is. Its output is added to its log."""
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(  # nosec B603 # our own commands, as a list
                leashed(self.command, self.orphaned, self.account),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.cwd,
                env=dict(self.environ),
                start_new_session=True,  # the terminal's Ctrl-C comes to us alone, and we stop them in order
                pass_fds=self.inherits,
            )

    def ask_to_end(self) -> None:
        """Asks it to end, once, and does not wait."""
        if self._child is not None and self.running and self._asked != self._child.pid:
            self._asked = self._child.pid
            self._child.send_signal(self.ending)

    def stop(self) -> None:
        """Asks it to end, waits, and kills it and its children if it takes too long."""
        self.ask_to_end()
        if not wait_until(lambda: not self.running, self.patience):
            self.kill()

    def kill(self) -> None:
        """SIGKILL to it and all its children, at once; returns when it is gone."""
        if self._child is not None and self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process itself."""
        os.kill(self.pid, number)

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def broken(self, what: str) -> Failure:
        """The failure that says what went wrong with it, with the end of its log."""
        return Failure(f"{self.name} {what} (log: {self.log}):\n{self.tail()}")


def leashed(command: Sequence[str], orphaned: signal.Signals, account: Account | None = None) -> list[str]:
    """The command with the leash in front: run by the account, sent the signal when we die."""
    who = f"{account.uid}:{account.gid}" if account else "-"
    return [sys.executable, "-I", "-S", str(LEASH), str(int(orphaned)), str(os.getpid()), who, *command]


def call(command: Sequence[str], environ: Mapping[str, str], cwd: Path, output: IO[bytes] | None = None) -> int:
    """Runs a command on our own terminal until it ends; its exit status. It ends when we are asked to, or killed."""
    words = leashed(command, signal.SIGTERM)
    child = subprocess.Popen(words, cwd=cwd, env=dict(environ), stdout=output)  # nosec B603
    try:
        return child.wait()
    except Ended as ended:
        told = ended.number == signal.SIGINT  # the terminal sends its Ctrl-C to the child as well
        if not (told and _ended(child, 5)):
            child.terminate()
        if not _ended(child, 10):
            child.kill()
        raise


def _ended(child: subprocess.Popen[bytes], seconds: float) -> bool:
    return wait_until(lambda: child.poll() is not None, seconds)


def wait_until(fulfilled: Callable[[], Any], seconds: float) -> bool:
    """Whether the condition came true within the time."""
    deadline = time.monotonic() + seconds
    while not fulfilled():
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True


def wait_ready(process: Process, answers: Callable[[], bool], seconds: float) -> None:
    """Waits until the process answers. Raises Failure, with the end of its log, where it ends or the time is up."""
    if not wait_until(lambda: answers() or not process.running, seconds):
        process.stop()
        raise process.broken(f"did not answer within {seconds:.0f} s")
    if not process.running:
        raise process.broken(f"ended at once with status {process.status}")


def keep_last(log: Path) -> None:
    """Puts the last run's log aside (``.1``), so that a log is of one run and cannot grow for ever."""
    if log.exists():
        shutil.move(log, log.with_suffix(".log.1"))
