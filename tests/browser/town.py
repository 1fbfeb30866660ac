"""The whole product, running: web, worker and beat on a database and a broker of their own, mail in a folder."""

import http.client
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from config.local import places
from config.local.processes import Process
from tests.drills.rig import Rig, rigged

PATIENCE = 60.0  # seconds that anything may take on a busy machine


@dataclass(frozen=True, slots=True)
class Town:
    """Where it answers, and where its mail lies."""

    rig: Rig
    url: str
    mail: Path

    def letters(self) -> list[EmailMessage]:
        """All mail so far."""
        found = sorted(self.mail.glob("*")) if self.mail.is_dir() else []
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in found]

    def to(self, address: str, reference: str) -> list[EmailMessage]:
        """The mail to one address that names the reference."""
        return [each for each in self.letters() if each["To"] == address and reference in each["Subject"]]


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """Starts it on a copy of this test worker's database; everything is killed and removed at the end."""
    with rigged(folder) as rig, socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        port, mail = listener.getsockname()[1], folder / "mail"
        rig.environ = {name: value for name, value in rig.environ.items() if "SMTP" not in name}
        rig.environ |= {"COUNTERPART_MAIL_FOLDER": str(mail), "PORT": str(port)}
        rig.worker()
        rig.beat()
        web = _web(rig, listener.fileno())
        wait_for(lambda: _answers(port), f"the web process:\n{web.log.read_text()[-3000:]}")
        yield Town(rig, f"http://127.0.0.1:{port}", mail)


def _web(rig: Rig, listener: int) -> Process:
    words = ["-m", "gunicorn", "config.wsgi:application", "--bind", f"fd://{listener}", "--no-control-socket"]
    words += ["--worker-class", "gthread", "--workers", "1", "--threads", "4"]
    log = rig.folder / "web.log"
    web = Process("web", [sys.executable, *words], log, places.ROOT, rig.environ, inherits=(listener,))
    rig.stack.callback(web.kill)
    web.start()
    return web


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        line.close()


def wait_for(condition: Callable[[], Any], what: str) -> None:
    """Returns once the condition holds; fails where it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE:.0f} s: {what}"
        time.sleep(0.1)
