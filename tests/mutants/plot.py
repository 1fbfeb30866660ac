"""Where mutants live: the pure modules and their tests alone, without framework, database and settings.

That a mutant may only be killed by the tables and properties of ``tests/sharing`` is stricter than the whole suite would be,
and takes minutes where that would take days.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from config.local.places import ROOT

MUTATED = ("apps/sharing/policy", "apps/sharing/routing", "apps/agencies/policy.py")
NEEDED = (
    *MUTATED,
    "apps/sharing/sentences.py",
    "apps/core/words.py",
    "tests/sharing",
    "tests/sizes.py",
    "docs/policy.md",
)
PACKAGES = ("apps", "apps/sharing", "apps/agencies", "apps/core", "tests", "docs")
SETTINGS = """
[tool.mutmut]
source_paths = ["apps"]
only_mutate = {only}
pytest_add_cli_args = ["-q", "-p", "no:django", "-p", "no:schemathesis", "-p", "no:randomly", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = ["tests/sharing"]
use_git_change_detection = false
also_copy = ["docs"]

[tool.pytest.ini_options]
addopts = "-q"
"""
KILLED, SURVIVED = "killed", "survived"
# A mutant that runs for ever, crashes or is refused by the interpreter is noticed, too.
NOTICED = frozenset({KILLED, "timeout", "suspicious", "segfault", "caught by type check"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the function it was made in, its lines before and after, and what became of it."""

    name: str
    verdict: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """``apps.sharing.policy.audience._doors``; a method bears its class's name."""
        module, _, changed = self.name.partition(".x")
        owner = changed.partition("__mutmut_")[0].removeprefix("_").replace("ǁ", ".").lstrip(".")
        return f"{module}.{owner}"

    @property
    def change(self) -> str:
        """The change in one line, which stays the same while the code does."""
        return f"{self.function}: {' '.join(self.before)} -> {' '.join(self.after)}"


@contextmanager
def plot() -> Iterator[Path]:
    """A folder with nothing in it but the judgement and its tests."""
    with TemporaryDirectory(prefix="mutants-") as made:
        folder = Path(made)
        for package in PACKAGES:
            (folder / package).mkdir(parents=True, exist_ok=True)
            (folder / package / "__init__.py").write_text("")
        for needed in NEEDED:
            _copy(ROOT / needed, folder / needed)
        yield folder


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_left_out, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def _left_out(folder: str, names: list[str]) -> set[str]:
    """What cannot live on the plot: tests that ask a database or a view, and what was compiled."""
    return {name for name in names if name == "__pycache__" or not pure(Path(folder) / name)}


def pure(file: Path) -> bool:
    """Whether all that a file imports of ours stands on the plot, and nothing of it is Django's."""
    if file.suffix != ".py":
        return True
    roots = tuple(place.removesuffix(".py").replace("/", ".") for place in NEEDED)
    return all(
        name.startswith(roots) or name.partition(".")[0] not in {"apps", "tests", "config", "seeds", "django"}
        for name in _imported(ast.parse(file.read_text(encoding="utf-8")))
    )


def _imported(tree: ast.Module) -> Iterator[str]:
    """Dotted names, as far as they go: ``from apps.sharing import policy`` is ``apps.sharing.policy``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def mutate(folder: Path, only: Collection[str]) -> list[Mutant]:
    """Make and try every mutant of these files; mutmut shows on its own lines how far it is."""
    (folder / "pyproject.toml").write_text(SETTINGS.format(only=json.dumps(sorted(only))))
    done = subprocess.run(_mutmut("run"), cwd=folder, env=_environ(), check=False)
    if done.returncode:
        raise RuntimeError(f"mutmut ended with {done.returncode}: do the tests pass without a mutant?")
    return [_told(folder, *line.strip().rsplit(": ", 1)) for line in _said(folder, "results", "--all", "true")]


def _told(folder: Path, name: str, verdict: str) -> Mutant:
    if verdict in NOTICED:
        return Mutant(name, verdict)
    lines = _said(folder, "show", name)
    before = tuple(line[1:].strip() for line in lines if line.startswith("-") and not line.startswith("---"))
    after = tuple(line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++"))
    return Mutant(name, verdict, before, after)


def _said(folder: Path, *words: str) -> list[str]:
    done = subprocess.run(
        _mutmut(*words), cwd=folder, env=_environ(), capture_output=True, text=True, encoding="utf-8", check=True
    )
    return [line for line in done.stdout.splitlines() if line.strip()]


def _mutmut(*words: str) -> list[str]:
    return [sys.executable, "-m", "mutmut", *words]


def _environ() -> dict[str, str]:
    """One seed for all: a mutant that a property misses must be missed again."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COUNTERPART_"))}
    return {**kept, "COUNTERPART_SEED": os.environ.get("COUNTERPART_SEED", "1"), "PYTHONUTF8": "1"}
