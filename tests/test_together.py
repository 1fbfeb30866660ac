"""Tests that share what is dear to make stay on one worker, whatever a new file makes for all of its tests."""

from pathlib import Path

from tests.together import scope

TESTS = Path(__file__).parent


def test_a_file_that_makes_something_once_is_kept_whole() -> None:
    for file in sorted(TESTS.rglob("test_*.py")):
        if file != Path(__file__) and 'scope="module"' in file.read_text():
            path = file.relative_to(TESTS.parent).as_posix()
            assert scope(f"{path}::test_one") == scope(f"{path}::test_two[x::y]"), path


def test_what_shares_more_than_a_file_is_kept_together_and_nothing_else_is() -> None:
    deployed = {scope(f"tests/production/test_{name}.py::test") for name in ("entrypoint", "limits")}
    assert len(deployed) == 1
    assert scope("tests/browser/test_story.py::test") != scope("tests/browser/test_trail.py::test")
    assert scope("tests/reports/test_api.py::test_one") == "tests/reports/test_api.py::test_one"
