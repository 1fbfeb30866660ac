"""The migration linter's verdict: what it finds is accepted with a reason or fails, and no acceptance outlives its cause."""

from pathlib import Path

from django_migration_linter.sql_analyser.analyser import analyse_sql_statements, get_sql_analyser_class

from config.local.migrating import ACCEPTED, accepted, verdict

FOUND = {"reports.0009_more: NOT_NULL", "reports.0009_more: DROP_COLUMN"}


def test_what_is_found_fails_until_it_is_accepted_with_a_reason() -> None:
    assert verdict(FOUND, {}) == [
        "reports.0009_more: DROP_COLUMN: not safe while the service runs, and not accepted",
        "reports.0009_more: NOT_NULL: not safe while the service runs, and not accepted",
    ]
    assert verdict(FOUND, dict.fromkeys(FOUND, "before the first release")) == []


def test_an_acceptance_of_what_is_not_there_fails() -> None:
    assert verdict([], {"reports.0009_more: NOT_NULL": "the same"}) == [
        "reports.0009_more: NOT_NULL: accepted, and not there"
    ]


def test_a_line_without_a_reason_accepts_nothing() -> None:
    assert accepted("# a word\n\na.0001_b: X - why\na.0001_b: Y\na.0001_b: Z - ") == {"a.0001_b: X": "why"}


def test_every_accepted_line_of_ours_has_a_reason() -> None:
    lines = [line for line in ACCEPTED.read_text().splitlines() if line and not line.startswith("#")]
    assert len(accepted(ACCEPTED.read_text())) == len(lines)


def test_a_column_that_running_code_cannot_fill_is_found() -> None:
    unsafe = ["ALTER TABLE reports_report ADD COLUMN colour text NOT NULL;", "DROP TABLE reports_report;"]
    errors, _, _ = analyse_sql_statements(get_sql_analyser_class("postgresql"), unsafe)
    assert {issue.code for issue in errors} == {"NOT_NULL", "DROP_TABLE"}


def test_the_list_stands_beside_the_linter() -> None:
    assert Path("config/local/accepted.txt") == ACCEPTED.relative_to(Path.cwd())
