"""From an empty database of its own, as ``make run`` and an operator start it."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from config.local.places import ROOT


@dataclass(frozen=True)
class Prepared:
    """What a process needs to find the database, and how its first preparation ended."""

    environ: Mapping[str, str]
    first: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def prepared() -> Iterator[Prepared]:
    """A fresh database on the tests' server, prepared once."""
    from django.conf import settings

    name = f"counterpart_prepared_{os.getpid()}"
    word = sql.Identifier(name)
    with psycopg.connect(settings.SERVERS.owner, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(word))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("COUNTERPART_", "DATABASE_"))}
        ours = settings.SERVERS
        given = {"DATABASE_URL": ours.web, "DATABASE_OWNER_URL": ours.owner, "DATABASE_WORKER_URL": ours.worker}
        urls = {key: make_conninfo(url, dbname=name) for key, url in given.items()}
        key = {"COUNTERPART_MASTER_KEY": os.environ["COUNTERPART_MASTER_KEY"]}
        environ = {**kept, **urls, **key, "COUNTERPART_DEVELOPMENT": "1"}
        yield Prepared(environ, manage(environ, "prepare", "--demo")[0])
        owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(word))


def manage(environ: Mapping[str, str], *words: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """The command as a person runs it, and the CPU seconds that it took."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=dict(environ), capture_output=True, text=True, check=False
    )
    after = os.times()
    return done, after.children_user + after.children_system - before.children_user - before.children_system


def count(environ: Mapping[str, str], table: str) -> int:
    with psycopg.connect(environ["DATABASE_OWNER_URL"]) as line:
        row = line.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row
    return int(row[0])


TABLES = (
    "agencies_agency",
    "agencies_user",
    "agencies_jurisdiction",
    "reference_country",
    "reports_report",
    "audit_entry",
)


def test_the_first_run_makes_everything_and_the_second_changes_nothing_and_is_quick(prepared: Prepared) -> None:
    assert (prepared.first.returncode, prepared.first.stderr) == (0, "")
    counts = {table: count(prepared.environ, table) for table in TABLES}
    assert (counts["agencies_agency"], counts["agencies_user"], counts["agencies_jurisdiction"]) == (21, 86, 45)
    assert counts["reports_report"] > 20

    second, cpu = manage(prepared.environ, "prepare", "--demo")

    assert (second.returncode, second.stderr, second.stdout) == (0, "", prepared.first.stdout)
    assert {table: count(prepared.environ, table) for table in TABLES} == counts
    # Imports take half of it; the first run takes ten times that.
    assert cpu < 3, f"{cpu:.2f} s of CPU with nothing to do"


def test_what_it_tells_is_how_to_sign_in(prepared: Prepared) -> None:
    for words in ("Shared-Responsibility-2019", "officer@sg-customs.example", "liaison@ke-customs.example"):
        assert words in prepared.first.stdout
    assert "admin@counterpart.example" in prepared.first.stdout


def test_the_chain_that_the_seeds_have_written_holds(prepared: Prepared) -> None:
    verified, _ = manage(prepared.environ, "verify_audit")
    assert verified.returncode == 0
    assert verified.stdout.startswith(f"{count(prepared.environ, 'audit_entry')} entries, the chain holds")


def test_outside_development_there_are_no_demo_accounts(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="there are no demo accounts"):
        call_command("prepare", "--demo", stdout=io.StringIO())
