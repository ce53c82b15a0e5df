"""The shape check reports long modules, long functions and silenced tools, and nothing else."""

import pytest

from scripts.check_shape import FUNCTION_LINES, MODULE_LINES, shape_problems


def problems(source: str) -> list[str]:
    return list(shape_problems(source.encode(), "room/file.py"))


def function(lines: int) -> str:
    return "def work() -> None:\n" + "    pass\n" * (lines - 1)


def test_a_module_and_a_function_may_be_as_long_as_the_limit() -> None:
    assert problems("x = 1\n" * MODULE_LINES) == []
    assert problems(function(FUNCTION_LINES)) == []


def test_one_line_more_is_reported_with_its_place() -> None:
    assert problems("x = 1\n" * (MODULE_LINES + 1)) == [
        "room/file.py:1: 401 lines, at most 400: split it by what changes together"
    ]
    assert problems("\n" + function(FUNCTION_LINES + 1)) == ["room/file.py:2: work has 61 lines, at most 60"]


def test_generated_modules_are_left_alone() -> None:
    assert problems('"""Checks, written by scripts/generate.py."""\n' + "x = 1\n" * 1000) == []


def test_a_file_that_is_not_python_is_reported_and_not_a_crash() -> None:
    (found,) = problems("x = 1\ndef (\n")
    assert found.startswith("room/file.py:2: not Python 3.")


SILENT = "# no" + "qa"  # split, so that this file is not itself reported
IGNORE = "# type: " + "ignore"


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (f"{SILENT}: S602  the plan asks for a shell", None),
        (f"{SILENT}: S602, S603 - the plan asks for a shell", None),
        (f"{IGNORE}[attr-defined]  # untyped library", None),
        ("# an ordinary remark", None),
        (SILENT, "name the rule"),
        (f"{IGNORE}  # untyped library", "name the rule"),
        (f"{SILENT}: S602", "say why"),
        (f"{IGNORE}[attr-defined]", "say why"),
        ("# pragma: " + "no cover", "say why"),
        ("# pragma: " + "no cover: needs a terminal", None),
    ],
)
def test_a_silenced_tool_needs_a_rule_and_a_reason(comment: str, expected: str | None) -> None:
    found = problems(f"x = 1\ny = 2  {comment}\n")
    assert [f"room/file.py:2: {expected}" in line for line in found] == ([] if expected is None else [True])


def test_the_reason_may_stand_on_the_line_above() -> None:
    assert problems(f"# The plan asks for a shell.\nx = 1  {SILENT}: S602\n") == []
