"""The shape of the tree: names, sizes, imports, and nothing of the place where it was written."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.rules.terms import Found, Rule, product
from tests.architecture.source import Source

VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "services",
    "service",
    "managers",
    "signals",
    "constants",
    "mixins",
    "common",
}
VAGUE |= {"misc", "lib", "tools", "shared", "core_utils"}
LONGEST_FILE = 400  # lines
# Put together here, so that this very page does not hold what it forbids.
PLACES = [rf"(?<![\w.~]){word}(?=[\w.-])" for word in ("/" + "work/", "/" + "root/")]
PLACES += [re.escape(host) for host in ("pypi" + ".org", "files.pythonhosted" + ".org", "registry.npmjs" + ".org")]
WORKPLACE = re.compile("|".join(PLACES))


def _stars(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names):
            yield node.lineno, f"from {node.module} import *"


def _lazy(source: Source) -> Iterator[Found]:
    for function in source.nodes():
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and not _subscribes(source, function):
            yield from (
                (node.lineno, f"import in {function.name}")
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom)
            )
    for node in source.nodes():
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield node.lineno, "import_module("


def _subscribes(source: Source, function: ast.AST) -> bool:
    """An app's ``ready``: models may be imported there and not before."""
    return source.path.endswith("/apps.py") and getattr(function, "name", "") == "ready"


def _vague(source: Source) -> Iterator[Found]:
    for part in source.path.split("/"):
        if part.removesuffix(".py") in VAGUE:
            yield 1, part


def _long(source: Source) -> Iterator[Found]:
    lines = source.text.count("\n")
    if lines > LONGEST_FILE:
        yield lines, f"{lines} lines"


def _workplace(source: Source) -> Iterator[Found]:
    for number, line in enumerate(source.text.splitlines(), 1):
        yield from ((number, found.group()) for found in WORKPLACE.finditer(line))


SHAPE = (
    Rule("no-star-imports", "Every name says where it comes from.", lambda source: source.python, _stars),
    Rule(
        "no-lazy-imports",
        "Imports stand at the top of a file, where the order of the rooms is checked.",
        product,
        _lazy,
        {
            "manage.py": "Django's own, after the settings are named",
            "config/admin.py": "the site takes another app's model out, once that is loaded",
            "config/local/__main__.py": "an old Python must be able to read it, to say that it is old",
            "config/local/bootstrap.py": "asks whether our own Python really has pip",
            "seeds/management/commands/seed.py": "a story is found by its name, which is checked first",
        },
    ),
    Rule(
        "files-are-named-for-what-they-hold",
        "No file is called utils, helpers, services, managers, signals, constants, mixins or common.",
        lambda source: source.python,
        _vague,
    ),
    Rule(
        "files-are-short",
        f"A file has {LONGEST_FILE} lines at most; then it becomes a folder.",
        lambda source: source.python and not source.migration,
        _long,
    ),
    Rule(
        "nothing-of-the-workplace",
        "No file names a path of the machine it was written on, or a package registry.",
        lambda source: True,
        _workplace,
    ),
)
