"""Functions are short: half of them have eight lines at most, nineteen of twenty have thirty at most."""

import ast
import statistics

from tests.architecture.source import Source, sources

LONGEST = 45  # lines; a table of fields may be that long, a thought may not


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from its name to its end, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return lines - ((first.end_lineno or first.lineno) - first.lineno + 1) if told else lines


def measured(source: Source) -> list[tuple[int, str]]:
    """Each function's length and place."""
    return [
        (length(node), f"{source.path}:{node.lineno} {node.name}")
        for node in source.nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def of_the_product() -> list[tuple[int, str]]:
    return sorted(each for source in sources() if source.product and not source.migration for each in measured(source))


def test_half_of_the_functions_have_eight_lines_at_most() -> None:
    lengths = [lines for lines, _ in of_the_product()]
    assert len(lengths) > 500
    assert statistics.median(lengths) <= 8


def test_nineteen_of_twenty_functions_have_thirty_lines_at_most() -> None:
    functions = of_the_product()
    assert functions[int(len(functions) * 0.95)][0] <= 30


def test_no_function_is_long() -> None:
    assert [place for lines, place in of_the_product() if lines > LONGEST] == []


def test_a_function_is_measured_without_its_docstring() -> None:
    text = 'def short():\n    """One.\n\n    Two.\n    """\n    return 1\n\n\nasync def longer():\n    a = 1\n    return a\n'
    assert measured(Source("apps/x.py", text)) == [(2, "apps/x.py:1 short"), (3, "apps/x.py:9 longer")]
