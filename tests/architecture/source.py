"""The files of this tree as the rules read them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", ".venv-semgrep", "var", "node_modules", "__pycache__", "staticfiles", ".hypothesis"}
NOT_OURS |= {".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"}
PRODUCT = ("apps/", "config/", "seeds/")
# What talks to the world; below stand actions and queries.
EDGE = re.compile(
    r"apps/web/|apps/\w+/(api|admin)(\.py|/)|apps/\w+/tasks\.py|apps/\w+/edge/|apps/\w+/management/|seeds/management/|config/"
)
TEXT = {".py", ".md", ".txt", ".toml", ".in", ".html", ".css", ".js", ".mjs", ".json", ".csv", ".sql", ".yaml", ".yml"}
TEXT |= {".svg", ".scss", ".xml", ".cfg", ".ini", ".sh", ".po", ""}


@dataclass(frozen=True)
class Source:
    """One file: its path from the root, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def product(self) -> bool:
        """Whether it is served to people; tests and benches may do more."""
        return self.path.startswith(PRODUCT) or self.path == "manage.py"

    @property
    def migration(self) -> bool:
        return "/migrations/" in self.path

    @property
    def edge(self) -> bool:
        return bool(EDGE.match(self.path))

    @property
    def command(self) -> bool:
        return "/management/commands/" in self.path

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of a Python file; none of another."""
        if self.python:
            yield from ast.walk(self.tree)


@cache
def files() -> tuple[Path, ...]:
    """Every file that could be committed: all but what is made on the way."""
    return tuple(sorted(path for path in _walk(ROOT) if path.is_file()))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


@cache
def sources() -> tuple[Source, ...]:
    """Every text file."""
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(errors="replace"))
        for path in files()
        if path.suffix in TEXT
    )


def named(node: ast.AST) -> str:
    """A dotted name as it is written (``timezone.now``); empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = named(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""
