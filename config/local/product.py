"""Counterpart's own processes as ``make run`` starts them: prepare once, then web, worker and beat."""

from __future__ import annotations

import http.client
import os
from collections.abc import Mapping

from config.local import keys
from config.local.bootstrap import PYTHON
from config.local.failures import Failure
from config.local.places import LOGS, ROOT, RUN
from config.local.processes import Process, call, keep_last, wait_ready

THREADS = 4  # of a web worker, and of the Celery worker
SCHEDULE = RUN / "beat-schedule"
OK = 200


def environment(urls: Mapping[str, str], port: int) -> dict[str, str]:
    """What the processes get: the person's environment (without libpq's PG*: they would bend our URLs), the servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    kept.pop("COUNTERPART_DB_ROLE", None)  # each process knows its own
    return {"PYTHONUNBUFFERED": "1", **kept, **told(port), **urls}


def told(port: int) -> dict[str, str]:
    """What `manage.py` in another terminal must know besides the servers: also where the master key is, never the key."""
    return {"COUNTERPART_DEVELOPMENT": "1", "PORT": str(port), **keys.master()}


def prepare(environ: Mapping[str, str]) -> str:
    """Roles, migrations and seeds, in one process and quick when all is there; what it has to tell the person.

    Its progress is on the terminal's error stream, its result on the output. Raises Failure where it fails.
    """
    result = RUN / "welcome.txt"
    with result.open("wb") as output:
        status = call([str(PYTHON), "manage.py", "prepare", "--demo"], environ, ROOT, output)
    if status:
        raise Failure(f"The database could not be prepared (manage.py prepare ended with status {status}).")
    return result.read_text()


def processes(environ: Mapping[str, str], listener: int) -> tuple[Process, Process, Process]:
    """Web (on the listening socket of that descriptor), worker and beat, not yet started."""
    beat = _part("beat", _celery("beat", "--schedule", str(SCHEDULE), "--pidfile="), environ)
    worker = _part("worker", _celery("worker", "--pool", "threads", "--concurrency", str(THREADS), *ALONE), environ)
    web = _part("web", _gunicorn(listener), environ)
    web.inherits = (listener,)
    return web, worker, beat


ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")  # nobody listens, and telling them holds it up


def _gunicorn(listener: int) -> list[str]:
    workers = str(min(os.cpu_count() or 1, 4))
    words = [
        "--worker-class",
        "config.serving.Worker",
        "--workers",
        workers,
        "--threads",
        str(THREADS),
        "--no-control-socket",
    ]
    return ["-m", "gunicorn", "config.wsgi:application", "--bind", f"fd://{listener}", *words]


def _celery(*words: str) -> list[str]:
    return ["-m", "celery", "-A", "config", *words, "--loglevel", "INFO"]


def _part(name: str, words: list[str], environ: Mapping[str, str]) -> Process:
    log = LOGS / f"{name}.log"
    keep_last(log)
    return Process(name, [str(PYTHON), *words], log, ROOT, environ)


def wait_for_web(web: Process, port: int) -> None:
    """Returns once /healthz answers over HTTP. Raises Failure, with the end of the log, where it does not."""
    wait_ready(web, lambda: answers(port), 60)


def answers(port: int) -> bool:
    """Whether /healthz answers 200."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == OK
    except OSError:
        return False
    finally:
        line.close()
