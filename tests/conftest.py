"""One migrated template database a run, with vocabularies and the cast; a copy a worker; each test rolled back."""

import base64
import os
import uuid
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("COUNTERPART_DB_ROLE", "owner")
os.environ.setdefault("COUNTERPART_DEVELOPMENT", "1")
os.environ.setdefault("COUNTERPART_TESTING", "1")
# Nothing that a test seals outlives its run; the workers and what they start inherit the key.
os.environ.pop("COUNTERPART_MASTER_KEY_FILE", None)
os.environ.setdefault("COUNTERPART_MASTER_KEY", base64.b64encode(os.urandom(32)).decode())

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import Redirect, StaticFile

from config import env
from tests.cast import Cast
from tests.evidence import Evidence, evidence, seed, tell
from tests.together import Together

__all__ = ["Evidence", "evidence"]  # a fixture for every test

LOCK = 5209140


RUN = "COUNTERPART_TEST_RUN"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Name the run before the workers start; they inherit the name, and the seed."""
    seed(config)
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = uuid.uuid4().hex[:12]
    settings.MASTER_KEYS = env.master_keys()  # the settings were read before this page was


def _run() -> str:
    return os.environ[RUN]


def _names() -> tuple[str, str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"counterpart_template_{_run()}", f"counterpart_test_{_run()}_{worker}"


def _owner() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(settings.SERVERS.owner, autocommit=True)


def _drop(owner: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Without FORCE: that may not end an autovacuum worker, which a plain DROP asks to leave and waits for."""
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _point_at(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _prepare_template(owner: psycopg.Connection[tuple[object, ...]], template: str) -> None:
    if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
        return
    owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
    _point_at(template)
    try:
        call_command("migrate", verbosity=0)
        Cast.seed()
    except BaseException:
        connection.close()
        _drop(owner, template)  # the next worker tells the same reason, not that half a template is there
        raise
    connection.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    template, name = _names()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker
        with _owner() as owner:
            owner.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            _prepare_template(owner, template)
            copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            owner.execute(copy)
        _point_at(name)
    yield
    with django_db_blocker.unblock(), _owner() as owner:  # type: ignore[attr-defined]
        connection.close()
        _drop(owner, name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The controller (or a run of one process) takes the template away."""
    if hasattr(session.config, "workerinput"):
        return
    template, _ = _names()
    with _owner() as owner:
        _drop(owner, template)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried, and the seed to try it again."""
    tell(terminalreporter)


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_read_once() -> Iterator[None]:
    """Each test client makes its middleware anew, and with it WhiteNoise would read every static file: a fifth of T6's time."""
    kept: dict[str, StaticFile | Redirect] = {}
    read = WhiteNoiseMiddleware.add_files_from_finders

    def once(middleware: WhiteNoiseMiddleware) -> None:
        if not kept:
            read(middleware)
            kept.update(middleware.files)
        middleware.files.update(kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of CONTRACT.md, with their actors."""
    return Cast()
