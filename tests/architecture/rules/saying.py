"""What is said to people and read from them: escaped, listed by name, at a known time, never run."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.rules.terms import Found, Rule, product
from tests.architecture.source import Source, named

MARKED_SAFE = {"mark_safe", "SafeString", "SafeText", "html_safe", "format_html_join"}
TEMPLATE = re.compile(r"\|\s*(safe|safeseq)\b|\{%\s*(autoescape off|debug)\b|\{%\s*filter\s+(safe|safeseq)\b")
CLOCKS = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today|utcfromtimestamp)|date\.today|timezone\.now|time\.time(_ns)?)$"
)
HOLDING = {"time_machine", "freezegun"}
UNHELD = re.compile(
    r"\b(CURRENT_(TIMESTAMP|DATE|TIME)|LOCALTIME(STAMP)?|pg_catalog\.(now|\w+_timestamp)|timeofday)\b|'now'",
    re.IGNORECASE,
)
RUN = {"eval", "exec", "compile", "__import__"}
RUNNING = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen", "marshal.loads", "shelve.open"}
PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
LISTED = {"fields", "exclude", "ordering_fields", "filterset_fields", "search_fields"}


def _marked_safe(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        name = named(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        if name in MARKED_SAFE or (name == "format_html" and not _literal(node)):
            yield node.lineno, f"{name}("  # type: ignore[attr-defined]  # a call has a line


def _literal(call: ast.AST) -> bool:
    """Whether its first argument is a constant."""
    return isinstance(call, ast.Call) and bool(call.args) and isinstance(call.args[0], ast.Constant)


def _unescaped(source: Source) -> Iterator[Found]:
    for number, line in enumerate(source.text.splitlines(), 1):
        yield from ((number, found.group()) for found in TEMPLATE.finditer(line))


def _everything(source: Source) -> Iterator[Found]:
    """A list of fields that grows by itself, or that names what is left out instead of what is let in."""
    for node in source.nodes():
        if isinstance(node, ast.Constant) and node.value == "__all__":
            yield node.lineno, "'__all__'"
        if isinstance(node, ast.ClassDef):
            yield from ((line, "exclude") for line in _assigned(node, "exclude"))


def _assigned(owner: ast.ClassDef, name: str) -> Iterator[int]:
    for part in owner.body:
        targets = (
            part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else []
        )
        yield from (part.lineno for target in targets if named(target) == name)


def _clocks(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.Attribute) and CLOCKS.search(named(node)):
            yield node.lineno, named(node)
        if isinstance(node, ast.Call):
            name = named(node.func).rpartition(".")[2]
            if name == "datetime" and _naive(node):
                yield node.lineno, "a datetime without a zone"
            if name in {"localtime", "localdate"} and not node.args:
                yield node.lineno, f"{name}()"


def _holds(source: Source) -> Iterator[Found]:
    """A test that stops this process's clock alone: what the database judges by its own would go on."""
    for node in source.nodes():
        yield from ((line, name) for line, name in _imported(node) if name.split(".")[0] in HOLDING)


def _fixed(source: Source) -> Iterator[Found]:
    """Words for the time that no test can hold: a keyword of SQL, or a function by its full name."""
    for node in source.nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (found := UNHELD.search(node.value)):
            yield node.lineno, found.group()


def _naive(call: ast.Call) -> bool:
    return len(call.args) < 8 and "tzinfo" not in {keyword.arg for keyword in call.keywords}


def _runs(source: Source) -> Iterator[Found]:
    for node in source.nodes():
        if isinstance(node, ast.Call):
            name = named(node.func)
            shell = any(word.arg == "shell" and not _is_false(word.value) for word in node.keywords)
            if name in RUN or name in RUNNING or shell:
                yield node.lineno, "shell=" if shell else f"{name}("
        yield from ((line, name) for line, name in _imported(node) if name.split(".")[0] in PICKLES)


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _imported(node: ast.AST) -> Iterator[Found]:
    if isinstance(node, ast.Import):
        yield from ((node.lineno, name.name) for name in node.names)
    if isinstance(node, ast.ImportFrom):
        yield node.lineno, node.module or ""


def _template(source: Source) -> bool:
    """A page; a mail in plain text has nothing to escape."""
    return source.product and "/templates/" in source.path and not source.path.endswith(".txt")


SAYING = (
    Rule(
        "nothing-is-marked-safe",
        "Text is escaped where it is shown; nothing is declared harmless.",
        product,
        _marked_safe,
    ),
    Rule("templates-escape", "A page escapes all that it shows.", _template, _unescaped),
    Rule(
        "fields-are-listed",
        "Fields that are read, written, filtered or sorted by are named one by one.",
        product,
        _everything,
    ),
    Rule(
        "one-clock",
        "Time is read in apps/core/clock.py and handed on; it always has its zone.",
        product,
        _clocks,
        {"apps/core/clock.py": "the clock"},
    ),
    Rule(
        "clocks-are-held-together",
        "A scene has one clock: tests hold this process's and the database's together, by tests/clocks.py.",
        lambda source: source.python,
        _holds,
        {
            "tests/clocks.py": "holds both",
            "tests/drills/skewed.py": "a drill of two nodes whose clocks differ",
        },
    ),
    Rule(
        "the-databases-clock-can-be-held",
        "SQL asks now() or statement_timestamp() for the time, so that a test can hold it.",
        product,
        _fixed,
    ),
    Rule("nothing-is-run", "What comes from outside is never run, unpickled or given to a shell.", product, _runs),
)
