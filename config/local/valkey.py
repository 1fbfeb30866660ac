"""One real Valkey on a unix socket. It keeps nothing on disk: PostgreSQL remembers, the broker only carries."""

from __future__ import annotations

import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from config.local.binaries import Binaries
from config.local.clock import under_shift
from config.local.places import Account
from config.local.processes import Process, wait_ready

OPTIONS = {
    "port": "0",  # no TCP
    "save": "",
    "appendonly": "no",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "unixsocketperm": "777",  # the private folder around it is the wall
}


@dataclass(slots=True)
class Valkey:
    """A Valkey with its socket in ``sockets``; ``kill``, ``freeze``, ``thaw`` and ``start`` are for the drills."""

    binaries: Binaries
    sockets: Path
    log: Path
    account: Account | None = None
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        told = {**OPTIONS, "unixsocket": str(self.socket), "dir": str(self.sockets)}
        words = [word for name, value in told.items() for word in (f"--{name}", value)]
        self.process = Process(
            name="Valkey",
            command=under_shift([self.binaries.valkey, *words]),
            log=self.log,
            cwd=self.sockets,
            environ={"LC_ALL": "C"},
            account=self.account,
        )

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """What REDIS_URL says."""
        return f"unix://{self.socket}"

    def start(self, patience: float = 15) -> None:
        """Starts it and returns once it answers. Raises Failure with the end of its log where it does not."""
        self.process.start()
        wait_ready(self.process, self.answers, patience)

    def stop(self) -> None:
        """Stops it; what was queued is gone, as after every stop."""
        self.process.stop()

    def kill(self) -> None:
        """SIGKILL; what was queued is gone."""
        self.process.kill()

    def freeze(self) -> None:
        """Stops it answering without closing a connection (SIGSTOP), as a machine in trouble does."""
        self.process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets a frozen one go on."""
        self.process.signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forgets everything that is queued. Raises OSError where it does not answer."""
        self._say(b"FLUSHALL SYNC\r\n")

    def answers(self) -> bool:
        """Whether it answers a PING."""
        try:
            return self._say(b"PING\r\n").startswith(b"+PONG")
        except OSError:
            return False

    def _say(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self.socket))
            line.sendall(command)
            return line.recv(64)
