"""What the command says of its mutants: enough noticed, and a reason for each that is not."""

import pytest

from config.local.places import ROOT
from tests.mutants.__main__ import REASONS, reasons, verdict
from tests.mutants.plot import MUTATED, Mutant, plot, pure

KILLED = [Mutant(f"apps.sharing.policy.readers.x_visible__mutmut_{n}", "killed") for n in range(1, 40)]
LEFT = Mutant("apps.sharing.policy.audience.x__doors__mutmut_3", "survived", ("a and b",), ("a or b",))
OF_CLASS = Mutant("apps.sharing.policy.terms.xǁTlpǁopens__mutmut_1", "no tests", ("x",), ("y",))
CHANGE = "apps.sharing.policy.audience._doors: a and b -> a or b"


def test_a_survivor_is_named_by_its_function_and_its_change_which_outlive_its_number() -> None:
    assert LEFT.change == CHANGE
    assert OF_CLASS.change == "apps.sharing.policy.terms.Tlp.opens: x -> y"


@pytest.mark.parametrize(
    ("mutants", "known", "status"),
    [
        (KILLED, {}, 0),
        ([*KILLED, LEFT], {}, 1),
        ([*KILLED, LEFT], {CHANGE: "equal"}, 0),
        ([*KILLED[:10], LEFT], {CHANGE: "equal"}, 1),
        ([*KILLED, Mutant("apps.a.x_b__mutmut_1", "timeout")], {}, 0),
        ([*KILLED, Mutant("apps.a.x_b__mutmut_1", "no tests")], {}, 1),
    ],
    ids=["all", "without a reason", "with a reason", "too many", "one that never ends", "one that nothing tests"],
)
def test_the_verdict(
    mutants: list[Mutant], known: dict[str, str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(mutants, known, 1.0) == status
    assert f"mutants: {len(mutants)}, noticed" in capsys.readouterr().out


def test_every_survivor_that_is_kept_has_its_reason_and_is_of_what_is_mutated() -> None:
    known = reasons(REASONS.read_text(encoding="utf-8"))
    rooms = tuple(place.removesuffix(".py").replace("/", ".") for place in MUTATED)
    assert all(change.startswith(rooms) for change in known)
    assert all(len(reason) > 10 for reason in known.values())


def test_the_plot_holds_the_pure_tests_and_no_other() -> None:
    with plot() as folder:
        tests = {file.name for file in (folder / "tests" / "sharing").glob("test_*.py")}
    assert {"test_policy.py", "test_policy_properties.py", "test_readers.py", "test_routing.py"} <= tests
    every = {file.name for file in (ROOT / "tests" / "sharing").glob("test_*.py")}
    assert {name for name in every - tests if pure(ROOT / "tests" / "sharing" / name)} == set()
    assert all(pure(ROOT / "tests" / "sharing" / name) for name in tests)
    assert not pure(ROOT / "tests" / "agreement" / "test_agreement.py")
