"""Rows of statements that are written out, as instances of their models.

The ORM makes its statement anew for every request; where five tables are joined, that takes several times as long as to
run it (``make bench``). Where it counts, a statement is written once: its columns are listed here from the models, so
that the two can't drift apart, and a column that was left out is read when somebody asks for it, as after ``only``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, Self, TypeVar

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)


class Columns(Generic[M]):
    """The columns of a model under an alias, all or only those named (its key always), and the way back from cells."""

    def __init__(self, model: type[M], alias: str, only: Collection[str] = ()) -> None:
        fields = [
            field for field in model._meta.concrete_fields if field.primary_key or not only or field.attname in only
        ]
        self.model, self.names = model, [field.attname for field in fields]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self._key = next(index for index, field in enumerate(fields) if field.primary_key)
        self._readers = [
            (index, field.from_db_value) for index, field in enumerate(fields) if hasattr(field, "from_db_value")
        ]

    def read(self, cells: Sequence[Any]) -> M | None:
        """The instance, or None where an outer join found nothing."""
        if cells[self._key] is None:
            return None
        values = list(cells)
        for index, reader in self._readers:
            values[index] = reader(values[index], None, connection)
        return self.model.from_db("default", self.names, values)


def select(*columns: Columns[Any]) -> str:
    """``SELECT`` and the columns of all of them, in order."""
    return "SELECT " + ", ".join(each.sql for each in columns)


def instances(statement: str, values: Mapping[str, Any], *columns: Columns[Any]) -> Iterator[list[Any]]:
    """The rows of a statement that begins with ``select(*columns)``, each as a list of instances in that order."""
    for row in rows(statement, values):
        yield list(_split(row, columns))


def rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is constant but for its values. The server plans it once for a connection.

    To plan such a look-up takes three times as long as to run it. Values travel beside the statement, so each must have a
    type that the server can tell from its place, or a cast; none may decide between plans that are good and bad.
    """
    with _cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def change(statement: str, values: Mapping[str, Any]) -> int:
    """How many rows such a statement has changed: a foreign row is silently not, so the caller looks."""
    with _cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@contextmanager
def _cursor() -> Iterator[CursorWrapper]:
    """One that keeps plans; while statements are logged an ordinary one, which can tell what it sent with its values."""
    if connection.queries_logged:
        with connection.cursor() as cursor:
            yield cursor
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, _Planned(connection.connection) as planned:
        yield connection.make_cursor(planned)  # type: ignore[arg-type]  # it wraps the driver's


class _Planned(psycopg.Cursor[Any]):
    """Has the server keep the plan, if the connection lets it (``prepare_threshold`` in config/env.py)."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        return super().execute(query, params, prepare=True)


def _split(row: Sequence[Any], columns: Sequence[Columns[Any]]) -> Iterator[Model | None]:
    start = 0
    for each in columns:
        yield each.read(row[start : start + len(each.names)])
        start += len(each.names)


def attach(row: M, **related: Model | None) -> M:
    """Give the instance the related ones that were read with it, as ``select_related`` would."""
    for name, other in related.items():
        row._meta.get_field(name).set_cached_value(row, other)  # type: ignore[union-attr]  # named by us: foreign keys
    return row


def array(values: Iterable[object]) -> str:
    """Numbers, codes and Nones as an array's literal; quoting each by itself would cost more than to write them."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
