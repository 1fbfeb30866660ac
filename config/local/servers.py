"""A pair of real servers: PostgreSQL 18 and Valkey on unix sockets, in a private short folder.

For tests, drills and benches::

    from config.local import servers

    with servers.throwaway() as pair:            # gone afterwards, data and all
        environment = os.environ | pair.urls     # DATABASE_URL, DATABASE_OWNER_URL, DATABASE_WORKER_URL, REDIS_URL
        pair.valkey.kill(); pair.valkey.start()  # the broker dies and comes back, empty
        pair.valkey.freeze(); pair.valkey.thaw() # it hangs, and goes on
        pair.postgres.kill(); pair.postgres.start()  # kill -9, and crash recovery with the data kept
        pair.postgres.sql("SELECT 1")            # as its superuser, through psql
        pair.postgres.url("postgres")            # a libpq URL of any role

Start pairs from the main thread: the servers end with the thread that started them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.local import binaries, places
from config.local.postgres import Postgres
from config.local.processes import keep_last
from config.local.valkey import Valkey

DATABASE_NAMES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")
NAMES = (*DATABASE_NAMES, "REDIS_URL")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two running servers."""

    postgres: Postgres
    valkey: Valkey

    @property
    def urls(self) -> dict[str, str]:
        """What the product reads from its environment."""
        return {**database_urls(self.postgres), "REDIS_URL": self.valkey.url}


def database_urls(postgres: Postgres) -> dict[str, str]:
    """The URLs of the three roles that log in: web, owner, worker."""
    roles = ("counterpart_web", "counterpart_owner", "counterpart_worker")
    return dict(zip(DATABASE_NAMES, map(postgres.url, roles), strict=True))


@contextmanager
def throwaway(*, fsync: bool = False, settings: Mapping[str, str] | None = None) -> Iterator[Pair]:
    """A fresh pair in a temporary folder; both are killed and the folder is removed at the end, also after an error.

    ``settings`` are PostgreSQL's (``{"shared_buffers": "512MB"}``). Raises Failure where a server does not come up.
    """
    account = places.unprivileged()
    programs = binaries.find(account)
    with places.private_folder(account) as folder, ExitStack() as stack:
        valkey = Valkey(programs, folder, folder / "valkey.log", account)
        stack.callback(valkey.kill)
        postgres = Postgres(programs, folder / "pg", folder, folder / "postgres.log", account, fsync, settings or {})
        stack.callback(postgres.kill)
        valkey.start()
        postgres.start()
        yield Pair(postgres, valkey)


@contextmanager
def for_tests() -> Iterator[dict[str, str]]:
    """The URLs that tests use: those given in the environment, else a throw-away pair's."""
    missing = {"DATABASE_URL", "REDIS_URL"} - os.environ.keys()
    if not missing:
        yield given()
        return
    with throwaway() as pair:
        own = pair.urls if "DATABASE_URL" in missing else {}
        yield {"REDIS_URL": pair.valkey.url, **own, **given()}


def given() -> dict[str, str]:
    """The URLs that the environment names."""
    return {name: os.environ[name] for name in NAMES if os.environ.get(name)}


@contextmanager
def kept() -> Iterator[tuple[Postgres | None, Valkey | None]]:
    """The servers of ``make run``, not yet started: None for one that the environment names."""
    account = places.unprivileged(places.VAR / "pg")
    own_database, own_broker = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
    if not own_database and not own_broker:
        yield None, None
        return
    programs = binaries.find(account)
    with places.private_folder(account) as folder:
        yield (
            Postgres(programs, places.data_folder(account), folder, _log("postgres"), account)
            if own_database
            else None,
            Valkey(programs, folder, _log("valkey"), account) if own_broker else None,
        )


def _log(name: str) -> Path:
    log = places.LOGS / f"{name}.log"
    keep_last(log)
    return log
