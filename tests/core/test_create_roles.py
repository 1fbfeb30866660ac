"""On a server of its own, whose roles are taken away before each test and whose passwords count."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg.conninfo import make_conninfo
from pytest_django import Settings

from config import env
from config.local import servers
from config.local.places import ROOT
from config.local.postgres import Postgres

HBA = "local all postgres trust\nlocal all all scram-sha-256\n"
OURS = ("counterpart_owner", "counterpart_web", "counterpart_worker", "counterpart_search")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with servers.throwaway() as pair:
        (pair.postgres.data / "pg_hba.conf").write_text(HBA)
        pair.postgres.sql("SELECT pg_reload_conf()")
        yield pair.postgres


@pytest.fixture
def bare(server: Postgres) -> Postgres:
    """Without our roles, and with a database that belongs to ``boss``, whose password is ``secret``."""
    server.sql("DROP DATABASE IF EXISTS counterpart", database="postgres")
    for role in (*OURS, "boss"):
        server.sql(f"DROP ROLE IF EXISTS {role}", database="postgres")
    server.sql("CREATE ROLE boss LOGIN PASSWORD 'secret'", database="postgres")
    server.sql("CREATE DATABASE counterpart OWNER boss", database="postgres")
    return server


def url(server: Postgres, user: str, password: str | None = None) -> str:
    return make_conninfo(server.url(user), **({"password": password} if password else {}))


def of(owner: str) -> env.Servers:
    """As where DATABASE_URL alone is given."""
    return env.Servers(owner=owner, web=env.derive(owner, "web"), worker=env.derive(owner, "worker"), redis="")


def run(*words: str) -> list[str]:
    out = io.StringIO()
    call_command("create_roles", *words, stdout=out)
    return out.getvalue().splitlines()


def signs_in(words: str) -> str:
    with psycopg.connect(words) as line:
        row = line.execute("SELECT current_user").fetchone()
    assert row
    return str(row[0])


def roles(server: Postgres) -> list[str]:
    names = ", ".join(f"'{name}'" for name in OURS)
    return server.sql(f"SELECT rolname FROM pg_roles WHERE rolname IN ({names}) ORDER BY 1").split()


def test_a_superuser_makes_the_roles_their_passwords_and_grants_once(bare: Postgres, settings: Settings) -> None:
    bare.sql("ALTER ROLE postgres PASSWORD 'secret'")
    settings.SERVERS = of(url(bare, "postgres", "secret"))

    assert run() == [
        "made the roles of docker/postgres/roles.sql",
        "set the password of counterpart_web",
        "set the password of counterpart_worker",
    ]

    assert roles(bare) == sorted(OURS)
    assert [signs_in(each) for each in (settings.SERVERS.web, settings.SERVERS.worker)] == [
        "counterpart_web",
        "counterpart_worker",
    ]
    assert run() == ["nothing to do: roles, passwords and grants are there"]


def test_an_owner_who_may_create_roles_does_it_all_and_then_migrates(bare: Postgres, settings: Settings) -> None:
    bare.sql("ALTER ROLE boss CREATEROLE")
    owner = url(bare, "boss", "secret")
    settings.SERVERS = of(owner)

    assert run()[0] == "made the roles of docker/postgres/roles.sql"
    assert run() == ["nothing to do: roles, passwords and grants are there"]

    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "COUNTERPART_"))}
    environ |= {"DATABASE_URL": owner, "COUNTERPART_DEVELOPMENT": "1"}
    python = [sys.executable, "-W", "error", "-c"]
    migrated = "import sys; sys.argv = ['manage.py', 'migrate', '-v0', '--skip-checks']; import manage; manage.main()"
    subprocess.run([*python, migrated], cwd=ROOT, env=environ, check=True)
    asked = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; import django; django.setup();"
        "from apps.core.walls import assert_walls; assert_walls(); print('the walls hold')"
    )
    done = subprocess.run([*python, asked], cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
    assert done.stdout == "the walls hold\n"


def test_passwords_do_not_travel_in_clear(bare: Postgres, settings: Settings) -> None:
    settings.SERVERS = of(url(bare, "postgres", "secret"))
    bare.sql("ALTER SYSTEM SET log_statement = 'all'")
    bare.sql("SELECT pg_reload_conf()")
    run()
    bare.sql("ALTER SYSTEM RESET log_statement")
    bare.sql("SELECT pg_reload_conf()")
    said = bare.log.read_text()
    assert 'ALTER ROLE "counterpart_web" PASSWORD \'SCRAM-SHA-256$' in said
    password = psycopg.conninfo.conninfo_to_dict(settings.SERVERS.web)["password"]
    assert isinstance(password, str)
    assert password not in said


def test_an_owner_who_may_not_create_roles_is_told_whom_to_ask_and_nothing_is_made(
    bare: Postgres, settings: Settings
) -> None:
    settings.SERVERS = of(url(bare, "boss", "secret"))
    with pytest.raises(CommandError, match=r"permission denied to create role.*create_roles --with URL"):
        run()
    assert roles(bare) == []


def test_a_superuser_may_be_named_for_this_once(bare: Postgres, settings: Settings) -> None:
    settings.SERVERS = env.Servers(
        owner=url(bare, "counterpart_owner", "of the owner"),
        web=url(bare, "counterpart_web", "of the web"),
        worker=url(bare, "counterpart_worker", "of the worker"),
        redis="",
    )
    said = run("--with", bare.url("postgres"))
    assert said == [
        "made the roles of docker/postgres/roles.sql",
        "granted CREATE on the database to counterpart_owner",
        "granted CREATE on the schema to counterpart_owner",
        "set the password of counterpart_web",
        "set the password of counterpart_worker",
        "set the password of counterpart_owner",
    ]
    assert signs_in(settings.SERVERS.owner) == "counterpart_owner"
    assert run() == ["nothing to do: roles, passwords and grants are there"]


def test_a_database_that_is_closed_to_all_is_opened_to_ours(bare: Postgres, settings: Settings) -> None:
    bare.sql("REVOKE ALL ON DATABASE counterpart FROM PUBLIC")
    bare.sql("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    settings.SERVERS = of(url(bare, "postgres", "secret"))
    said = run()
    for role in ("counterpart_web", "counterpart_worker"):
        assert f"granted CONNECT on the database to {role}" in said
        assert f"granted USAGE on the schema to {role}" in said
    assert signs_in(settings.SERVERS.web) == "counterpart_web"
    assert run() == ["nothing to do: roles, passwords and grants are there"]


def test_none_of_our_roles_may_pass_the_walls(bare: Postgres, settings: Settings) -> None:
    settings.SERVERS = of(url(bare, "postgres", "secret"))
    run()
    names = ", ".join(f"'{name}'" for name in OURS)
    weak = "NOT (rolsuper OR rolbypassrls OR rolcreaterole)"
    question = f"SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname IN ({names}) AND {weak}"
    assert sorted(bare.sql(question).split()) == [
        "counterpart_owner|t",
        "counterpart_search|f",
        "counterpart_web|t",
        "counterpart_worker|t",
    ]
