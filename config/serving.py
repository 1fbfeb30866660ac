"""The gunicorn worker that this product is served by: threads, each of which a client may hold for a limited time.

gunicorn's own has no limit once the first byte is there: as many clients as there are threads, each sending one byte now and
then, would stop the service. A proxy in front that takes whole requests before it passes them on is still the better wall.
"""

import contextlib
import os
import socket
import threading
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # gunicorn has no types

HEADERS = float(os.environ.get("COUNTERPART_HEADER_SECONDS", "15"))  # from the first byte to the last header
WHOLE = float(os.environ.get("COUNTERPART_REQUEST_SECONDS", "60"))  # and to the end of body and answer


class Deadlines:
    """Connections that a thread is busy with, and until when it may be."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[Any, float] = {}

    def set(self, connection: Any, seconds: float) -> None:
        """It may take so many seconds from now."""
        with self._lock:
            self._until[connection] = time.monotonic() + seconds

    def end(self, connection: Any) -> None:
        """Its thread is done with it."""
        with self._lock:
            self._until.pop(connection, None)

    def enforce(self) -> None:
        """Shut every line that is late: whoever reads or writes there is told that its other end has gone."""
        at = time.monotonic()
        with self._lock:
            late = [connection for connection, until in self._until.items() if until < at]
            for connection in late:
                del self._until[connection]
        for connection in late:
            with contextlib.suppress(OSError):  # closed in the meantime
                connection.sock.shutdown(socket.SHUT_RDWR)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker with deadlines; its main loop looks after them about once a second."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadlines = Deadlines()

    def handle(self, conn: Any) -> Any:
        """One request of a connection, in a thread."""
        self.deadlines.set(conn, HEADERS)
        try:
            return super().handle(conn)
        finally:
            self.deadlines.end(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Its headers are read; body and answer follow."""
        self.deadlines.set(conn, WHOLE)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """What gunicorn calls from its main loop."""
        super().murder_pending()
        self.deadlines.enforce()
