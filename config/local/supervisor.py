"""``make run``: everything from a fresh clone, until Ctrl-C; and ``make stop``."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from config.local import bootstrap, product, servers
from config.local.bootstrap import say
from config.local.failures import Ended, Failure
from config.local.places import LOGS, ROOT, RUN, lock_of
from config.local.processes import wait_until
from config.local.watch import Watched, watch

SERVERS = RUN / "servers.json"
LOCK = RUN / "supervisor.lock"
DEFAULT_PORT = "8000"


def run(_: Sequence[str]) -> int:
    """Starts it all, says so, and watches until it is asked to end (0) or an essential part dies (Failure)."""
    with only_one(), reserved(os.environ.get("PORT") or DEFAULT_PORT) as listener, ExitStack() as stack:
        bootstrap.ensure(bootstrap.TO_RUN)
        parts, urls = _servers(stack)
        port = listener.getsockname()[1]
        told = {**urls, **product.told(port)}
        stack.callback(SERVERS.unlink, missing_ok=True)
        _write_down(told, parts)
        environ = product.environment(urls, port)
        welcome = product.prepare(environ)
        parts += _product(stack, environ, listener, port)
        _write_down(told, parts)
        say(f"\nCounterpart is ready: http://127.0.0.1:{port}/\n\n{welcome}\nLogs: {LOGS}\nCtrl-C stops everything.")
        return _until_ended(parts, told)


def _until_ended(parts: list[Watched], told: Mapping[str, str]) -> int:
    try:
        watch(parts, restarted=lambda: _write_down(told, parts))
    except Ended:
        say("\nStopping.")
    return 0


def _write_down(told: Mapping[str, str], parts: list[Watched]) -> None:
    """Tells `manage.py` in another terminal where the servers are; the URLs may hold passwords: mode 600."""
    text = json.dumps({**told, "pids": {part.process.name: part.process.pid for part in parts}}, indent=1)
    fresh = SERVERS.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{text}\n")
    fresh.replace(SERVERS)


def stop(_: Sequence[str]) -> int:
    """Asks the ``make run`` of this checkout to end, and waits for it."""
    lock = lock_of(LOCK)
    if lock is not None or not LOCK.exists():
        say("Counterpart is not running in this checkout.")
        return 0
    os.kill(int(LOCK.read_text()), signal.SIGTERM)  # whoever holds the lock wrote its number there
    if not wait_until(_free, 60):
        raise Failure("It does not end.")
    return 0


def _free() -> bool:
    lock = lock_of(LOCK)
    if lock is not None:
        os.close(lock)
    return lock is not None


@contextmanager
def only_one() -> Iterator[None]:
    """One ``make run`` in a checkout. Raises Failure, naming its process and address, where there is one already."""
    RUN.mkdir(parents=True, exist_ok=True)
    LOCK.touch()
    lock = lock_of(LOCK)
    if lock is None:
        raise Failure(
            f"Counterpart is already running in {ROOT} (process {LOCK.read_text()}, {_address()}): make stop ends it."
        )
    LOCK.write_text(str(os.getpid()))
    try:
        yield
    finally:
        os.close(lock)


def _address() -> str:
    try:
        return f"http://127.0.0.1:{json.loads(SERVERS.read_text())['PORT']}/"
    except (OSError, ValueError, KeyError):
        return "still starting"


@contextmanager
def reserved(wanted: str) -> Iterator[socket.socket]:
    """A listening socket on the port, taken before anything else is done and handed to the web server later.

    ``0`` is any free port. Raises Failure where the port is taken or is none.
    """
    if not wanted.isascii() or not wanted.isdigit() or int(wanted) > 65535:
        raise Failure(f"PORT={wanted} is not a port: give a number from 1024 to 65535.")
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(wanted)))
            listener.listen(128)
        except OSError as error:
            another = f"PORT={_other(int(wanted))} make run"
            raise Failure(f"Port {wanted} cannot be used ({error.strerror}). Choose another one: {another}") from error
        yield listener


def _other(port: int) -> int:
    return port + 123 if port < 65000 else 8123


def _servers(stack: ExitStack) -> tuple[list[Watched], dict[str, str]]:
    """The servers that the environment does not name, started; and the URLs of all."""
    postgres, valkey = stack.enter_context(servers.kept())
    parts: list[Watched] = []
    urls = servers.given()
    if valkey:
        stack.callback(valkey.stop)
        valkey.start()
        parts.append(Watched(valkey.process))
        urls["REDIS_URL"] = valkey.url
    if postgres:
        stack.callback(postgres.stop)
        postgres.start()
        parts.append(Watched(postgres.process, essential=True))
        urls |= servers.database_urls(postgres)
    return parts, urls


def _product(stack: ExitStack, environ: Mapping[str, str], listener: socket.socket, port: int) -> list[Watched]:
    """Web, worker and beat, started and answering; they are asked to end together, and before the servers."""
    web, worker, beat = product.processes(environ, listener.fileno())
    for process in (web, worker, beat):
        stack.callback(process.stop)
    for process in (web, worker, beat):
        stack.callback(process.ask_to_end)
        process.start()
    product.wait_for_web(web, port)
    return [Watched(web, essential=True), Watched(worker), Watched(beat)]
