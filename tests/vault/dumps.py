"""Everything that a database holds, as whoever steals it reads it; and whether a word stands in it in any plain form."""

import base64
from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

TABLES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
ORDER BY 1
"""


def copied(line: psycopg.Connection[tuple[object, ...]]) -> Iterator[tuple[str, bytes]]:
    """Each table with all its rows in PostgreSQL's own text form."""
    for (name,) in line.execute(TABLES.encode()).fetchall():
        with line.cursor() as cursor, cursor.copy(sql.SQL("COPY {} TO STDOUT").format(_identifier(str(name)))) as rows:
            yield str(name), b"".join(bytes(row) for row in rows)


def _identifier(name: str) -> sql.Identifier:
    return sql.Identifier(*(part.strip('"') for part in name.split(".")))


def standing_in(data: bytes, words: Iterable[str]) -> set[str]:
    """The words that stand in it: as they are in any case, as hexadecimal digits, in base64 at any offset, reversed."""
    low = data.lower()
    return {word for word in words if any(form in low for form in _forms(word))}


def _forms(word: str) -> Iterator[bytes]:
    plain = word.lower().encode()
    yield plain
    yield plain[::-1]
    yield word.encode("utf-16-le").lower()
    for text in {word.encode(), plain}:
        yield text.hex().encode()
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + text)
            yield coded[4 if offset else 0 : -4].lower()  # its ends depend on what stands beside it
