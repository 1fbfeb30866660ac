"""A digest of all that each account may see, and of all that there is."""

import hashlib
import json
import sys

from django.db import connection
from psycopg import sql

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.queries import actors_of
from apps.core.clock import now

READABLE = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT')
ORDER BY c.relname
"""
ROWS = sql.SQL("SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t")


def readable() -> dict[str, tuple[int, str]]:
    """Table → how many rows whoever asks may read, and the digest of them."""
    with connection.cursor() as cursor:
        cursor.execute(READABLE)
        tables = [name for (name,) in cursor.fetchall()]
        told = {}
        for table in tables:
            cursor.execute(ROWS.format(sql.Identifier(table)))
            told[table] = cursor.fetchone()
    return told


def seen() -> dict[str, dict[str, object]]:
    """E-mail → a digest of all that the account may see and how many reports; ``*`` is all that there is."""
    told = {"*": _told(readable())}
    people = actors_of(user_ids=User.objects.values_list("id", flat=True), now=now())
    for actor in sorted(people.values(), key=lambda actor: actor.email):
        with acting(actor):
            told[actor.email] = _told(readable())
    return told


def _told(tables: dict[str, tuple[int, str]]) -> dict[str, object]:
    digest = hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()
    return {"digest": digest, "reports": tables["reports_report"][0], "trail": tables.get("audit_entry", (0, ""))[0]}


def tell() -> None:
    """As JSON, for who asked through `manage.py shell`."""
    sys.stdout.write(json.dumps(seen()))
