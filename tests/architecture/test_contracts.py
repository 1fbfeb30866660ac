"""The order of the rooms (pyproject.toml, import-linter) holds, and each of its contracts catches what breaks it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import ROOT

PACKAGES = ("apps", "config", "seeds")
ASK = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
# A page that does what is forbidden, by the contract that must say so.
PLANTED = {
    "The order of the rooms: import down, publish up": ("apps/agencies/upward.py", "from apps.sharing import models"),
    "Inside a room: edges above actions above queries above models above judgement": (
        "apps/reports/queries/upward.py",
        "from apps.reports.actions import submit_report",
    ),
    "Judgement imports no framework": ("apps/sharing/policy/lookup.py", "from django.db import connection"),
    "Nothing imports config but config": ("apps/core/tuned.py", "from config.env import flag"),
    "Edges are private to config": ("apps/referrals/borrowed.py", "from apps.reports.api import views"),
}


def linted(folder: Path) -> tuple[int, str]:
    """Exit status and report of import-linter in that folder."""
    done = subprocess.run([sys.executable, "-c", ASK], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def verdicts(report: str) -> dict[str, str]:
    """Contract → KEPT or BROKEN, from the report's table (a long name stands on two lines)."""
    words = " ".join(report.split())
    return {
        name: "KEPT" if f"{name} KEPT" in words else "BROKEN" if f"{name} BROKEN" in words else "?"
        for name in contracts()
    }


def contracts() -> list[str]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [contract["name"] for contract in told["tool"]["importlinter"]["contracts"]]


def test_the_contracts_hold() -> None:
    status, report = linted(ROOT)
    assert status == 0, report
    assert set(verdicts(report).values()) == {"KEPT"}


def test_every_contract_catches_what_breaks_it(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static", "data")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, text in PLANTED.values():
        (tmp_path / path).write_text(f"{text}\n")
    status, report = linted(tmp_path)
    assert status == 1
    assert verdicts(report) == dict.fromkeys(contracts(), "BROKEN"), report
    missing = [path for path, _ in PLANTED.values() if path.removesuffix(".py").replace("/", ".") not in report]
    assert missing == [], report


def test_every_contract_has_something_planted_for_it() -> None:
    assert set(PLANTED) == set(contracts())
