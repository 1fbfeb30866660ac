"""Copies of the whole database: made, and put back.

A *base* is a copy of the server's files. With the write-ahead log archived since, it is restored to any moment; without
it, to the moment it was made. A *dump* is one database as SQL; managed servers allow no more.
"""

import os
import shlex
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict

from apps.core.programs import run

BASE, DUMP = "base", "database.dump"
MAY_COPY_FILES = "SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user"
VERSION = "SELECT current_setting('server_version_num')::int"
ARCHIVES = "SELECT current_setting('archive_mode') <> 'off'"
# A forced wall without a way through for the owner would leave its table empty in the dump, in silence.
SHUT = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
  AND (c.relforcerowsecurity OR NOT pg_has_role(c.relowner, 'USAGE'))
  AND NOT EXISTS (
      SELECT FROM pg_policy p
      WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
        AND pg_get_expr(p.polqual, p.polrelid) = 'true'
        AND EXISTS (SELECT FROM unnest(p.polroles) AS r (oid) WHERE r.oid = 0 OR pg_has_role(r.oid, 'USAGE'))
  )
ORDER BY c.relname
"""
TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
# The search function's owner may make nothing in the schema, but for the moment in which it is given the function.
LET = "GRANT CREATE ON SCHEMA public TO counterpart_search"
NO_MORE = "REVOKE CREATE ON SCHEMA public FROM counterpart_search"


class NotPossible(Exception):
    """The copy was not made, or not put back; nothing is there that could be taken for one."""


def may_copy_files(url: str) -> bool:
    """Whether the role of ``url`` may copy the server's files (REPLICATION, or a superuser)."""
    return bool(_ask(url, MAY_COPY_FILES))


def archives(url: str) -> bool:
    """Whether the server keeps its write-ahead log: without it a base is one moment, with it every moment since."""
    return bool(_ask(url, ARCHIVES))


def copy_files(url: str, folder: Path) -> Path:
    """Copy the running server's files into ``folder``, with their checksums checked; the base's folder."""
    base = folder / BASE
    words = ["--pgdata", str(base), "--wal-method=stream", "--checkpoint=fast", "--no-password"]
    run("pg_basebackup", words, major=_server(url), url=url)
    _verify(base)
    return base


def dump(url: str, folder: Path) -> Path:
    """Write the database as one file that ``load`` reads. Raises NotPossible where a wall would keep rows back."""
    with psycopg.connect(url) as line:
        shut = [name for (name,) in line.execute(SHUT).fetchall()]
    if shut:
        raise NotPossible(
            f"This role does not see all rows of {', '.join(shut)}: name the owner's or a superuser's URL."
        )
    file = folder / DUMP
    run(
        "pg_dump",
        ["--format=custom", "--enable-row-security", "--no-password", f"--file={file}"],
        major=_server(url),
        url=url,
    )
    return file


def load(url: str, file: Path) -> None:
    """Put a dump into an empty database, whole or not at all. Raises NotPossible where there are tables already."""
    if _ask(url, TABLES):
        raise NotPossible("The database is not empty: make a new one, and name it in DATABASE_OWNER_URL or by --with.")
    words = ["--single-transaction", "--exit-on-error", "--no-password", f"--dbname={_name(url)}", str(file)]
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(LET)
        try:
            run("pg_restore", words, major=_server(url), url=url)
        finally:
            line.execute(NO_MORE)


def lay_out(base: Path, into: Path, *, log: Path | None, until: datetime | None) -> None:
    """Copy a base to ``into`` (absent or empty), ready for a server to start in it; it belongs to the folder's owner.

    ``log`` is the archive of the write-ahead log: the server reads on from there, to its end or to the moment ``until``.
    """
    if into.exists() and any(into.iterdir()):
        raise NotPossible(f"{into} is not empty: a restored server begins in a folder of its own.")
    _verify(base)
    owner = (into if into.exists() else into.parent).stat()
    shutil.copytree(base, into, dirs_exist_ok=True, symlinks=True)
    into.chmod(0o700)
    if log is not None:
        with (into / "postgresql.auto.conf").open("a") as conf:
            conf.write("".join(f"{name} = {_quoted(value)}\n" for name, value in _recovery(log, until).items()))
        (into / "recovery.signal").touch()
    if os.geteuid() == 0:
        for path in (into, *into.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _verify(base: Path) -> None:
    major = int((base / "PG_VERSION").read_text())
    run("pg_verifybackup", ["--quiet", str(base)], major=major)


def _recovery(log: Path, until: datetime | None) -> dict[str, str]:
    place = shlex.quote(str(log.resolve())).replace("%", "%%")
    told = {"restore_command": f'cp {place}/%f "%p"', "recovery_target_action": "promote"}
    return told | ({"recovery_target_time": until.isoformat()} if until else {})


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])


def _server(url: str) -> int:
    return int(_ask(url, VERSION)) // 10_000


def _ask(url: str, query: LiteralString) -> Any:
    """The one value of a statement on a connection of its own. Raises NotPossible where the server does not answer."""
    try:
        with psycopg.connect(url, connect_timeout=10) as line:
            row = line.execute(query).fetchone()
    except psycopg.OperationalError as error:
        raise NotPossible(f"PostgreSQL does not answer: {str(error).strip().splitlines()[0]}") from error
    return row[0] if row else None
