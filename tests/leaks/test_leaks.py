"""Every planted leak fits the source and names a test that is there; at landing size each is planted, and caught."""

import ast

import pytest

from tests.architecture.source import ROOT
from tests.leaks.harness import plant
from tests.leaks.planted import LEAKS
from tests.leaks.terms import Change, Leak, Verdict
from tests.sizes import COMMIT, SIZE

LANDING = SIZE != COMMIT

PLAN = ROOT / "tests" / "leaks" / "plan.txt"


def by_name(leak: Leak) -> str:
    return leak.name


@pytest.mark.parametrize("leak", LEAKS, ids=by_name)
def test_a_leak_fits_the_source_as_it_is(leak: Leak) -> None:
    for change in leak.changes:
        file = ROOT / change.path
        before = file.read_text() if file.exists() else None
        after = change.applied(before)
        assert after != before
        if change.path.endswith(".py"):
            ast.parse(after)


@pytest.mark.parametrize("leak", LEAKS, ids=by_name)
def test_a_leak_names_a_test_that_is_there(leak: Leak) -> None:
    path, _, test = leak.caught_by.partition("[")[0].partition("::")
    functions = {
        node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)
    }
    assert test in functions


def test_no_two_leaks_have_one_name() -> None:
    assert len({leak.name for leak in LEAKS}) == len(LEAKS)


def test_all_that_the_plan_asks_for_is_planted_or_has_a_reason() -> None:
    rows = [line.partition("|") for line in PLAN.read_text().splitlines() if not line.startswith("#")]
    planted = {asked.strip(): told.strip() for asked, _, told in rows if not told.strip().startswith("not:")}
    assert len(planted) >= 24
    missing = {asked: set(told.split(", ")) - {leak.name for leak in LEAKS} for asked, told in planted.items()}
    assert {asked: names for asked, names in missing.items() if names} == {}
    assert all(len(told) > len(" not: because") for _, bar, told in rows if bar)


def test_a_change_that_no_longer_fits_is_no_leak() -> None:
    for text in (None, "", "a = 1\na = 1\n"):
        with pytest.raises(ValueError, match="exactly one place"):
            Change("apps/x.py", "a = 1", "a = 2").applied(text)
    assert Change("apps/x.py", "a = 1", "a = 2").applied("a = 1\n") == "a = 2\n"
    assert Change("apps/x.py", "", "a = 1\n").applied(None) == "a = 1\n"


@pytest.mark.landing
@pytest.mark.skipif(not LANDING, reason="planted at landing size: make landing, or python -m tests.leaks")
@pytest.mark.parametrize("leak", LEAKS, ids=by_name)
def test_a_planted_leak_is_caught(leak: Leak) -> None:
    outcome = plant(leak)
    assert outcome.verdict is Verdict.CAUGHT, f"{leak.sentence}\n{outcome.why}"
