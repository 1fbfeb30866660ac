from bench.goals import Line, table


def test_a_goal_is_missed_only_beyond_its_limit() -> None:
    assert not Line("submit", 2.3, 2.3).missed
    assert Line("submit", 2.31, 2.3).missed


def test_a_line_without_a_goal_cannot_be_missed() -> None:
    assert not Line("to be read", 99).missed


def test_the_table_says_what_was_measured_beside_its_goal() -> None:
    lines = [Line("statements", 11, 20), Line("CPU", 2.5, 2.3, "7 ms against 3 ms"), Line("beside", 1.0)]
    assert [row.split() for row in table(lines).splitlines()] == [
        ["measured", "is", "goal"],
        ["statements", "11", "≤", "20", "PASS"],
        ["CPU", "2.50", "≤", "2.30", "MISS", "7", "ms", "against", "3", "ms"],
        ["beside", "1"],
    ]
