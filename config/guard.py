"""The application behind the question whether the walls hold (apps/core/walls.py)."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error, connection

from apps.core.walls import Breached, assert_walls

log = logging.getLogger(__name__)
type_wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
PROBE = "/healthz"
HEADERS = [
    ("Content-Type", "text/plain"),
    ("Retry-After", "5"),
    ("Cache-Control", "private, no-store"),
    ("Content-Security-Policy", "default-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
]


class Guarded:
    """A WSGI application that serves nothing before it is known that its database role can't see past the walls.

    It is asked at the start, where a breach ends the process. While the database does not answer nothing is known: the
    process lives, and before its first answer (but to the probe that asks whether it lives) the question is asked again.
    """

    def __init__(self, application: type_wsgi) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._asked = self._ask()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PROBE and not self._sure():
            start_response("503 Service Unavailable", HEADERS)
            return [b"not ready"]
        return self._application(environ, start_response)

    def _sure(self) -> bool:
        if not self._asked:
            with self._lock:
                try:
                    self._asked = self._asked or self._ask()
                except Breached:
                    return False
        return self._asked

    def _ask(self) -> bool:
        try:
            assert_walls()
        except Breached as breach:
            log.critical("refusing to serve: %s", breach)
            raise
        except Error:
            log.warning("the database does not answer; nothing is served before the walls are known to hold")
            return False
        finally:
            connection.close()
        return True
