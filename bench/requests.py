"""Submissions and lists, measured in this process as the web role: WSGI, middleware, framework, database as shipped."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from apps.agencies.acting import acting
from apps.agencies.queries import actor_of
from apps.core.clock import now
from bench.goals import Line
from bench.meter import WARM_UP, Client, Weight, statements, weigh
from bench.plain import values
from bench.world import ITEMS

LIST = "/api/v1/reports/?limit=50"


def run(world: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of both, each beside what it is compared with."""
    settings.ROOT_URLCONF = "bench.urls"
    return [line.data() for line in _measure(world)]


def _measure(world: dict[str, Any]) -> Iterator[Line]:
    client = Client(get_wsgi_application(), world["token"])
    client.call("GET", "/api/v1/me/")  # the token's first use of the day is noted, once
    yield from _submissions(client, world["drafts"])
    yield from _lists(client, UUID(world["user"]))


def _submissions(client: Client, drafts: dict[str, list[str]]) -> Iterator[Line]:
    body = orjson.dumps({"title": "1 t raw ivory", "country": "SG", "children": [_child(item) for item in ITEMS]})
    kinds = {
        "submit": lambda number: _submit(client, drafts["60"][number]),
        "insert": lambda _: client.call("POST", "/plain/insert/", body),
        "open": lambda _: client.call("POST", "/plain/open/", body),
    }
    weights = weigh(kinds, rounds=len(drafts["60"]) - WARM_UP)
    ours, plain, opened = (weights[name] for name in ("submit", "insert", "open"))
    yield Line("submit, 60 recipients: CPU", ours.mean_cpu / plain.mean_cpu, 2.3, f"{_ms(ours)} against {_ms(plain)}")
    yield Line("submit, 60 recipients: p50", ours.p50 / plain.p50, 2.5, f"{_p50(ours)} against {_p50(plain)}")
    yield Line("submit, against the insert without a token: CPU", ours.mean_cpu / opened.mean_cpu, note=_ms(opened))
    yield Line("submit, against the insert without a token: p50", ours.p50 / opened.p50, note=_p50(opened))
    yield from _counts(client, drafts)


def _counts(client: Client, drafts: dict[str, list[str]]) -> Iterator[Line]:
    counts = {}
    for size in ("6", "600"):
        with statements() as sent:
            _submit(client, drafts[size][0])
        counts[size] = len(sent)
    yield Line("submit: SQL statements", counts["6"], 20)
    yield Line("submit: statements more for 600 recipients than for 6", counts["600"] - counts["6"], 0)


def _lists(client: Client, user: UUID) -> Iterator[Line]:
    actor = actor_of(user_id=user, now=now())
    assert actor is not None
    rows = orjson.loads(client.call("GET", LIST))["results"]
    if len(rows) != 50:
        raise RuntimeError(f"the list has {len(rows)} rows")

    def bare(_: int) -> None:
        with acting(actor):
            values(actor)

    kinds = {
        "list": lambda _: client.call("GET", LIST),
        "values": lambda _: client.call("GET", "/plain/values/"),
        "bare": bare,
    }
    weights = weigh(kinds, rounds=150)
    ours, plain, call = (weights[name] for name in ("list", "values", "bare"))
    yield Line("list of 50: CPU", ours.mean_cpu / plain.mean_cpu, 2, f"{_ms(ours)} against {_ms(plain)}")
    yield Line("list of 50: p50", ours.p50 / plain.p50, 2, f"{_p50(ours)} against {_p50(plain)}")
    yield Line(
        "list of 50, against values and orjson without any request: CPU", ours.mean_cpu / call.mean_cpu, note=_ms(call)
    )
    with statements() as sent:
        client.call("GET", LIST)
    yield Line("list of 50: SQL statements, with its line in the trail", len(sent), 4)


def _submit(client: Client, report_id: str) -> None:
    client.call("POST", f"/api/v1/reports/{report_id}/submit/", b"{}")


def _child(item: dict[str, Any]) -> dict[str, Any]:
    return {"taxon": item["taxon"], "quantity": item["quantity"]}


def _ms(weight: Weight) -> str:
    return f"{weight.mean_cpu * 1000:.1f} ms"


def _p50(weight: Weight) -> str:
    return f"{weight.p50 * 1000:.1f} ms"
