"""A real mail server on loopback that keeps what it takes, and can be told to refuse, to hang up, to be slow, to be away."""

import asyncio
import email
import email.policy
import logging
import re
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP

Answers = dict[str, str]
logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every word of every dialogue


MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Taken:
    """One message as it was taken: to whom, the bytes, and on which connection."""

    recipient: str
    raw: bytes
    connection: int

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def id(self) -> str:
        """Read from the bytes: parsing a thousand messages at each look would leave the sink itself no time to answer."""
        found = MESSAGE_ID.search(self.raw)
        assert found, self.raw[:200]
        return found[1].decode()

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


@dataclass(slots=True)
class Sink:
    """``with Sink() as sink``: listens on ``sink.port`` until the end.

    ``recipients`` and ``bodies`` are what it answers to an address at RCPT and at the end of DATA (``"550 unknown"``).
    ``hang_up_after`` counts messages: after so many on a connection the next one finds it closed. ``delay`` is in seconds.
    """

    recipients: Answers = field(default_factory=dict)
    bodies: Answers = field(default_factory=dict)
    hang_up_after: int | None = None
    delay: float = 0.0
    taken: list[Taken] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _server: asyncio.Server | None = None
    _open: set[SMTP] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, name="sink", daemon=True)
        self._thread.start()
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread:
            self._thread.join()
        self._loop.close()

    def listen(self) -> None:
        """Listen, on the same port as before."""
        self._do(self._listen())

    def refuse(self) -> None:
        """Refuse connections, and end those that are open."""
        self._do(self._refuse())

    @property
    def ids(self) -> set[str]:
        """The Message-IDs of what was taken: a receiver drops a second message with the same one."""
        return {taken.id for taken in list(self.taken)}

    @property
    def repeats(self) -> int:
        """How many messages came a second time."""
        return sum(count - 1 for count in Counter(taken.id for taken in list(self.taken)).values())

    def to(self, recipient: str) -> list[Taken]:
        return [taken for taken in list(self.taken) if taken.recipient == recipient]

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)

    async def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._server = await self._loop.create_server(self._protocol, sock=listener)

    async def _refuse(self) -> None:
        if self._server:
            self._server.close()
        for protocol in list(self._open):
            _abort(protocol)
        self._open.clear()
        await asyncio.sleep(0)

    def _protocol(self) -> SMTP:
        protocol = SMTP(self, loop=self._loop, ident="sink")
        self._open.add(protocol)
        return protocol

    # What aiosmtpd calls, by these names and with these arguments.

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.recipients:
            return self.recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.delay)
        recipient = envelope.rcpt_tos[0]
        if recipient in self.bodies:
            return self.bodies[recipient]
        self.taken.append(Taken(recipient, bytes(envelope.content), id(server)))
        if self.hang_up_after and sum(each.connection == id(server) for each in self.taken) >= self.hang_up_after:
            self._loop.call_later(0.02, _abort, server)
        return "250 OK"


def _abort(protocol: SMTP) -> None:
    """End a connection without a word."""
    if isinstance(protocol.transport, asyncio.Transport):
        protocol.transport.abort()
