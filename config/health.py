"""Two answers for load balancers; neither tells a stranger anything."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

from apps.core import schema


class _Memory:
    """What this process has seen once and need not ask again: migrations do not become pending under a running build."""

    migrated = False


def alive(_request: HttpRequest) -> HttpResponse:
    """200 while the process lives; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponse:
    """503 only when the database does not answer or migrations are pending."""
    good = _answers()
    return HttpResponse("ok" if good else "not ready", status=200 if good else 503, content_type="text/plain")


def _answers() -> bool:
    try:
        if _Memory.migrated:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        else:
            _Memory.migrated = not schema.pending()
    except Error:
        return False
    return _Memory.migrated
