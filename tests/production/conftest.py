"""The same entrypoint and settings as production's, started against servers of their own."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import IO

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from apps.audit import heads
from config.local import keys, servers

ROOT = Path(__file__).resolve().parents[2]


class Sink:
    """A mail server on loopback that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken += [(recipient, content.decode()) for recipient in envelope.rcpt_tos]
        return "250 taken"


@dataclass
class House:
    """A production in miniature: its address, its mails, its processes."""

    address: str
    environment: dict[str, str]
    sink: Sink
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, what: str, log: IO[bytes]) -> None:
        words = ["sh", str(ROOT / "docker" / "entrypoint.sh"), what]
        self.processes[what] = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log, cwd="/")

    def ask(self, path: str, *, secure: bool = True, **headers: str) -> tuple[int, Message, str]:
        sent = {"X-Forwarded-Proto": "https"} if secure else {}
        request = urllib.request.Request(self.address + path, headers={**sent, **headers})
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def command(self, *words: str, role: str = "owner", **changes: str) -> str:
        done = self.tried(*words, role=role, **changes)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def tried(self, *words: str, role: str = "owner", **changes: str) -> "subprocess.CompletedProcess[str]":
        """A command, whatever becomes of it; the changes are to its environment."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            env={**self.environment, "COUNTERPART_DB_ROLE": role, **changes},
            capture_output=True,
            text=True,
            check=False,
        )


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _master_key(state: Path) -> Path:
    file = state / "master.key"
    if not file.exists():
        file.write_text(f"{keys.fresh()}  # of this session\n")
        file.chmod(0o400)
    return file


def _signing_key(state: Path) -> Path:
    file = state / "signing.pem"
    heads.make(file)
    return file


def _environment(urls: dict[str, str], port: int, mail: int, state: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COUNTERPART_", "DATABASE_"))}
    return {
        **kept,
        **urls,
        "PYTHON": sys.executable,
        "COUNTERPART_SECRET_KEY": secrets.token_urlsafe(48),
        "COUNTERPART_MASTER_KEY_FILE": str(_master_key(state)),
        "COUNTERPART_SIGNING_KEY_FILE": str(_signing_key(state)),
        "COUNTERPART_HOSTS": "127.0.0.1",
        "COUNTERPART_SITE_URL": "https://counterpart.example",
        "COUNTERPART_BEHIND_PROXY": "1",
        "COUNTERPART_BIND": f"127.0.0.1:{port}",
        "COUNTERPART_CORES": "1",
        "COUNTERPART_SMTP_HOST": "127.0.0.1",
        "COUNTERPART_SMTP_PORT": str(mail),
        "COUNTERPART_STATIC_ROOT": str(state / "static"),
        "COUNTERPART_BEAT_FILE": str(state / "beat-schedule"),
    }


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """migrate, the cast, then web, worker and beat, until the end of the session."""
    state = tmp_path_factory.mktemp("production")
    sink, mail = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=mail)
    controller.start()
    with servers.throwaway() as pair, (state / "log").open("wb") as log:
        port = free_port()
        house = House(f"http://127.0.0.1:{port}", _environment(pair.urls, port, mail, state), sink)
        house.start("migrate", log)
        assert house.processes.pop("migrate").wait(120) == 0, (state / "log").read_text()[-3000:]
        house.command("seed", "--users")
        for what in ("web", "worker", "beat"):
            house.start(what, log)
        try:
            wait(lambda: house.ask("/readyz")[0] == 200, house, state / "log")
            yield house
        finally:
            for process in house.processes.values():
                process.kill()
                process.wait(10)
            controller.stop()


def wait(holds: Callable[[], bool], house: House, log: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if holds():
                return
        except urllib.error.URLError:
            pass
        assert all(process.poll() is None for process in house.processes.values()), log.read_text()[-3000:]
        time.sleep(0.2)
    pytest.fail(log.read_text()[-3000:])
