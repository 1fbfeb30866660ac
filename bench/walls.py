"""The second wall: the same queries as the web role, with row-level security on and off, in turn, among 20,000 labels."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from apps.agencies.acting import acting
from apps.agencies.models import User
from apps.agencies.policy import Actor
from apps.agencies.queries import actor_of
from apps.core.clock import now
from apps.notifications.models import Notification
from apps.referrals.models import Referral
from apps.referrals.queries import newest, received, waiting
from apps.reports.models import Report, RouteStop, SeizedItem
from apps.reports.policy import Filters
from apps.reports.queries import lines_of, page_of, report_for
from apps.sharing.models import Grant, Label
from bench.goals import Line
from bench.meter import Weight, weigh

COPIES = 330  # of each of the world's sixty reports; every second one is some other agency's affair
BLOCKS, ROUNDS = 5, 30
LIMIT = 1.3
READER = "liaison@ke-customs.example"
# A copy's id and its place in the lists; to whom it goes instead: a token of the world's further agencies, or nobody.
COPY = """
CREATE TEMP TABLE copy AS
SELECT l.id AS old, gen_random_uuid() AS new, uuidv7(-make_interval(mins => (random() * 500000)::int)) AS position,
    CASE WHEN mod(n, 2) = 0 THEN (SELECT min(token) FROM agencies_agency WHERE code LIKE 'BENCH-%%') + n END AS elsewhere
FROM sharing_label l, generate_series(1, %s) AS n WHERE l.stage = 'SHARED' AND l.id IN (SELECT label_id FROM reports_report)
    AND cardinality(l.named) < 10
"""
WALLED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"


def run(_: dict[str, Any]) -> list[dict[str, Any]]:
    """A line for each query: the median time with the wall over the one without."""
    _crowd()
    user = User.objects.get(email=READER)
    actor = actor_of(user_id=user.id, now=now())
    assert actor is not None
    return [line.data() for line in _measure(actor)]


def _crowd() -> None:
    """Copy what the world holds, set by set, whatever columns its tables have."""
    with connection.cursor() as cursor:
        cursor.execute(COPY, [COPIES])
    _copied(Label, "id", {"id": "c.new", "position": "c.position", "audience": _instead("audience")})
    report = {"id": "c.new", "label_id": "c.new", "reference": "'SR-B-' || left(replace(c.new::text, '-', ''), 14)"}
    _copied(Report, "id", report)
    _copied(SeizedItem, "report_id", {"id": "gen_random_uuid()", "report_id": "c.new"})
    _copied(RouteStop, "report_id", {"id": "gen_random_uuid()", "report_id": "c.new"})
    once = {"id": "gen_random_uuid()", "label_id": "c.new", "position": "c.position"}
    _copied(Grant, "label_id", once, "c.elsewhere IS NULL")
    asked = {"id": "gen_random_uuid()", "report_id": "c.new", "opened_at": "uuid_extract_timestamp(c.position)"}
    _copied(Referral, "report_id", asked, "c.elsewhere IS NULL")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _instead(column: str) -> str:
    return f"CASE WHEN c.elsewhere IS NULL THEN o.{column} ELSE ARRAY[c.elsewhere] END"


def _copied(model: type[Model], key: str, other: dict[str, str], only: str = "true") -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    values = ", ".join(other.get(column, f"o.{column}") for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {values} FROM {table} o JOIN copy c ON c.old = o.{key} WHERE {only}"
        )


def _measure(actor: Actor) -> Iterator[Line]:
    asked = {name: partial(_as, actor, ask) for name, ask in _queries(actor).items()}
    weights = {True: {name: Weight() for name in asked}, False: {name: Weight() for name in asked}}
    tables = _tables()
    for _ in range(BLOCKS):
        for walled, kept in weights.items():
            _switch(tables, on=walled)
            for name, weight in weigh(asked, rounds=ROUNDS).items():
                kept[name].wall += weight.wall
    _switch(tables, on=True)
    for name in asked:
        on, off = weights[True][name].p50, weights[False][name].p50
        note = f"{on * 1000:.2f} ms against {off * 1000:.2f} ms"
        yield Line(f"row-level security on over off: {name}", on / off, LIMIT, note)


def _queries(actor: Actor) -> dict[str, Callable[[], object]]:
    with acting(actor):
        report_id = UUID(str(page_of(actor=actor, filters=Filters(), before=None, limit=1).rows[0]["id"]))
    return {
        "list of 50": lambda: page_of(actor=actor, filters=Filters(), before=None, limit=50),
        "words": lambda: page_of(actor=actor, filters=Filters(q="ivory container"), before=None, limit=50),
        "country and part": lambda: page_of(
            actor=actor, filters=Filters(country="KE", part="ORIGIN"), before=None, limit=50
        ),
        "one report": lambda: _whole(actor, report_id),
        "inbox": lambda: newest(actor=actor, narrowed=waiting(), before=None, limit=25),
        "count of what waits": received(actor=actor).order_by().filter(waiting())[:51].count,
        "notices": lambda: list(Notification.objects.filter(user_id=actor.user_id).order_by("-created_at")[:50]),
    }


def _whole(actor: Actor, report_id: UUID) -> object:
    return lines_of(report_for(actor=actor, report_id=report_id))


def _as(actor: Actor, ask: Callable[[], object], _: int) -> object:
    with acting(actor):
        return ask()


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(WALLED)
        return [name for (name,) in cursor.fetchall()]


def _switch(tables: list[str], *, on: bool) -> None:
    """Put the wall up or take it away; its conditions in the queries themselves stay."""
    verb = "ENABLE" if on else "DISABLE"
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY")
