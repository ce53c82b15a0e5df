"""What a message about a name suggests, and how it shows values and places."""

from __future__ import annotations

import pytest

from automation.plan.problems import did_you_mean, path_text, shown


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("stpes", ["steps", "gates"], "Did you mean 'steps'?"),
        ("zzz", ["steps", "gates"], "There are: steps, gates."),
        ("zzz", [], "There are none."),
        ("zzz", map("n{}".format, range(12)), "There are: n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, …."),
    ],
)
def test_a_name_like_it_is_suggested_else_the_names_that_there_are(name: str, known: list[str], said: str) -> None:
    assert did_you_mean(name, known) == said


def test_another_remedy_is_given_where_no_name_is_like_it() -> None:
    assert did_you_mean("zzz", ["steps"], lambda names: f"not one of {len(names)}") == "not one of 1"
    assert did_you_mean("step", ["steps"], lambda names: "never") == "Did you mean 'steps'?"


def test_a_path_is_written_as_it_is_read_in_expressions() -> None:
    assert path_text(("steps", 2, "with", "top-k")) == "steps[2].with.top-k"
    assert path_text(()) == ""


def test_a_long_value_is_shown_in_short() -> None:
    assert shown("x" * 100) == "'" + "x" * 56 + "…'"
    assert shown({"a": 1}) == "{'a': 1}"
