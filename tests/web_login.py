"""The tests' database through the real login of another role, as gunicorn or a worker has it; nothing of it is kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import conninfo_to_dict


@contextmanager
def logged_in(url: str) -> Iterator[BaseDatabaseWrapper]:
    """``connection`` is one of that URL's role, in autocommit, while the block lasts. Not inside the ``db`` fixture."""
    parts = conninfo_to_dict(url)
    before = connections["default"]
    other = connections.create_connection("default")
    other.settings_dict = {
        **before.settings_dict,
        "USER": parts["user"],
        "PASSWORD": parts.get("password", ""),
        "OPTIONS": {key: value for key, value in before.settings_dict["OPTIONS"].items() if key != "pool"},
    }
    connections["default"] = other
    try:
        yield other
    finally:
        other.close()
        connections["default"] = before


@contextmanager
def as_web() -> Iterator[BaseDatabaseWrapper]:
    """The web role's own login, in a transaction that is rolled back."""
    with logged_in(settings.SERVERS.web) as line, transaction.atomic():
        yield line
        transaction.set_rollback(True)
