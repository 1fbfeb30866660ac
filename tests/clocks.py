"""One clock for a scene: what this process reads and what the database answers stand still together, and move together.

The product asks two clocks: ``apps.core.clock`` and the database's (leases, and what two nodes must agree on). A scene in
which one stands and the other goes on is right on the day it was written only. So nothing but this page holds a clock (the rule
``clocks-are-held-together``), and while one is held the database's functions of time answer the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.db import connection

Clock = time_machine.Traveller
# Found before PostgreSQL's own by the path below; who asks, and in which role, is the same to them.
SHADOWS = ("now", "statement_timestamp", "transaction_timestamp", "clock_timestamp")
MADE = """
CREATE SCHEMA held;
GRANT USAGE ON SCHEMA held TO PUBLIC;
""" + "".join(
    f"CREATE FUNCTION held.{name}() RETURNS timestamptz STABLE LANGUAGE sql"
    " AS $$ SELECT current_setting('held.at')::timestamptz $$;\n"
    for name in SHADOWS
)
SET = "SELECT set_config('held.at', %s, false), set_config('search_path', 'held, pg_catalog, \"$user\", public', false)"
GONE = "RESET search_path; RESET held.at; DROP SCHEMA held CASCADE"


class _Database:
    """Tells the database the time before a statement, where it moved or a roll-back took back what it was told."""

    told: datetime | None = None

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("ROLLBACK"):
            self.told = None
        elif (at := datetime.now(UTC)) != self.told:
            raw = context["connection"].connection
            raw.execute(SET, [at.isoformat()])
            self.told = at
        return execute(sql, params, many, context)


@contextmanager
def held(at: datetime) -> Iterator[Clock]:
    """Both clocks stand at ``at`` while the block lasts, but for what the block does with the traveller it gets.

    Only the connection of this thread hears of it: a server or worker of its own process has the machine's clock.
    """
    with time_machine.travel(at, tick=False) as clock:
        if connection.connection is None:
            connection.ensure_connection()
        connection.connection.execute(MADE)
        with connection.execute_wrapper(_Database()):
            try:
                yield clock
            finally:
                if connection.is_usable():
                    connection.connection.execute(GONE)
