"""How things are reached: content for an actor, the database in queries and actions, the broker in one place."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.rules.terms import Found, Rule, edge, product
from tests.architecture.source import Source, named, sources

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Rooms whose tables hold nothing that somebody may not see; a new room holds content until it is named here.
PLAIN_ROOMS = {"reference", "agencies", "audit", "outbox", "notifications"}
CONTENT_OF_PLAIN_ROOMS = {"Notification", "IdempotencyKey"}
MODEL = re.compile(r"apps/(\w+)/models(\.py|/)")
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
SQL = re.compile(
    r"(^|\s)(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|UNION|CREATE|ALTER|DROP|GRANT|REVOKE|SET|TRUNCATE)\s"
)
SENDING = {"delay", "apply_async", "send_task", "signature"}


@cache
def content_models() -> frozenset[str]:
    """The names of the models whose rows not everybody may see, read off the rooms themselves."""
    found = {
        node.name
        for source in sources()
        if (room := MODEL.match(source.path)) and room[1] not in PLAIN_ROOMS
        for node in source.nodes()
        if isinstance(node, ast.ClassDef) and any(named(base) == "models.Model" for base in node.bases)
    }
    return frozenset(found | CONTENT_OF_PLAIN_ROOMS)


def _unscoped(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and _last(node.value) in content_models():
            yield node.lineno, f"{_last(node.value)}.{node.attr}"
        if isinstance(node, ast.Call) and _last(node.func) in SHORTCUTS:
            yield node.lineno, _last(node.func)


def _last(node: ast.AST) -> str:
    return named(node).rpartition(".")[2]


def _connections(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom) and node.module == "django.db":
            yield from ((node.lineno, name.name) for name in node.names if name.name in {"connection", "connections"})
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.split(".")[0] == "psycopg")


def _sent(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDING:
            yield node.lineno, f".{node.func.attr}("


def _made_sql(source: Source) -> Iterator[Found]:
    """SQL put together of parts that are not all constants: by an f-string, ``%`` or ``format``.

    A name in capitals is a constant (ruff sees to it that a variable is not written so).
    """
    for node in source.nodes():
        if SQL.search(_template(node)):
            yield node.lineno, "SQL with something put into it"  # type: ignore[attr-defined]  # an expression has a line


def _template(node: ast.AST) -> str:
    """The constant text of an expression that puts values into text; empty for any other."""
    if isinstance(node, ast.JoinedStr) and not all(_constant(part) for part in node.values):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _text(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(node.func.value)
    return ""


def _constant(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant) or (isinstance(part, ast.FormattedValue) and named(part.value).isupper())


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _overrides(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.ClassDef):
            yield from (
                (part.lineno, f"{node.name}.{part.name}")
                for part in node.body
                if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name in {"save", "asave"}
            )


def _signals(source: Source) -> Iterator[Found]:
    modules = {"django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals"}
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom):
            whole = {f"{node.module}.{name.name}" for name in node.names} | {node.module or ""}
            yield from ((node.lineno, name) for name in sorted(whole & modules))
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name in modules)
        if isinstance(node, ast.Call) and named(node.func).endswith("signals.connect"):
            yield node.lineno, named(node.func)


CLIENTS = {
    "requests",
    "urllib3",
    "httpx",
    "aiohttp",
    "pycurl",
    "websocket",
    "websockets",
    "ftplib",
    "telnetlib",
    "xmlrpc",
}
CLIENTS |= {"http.client", "urllib.request"}
OPENING = {"socket.create_connection", "asyncio.open_connection"}


def _ways_out(source: Source) -> Iterator[Found]:
    """Whatever opens a line to another machine, but for the clients of the servers that we are told of."""
    for node in source.nodes():
        for name in _brought(node):
            if name in CLIENTS or name.split(".")[0] in CLIENTS:
                yield node.lineno, name  # type: ignore[attr-defined]  # an import has a line
        if isinstance(node, ast.Call) and named(node.func) in OPENING:
            yield node.lineno, named(node.func)


def _brought(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        whole = [f"{node.module}.{name.name}" for name in node.names]
        return [node.module] if node.module.split(".")[0] in CLIENTS or node.module in CLIENTS else whole
    return []


REACHING = (
    Rule(
        "content-is-fetched-for-an-actor",
        "An edge reaches content by a query or an action that takes the actor, never by a model's manager.",
        edge,
        _unscoped,
    ),
    Rule(
        "edges-speak-no-sql",
        "An edge has no connection of its own to the database.",
        edge,
        _connections,
        {
            "config/health.py": "asks the database whether it answers, and reads nothing",
            "config/middleware.py": "counts the statements of a request, and gives none",
            "config/listener.py": "gives back what its thread has used",
            "config/guard.py": "knows by the database's own error that nothing is known",
            "apps/core/management/commands/create_roles.py": "makes the roles, before any table is there",
            "apps/core/management/commands/prepare.py": "holds an advisory lock while it migrates",
        },
    ),
    Rule(
        "one-place-rings-the-broker",
        "Only the outbox sends tasks: whatever else is to be done is written down in rows first.",
        lambda source: product(source) and not source.path.startswith("apps/outbox/"),
        _sent,
    ),
    Rule(
        "sql-is-constant",
        "SQL is a constant text with bound values; only migrations and the walls put it together.",
        lambda source: product(source) and not source.migration and not source.path.endswith("/rls.py"),
        _made_sql,
    ),
    Rule(
        "one-way-out",
        "Nothing but the egress client speaks HTTP to other machines.",
        product,
        _ways_out,
        {
            "apps/core/egress.py": "the way out",
            "config/local/product.py": "asks the web process that it has just started, on loopback, whether it answers",
        },
    ),
    Rule("no-save-overrides", "What happens when something is saved stands in an action.", product, _overrides),
    Rule("no-signals", "What happens next stands in a subscriber, where it can be read.", product, _signals),
)
