"""Backups: a dump is complete or refused, a folder is whole or not there, and no password stands on a command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from psycopg import sql
from psycopg.conninfo import make_conninfo

from apps.core import backups, programs
from tests.conftest import _names

TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
ROWS = sql.SQL("SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t")
WALLS = "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies ORDER BY 1, 2"
FORCED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1"
GRANTS = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
SCHEMA = "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'"


@contextmanager
def database(template: str) -> Iterator[str]:
    """The owner's URL of a database of this test's own, made from a template."""
    name = f"{_names()[1]}_{template[:4]}"
    with psycopg.connect(settings.SERVERS.owner, autocommit=True) as line:
        line.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield make_conninfo(settings.SERVERS.owner, dbname=name)
        finally:
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def filled(django_db_setup: None) -> Iterator[str]:
    """A migrated database with the vocabularies and the cast."""
    with database(_names()[0]) as url:
        yield url


@pytest.fixture
def empty(django_db_setup: None) -> Iterator[str]:
    """A database without anything."""
    with database("template0") as url:
        yield url


def asked(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as line:
        return line.execute(query.encode()).fetchall()


def contents(url: str) -> dict[object, object]:
    """Table → how many rows, and the digest of them."""
    with psycopg.connect(url) as line:
        names = [name for (name,) in line.execute(TABLES).fetchall()]
        return {name: line.execute(ROWS.format(sql.Identifier(name))).fetchone() for name in names}


def backup(folder: Path, **options: object) -> tuple[Path, str]:
    """Where it is, and what it advises."""
    out, err = StringIO(), StringIO()
    call_command("backup", str(folder), stdout=out, stderr=err, **options)
    return Path(out.getvalue().strip()), err.getvalue()


def test_a_dump_brings_back_every_row_wall_and_grant(filled: str, empty: str, tmp_path: Path) -> None:
    place, advice = backup(tmp_path / "kept", other=filled, dump=True)
    assert advice.startswith("A dump restores the moment it was made")
    assert json.loads((place / "about.json").read_text())["kind"] == "dump"
    assert place.stat().st_mode & 0o777 == 0o700
    call_command("restore", str(place), other=empty, stdout=StringIO())
    assert contents(empty) == contents(filled)
    for query in (WALLS, FORCED, GRANTS):
        assert asked(empty, query) == asked(filled, query)
    assert len(asked(filled, FORCED)) > 7
    assert "counterpart_search=C" not in str(asked(empty, SCHEMA))


def test_a_dump_is_refused_where_a_wall_would_keep_rows_back(filled: str, tmp_path: Path) -> None:
    with psycopg.connect(filled) as line:
        line.execute("DROP POLICY owner ON sharing_label")
    with pytest.raises(CommandError, match="does not see all rows of sharing_label"):
        backup(tmp_path, other=filled, dump=True)
    assert list(tmp_path.iterdir()) == []


def test_a_dump_is_not_loaded_over_what_is_there(filled: str, tmp_path: Path) -> None:
    before = contents(filled)
    place, _ = backup(tmp_path, other=filled, dump=True)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(place), other=filled)
    assert contents(filled) == before


def test_a_dump_that_breaks_off_leaves_the_database_empty(filled: str, empty: str, tmp_path: Path) -> None:
    place, _ = backup(tmp_path, other=filled, dump=True)
    file = place / backups.DUMP
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(CommandError, match="pg_restore failed"):
        call_command("restore", str(place), other=empty)
    assert contents(empty) == {}
    assert "counterpart_search=C" not in str(asked(empty, SCHEMA))


def test_the_owner_who_may_not_copy_the_servers_files_makes_a_dump(filled: str, tmp_path: Path) -> None:
    if backups.may_copy_files(filled):
        pytest.skip("the owner of this server may copy its files")
    place, _ = backup(tmp_path, other=filled)
    assert (place / backups.DUMP).stat().st_size > 10_000


def test_without_a_server_nothing_is_left_that_could_be_taken_for_a_backup(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="PostgreSQL does not answer"):
        backup(tmp_path / "kept", other=make_conninfo(settings.SERVERS.owner, host=str(tmp_path)))
    assert not (tmp_path / "kept").exists()


def test_a_restore_wants_a_finished_backup_and_words_that_fit_it(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no backup that was finished"):
        call_command("restore", str(tmp_path))
    about = {"kind": "base", "begun": "2026-11-21T09:00:00+00:00", "finished": "2026-11-21T09:30:00+00:00"}
    (tmp_path / "about.json").write_text(json.dumps(about))
    into = ["--into", str(tmp_path / "new")]
    for words, why in (
        ([], "--into which folder"),
        ([*into, "--until", "2026-11-21T10:00:00+00:00"], "say --log"),
        ([*into, "--log", "/x", "--until", "2026-11-21T09:29:00+00:00"], "take an earlier one"),
        ([*into, "--log", "/x", "--until", "2026-11-21T09:29:00"], "a moment has its zone"),
        (["--into", str(tmp_path)], "is not empty"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("restore", str(tmp_path), *words)
    assert not (tmp_path / "new").exists()


def test_the_program_of_the_servers_version_is_taken_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for major in (15, 17, 18):
        script = tmp_path / str(major) / "pg_dump"
        script.parent.mkdir()
        script.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {major}.3 (Debian {major}.3-1)'\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", ":".join(str(tmp_path / name) for name in ("nothing", "15", "17", "18")))
    assert programs.program("pg_dump", 17) == str(tmp_path / "17" / "pg_dump")
    with pytest.raises(programs.ProgramFailed, match="no pg_dump of PostgreSQL 9 here"):
        programs.program("pg_dump", 9)


def test_a_password_travels_in_the_environment_and_not_in_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "pg_dump"
    script.write_text(
        '#!/bin/sh\necho "pg_dump (PostgreSQL) 18.0 words: $* secret: $PGPASSWORD host: $PGHOST db: $PGDATABASE"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    said = programs.run(
        "pg_dump", ["--format=custom"], major=18, url="postgresql://owner:gehe%69m@db.example/counterpart"
    )
    assert said.strip().endswith("words: --format=custom secret: geheim host: db.example db: counterpart")
