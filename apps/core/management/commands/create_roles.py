"""``manage.py create_roles``: the database roles of docker/postgres/roles.sql, and the passwords that the URLs give them.

Works as a superuser, as an owner with CREATEROLE, and does nothing where all is there: then the owner needs no right but
its own. Passwords travel as SCRAM verifiers only.
"""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

ROLES_FILE = settings.BASE_DIR / "docker" / "postgres" / "roles.sql"
type_line = psycopg.Connection[tuple[Any, ...]]
# The four roles, and who may act as whom: the migrating role as the three others, the worker as web.
_THERE = """
SELECT count(*) = 4 AND bool_and(
           rolname = 'counterpart_owner' OR pg_has_role(current_user, oid, 'SET')
       ) AND bool_and(
           rolname <> 'counterpart_worker' OR pg_has_role(oid, to_regrole('counterpart_web'), 'SET')
       )
FROM pg_roles
WHERE rolname IN ('counterpart_owner', 'counterpart_web', 'counterpart_worker', 'counterpart_search')
"""
_LACKING = """
SELECT r.rolname, w.level, w.privilege FROM pg_roles r, (VALUES
    ('database', 'CONNECT', false), ('schema', 'USAGE', false), ('database', 'CREATE', true), ('schema', 'CREATE', true)
) AS w (level, privilege, only_owner)
WHERE (r.rolname = %(owner)s OR (r.rolname IN ('counterpart_web', 'counterpart_worker') AND NOT w.only_owner))
  AND NOT CASE w.level WHEN 'schema' THEN has_schema_privilege(r.oid, 'public', w.privilege)
                       ELSE has_database_privilege(r.oid, current_database(), w.privilege) END
ORDER BY r.rolname, w.level, w.privilege
"""


class Command(BaseCommand):
    """Make the database roles."""

    help = "Makes the database roles and sets their passwords. Changes nothing where all is there."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with", dest="other", metavar="URL", help="work as this superuser instead of the owner")

    def handle(self, *args: Any, other: str | None = None, **options: Any) -> None:
        owner = settings.SERVERS.owner
        try:
            with psycopg.connect(other or owner, autocommit=True) as line:
                done = [*_roles(line), *_grants(line, _user(owner)), *_passwords(line, with_owner=bool(other))]
        except psycopg.Error as error:
            raise CommandError(f"{_first_line(error)} Name a superuser: create_roles --with URL") from error
        if options["verbosity"]:
            self.stdout.write("\n".join(done or ["nothing to do: roles, passwords and grants are there"]))


def _roles(line: type_line) -> list[str]:
    if _one(line, _THERE):
        return []
    line.execute(ROLES_FILE.read_bytes())
    return ["made the roles of docker/postgres/roles.sql"]


def _passwords(line: type_line, *, with_owner: bool) -> list[str]:
    """Set the passwords that our URLs name, of those of our roles that can't sign in with them yet."""
    servers = settings.SERVERS
    urls = [servers.web, servers.worker, *([servers.owner] if with_owner else [])]
    ours = ("counterpart_web", "counterpart_worker", "counterpart_owner")
    lacking = [url for url in urls if _user(url) in ours and conninfo_to_dict(url).get("password") and _refused(url)]
    for url in lacking:
        user, password = _user(url), str(conninfo_to_dict(url)["password"])
        verifier = line.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
        line.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(user), sql.Literal(verifier)))
        psycopg.connect(url, connect_timeout=5).close()  # it must work now, or the reason is told
    return [f"set the password of {_user(url)}" for url in lacking]


def _grants(line: type_line, owner: str) -> list[str]:
    """What the roles need of the database and its schema: few servers have taken it from them."""
    done = []
    for role, level, privilege in line.execute(_LACKING, {"owner": owner}).fetchall():
        place = "public" if level == "schema" else _one(line, "SELECT current_database()")
        words = [sql.SQL(privilege), sql.SQL(level), sql.Identifier(place), sql.Identifier(role)]
        line.execute(sql.SQL("GRANT {} ON {} {} TO {}").format(*words))
        done.append(f"granted {privilege} on the {level} to {role}")
    return done


def _refused(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return True
    return False


def _user(url: str) -> str:
    return str(conninfo_to_dict(url).get("user", ""))


def _one(line: type_line, query: str) -> Any:
    row = line.execute(query.encode()).fetchone()
    return row[0] if row else None


def _first_line(error: psycopg.Error) -> str:
    return f"PostgreSQL refused: {str(error).strip().splitlines()[0]}."
