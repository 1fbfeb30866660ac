"""The sizes and the seed: what a run says it tried is what it tried, and it can be tried again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.local.places import ROOT
from tests.sizes import SIZES, size

# A proof in a file of its own, run by a pytest of its own: it writes what its generator drew.
PROOF = """
import os
from hypothesis import given, strategies
from tests.sizes import generated

@generated(commit=5, landing=7, release=9, database=None)
@given(drawn=strategies.integers())
def test_drawn(drawn, evidence):
    evidence.add("drawn")
    evidence.most("largest", 1.5)
    with open(os.environ["DRAWN"], "a") as file:
        file.write(f"{drawn}\\n")
"""

# And the two hooks of tests/conftest.py, without its database.
HOOKS = """
import pytest
from tests.evidence import evidence, seed, tell

@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    seed(config)

def pytest_terminal_summary(terminalreporter):
    tell(terminalreporter)
"""


def _run(folder: Path, **named: str) -> tuple[str, list[str]]:
    """What a run of the proof prints, and what it drew."""
    proof, drawn = folder / "test_proof.py", folder / "drawn.txt"
    proof.write_text(PROOF)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text(HOOKS)
    drawn.unlink(missing_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in {"COUNTERPART_SEED", "COUNTERPART_SIZE"}}
    words = ["-m", "pytest", "-n", "0", "--rootdir", str(folder), "-c", str(folder / "pytest.ini"), str(proof)]
    done = subprocess.run(
        [sys.executable, *words, "-p", "no:cacheprovider", "-p", "no:django"],
        cwd=ROOT,
        env={**kept, **named, "DRAWN": str(drawn)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, drawn.read_text().split()


@pytest.mark.parametrize(("named", "examples"), list(zip(SIZES, (5, 7, 9), strict=True)))
def test_a_size_is_tried_counted_and_printed_with_its_seed(named: str, examples: int, tmp_path: Path) -> None:
    kept = tmp_path / "evidence.json"
    printed, drawn = _run(tmp_path, COUNTERPART_SIZE=named, COUNTERPART_SEED="12", COUNTERPART_EVIDENCE=str(kept))
    assert len(drawn) == examples
    assert f"size {named}, seed 12 (COUNTERPART_SIZE={named} COUNTERPART_SEED=12 tries the same)" in printed
    assert f"test_proof.py::test_drawn: drawn {examples}, largest 1.50 (passed" in printed
    document = json.loads(kept.read_text())
    assert (document["size"], document["seed"]) == (named, 12)
    assert [row["counts"] for row in document["tests"]] == [{"drawn": examples, "largest": 1.5}]


def test_one_seed_draws_the_same_and_another_something_else(tmp_path: Path) -> None:
    _, first = _run(tmp_path, COUNTERPART_SEED="12")
    _, again = _run(tmp_path, COUNTERPART_SEED="12")
    _, other = _run(tmp_path, COUNTERPART_SEED="13")
    assert first == again != other


def test_a_size_that_is_none_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import tests.sizes"],
        cwd=ROOT,
        env={**os.environ, "COUNTERPART_SIZE": "huge"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "COUNTERPART_SIZE is one of commit, landing, release, not 'huge'" in done.stderr


def test_each_size_has_its_own_number() -> None:
    assert size(commit=1, landing=2, release=3) in {1, 2, 3}
