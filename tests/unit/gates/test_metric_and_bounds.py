"""Bounds as gates state them, and the `metric` gate."""

from __future__ import annotations

import math

import pytest

from automation.gates.base import Measured, Unmeasurable
from automation.gates.bounds import read_bound
from automation.gates.metric import measure
from automation.plan.model import Bound, Json
from tests.fakes import a_look


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"above": 1}, Bound("above", 1)),
        ({"at-least": 0.5}, Bound("at-least", 0.5)),
        ({"below": -1}, Bound("below", -1)),
        ({"at-most": 0}, Bound("at-most", 0)),
        ({"equals": "ready"}, Bound("equals", "ready")),
        ({"equals": True}, Bound("equals", True)),
        ({"between": [1, 2]}, Bound("between", 1, 2.0)),
        ({"between": (1.5, 2.5)}, Bound("between", 1.5, 2.5)),
    ],
)
def test_each_bound_is_read(inputs: dict[str, Json], expected: Bound) -> None:
    assert read_bound({"metric": 0, **inputs}) == expected


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({}, "give exactly one of above"),
        ({"above": 1, "below": 2}, "there are above, below"),
        ({"above": "1"}, "above: '1' is not a number"),
        ({"above": True}, "above: True is not a number"),
        ({"above": math.nan}, "above: nan is not a number"),
        ({"equals": None}, "equals: None is not a number"),
        ({"between": [1]}, "not a list of two"),
        ({"between": "12"}, "not a list of two"),
        ({"between": [1, "2"]}, "not two numbers"),
    ],
)
def test_what_is_no_bound_is_told(inputs: dict[str, Json], why: str) -> None:
    got = read_bound(inputs)
    assert isinstance(got, str)
    assert why in got


@pytest.mark.parametrize("value", [0.93, 1, 0, -5, 10**400])
def test_a_number_is_measured_with_its_expression_as_source(value: Json) -> None:
    look = a_look({"metric": value, "source": "steps.a.outputs.b", "above": 0.9})
    assert measure(look) == Measured(value, Bound("above", 0.9), "steps.a.outputs.b")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "there is no such value: the step did not run or has no such output"),
        (math.nan, "nan is not a number"),
        (math.inf, "inf is not a number"),
        (True, "True is not a number"),
        ("0.93", "'0.93' is not a number"),
        ([0.93], "[0.93] is not a number"),
        ("x" * 99, f"'{'x' * 59}… is not a number"),
    ],
)
def test_what_is_no_number_cannot_be_measured(value: Json, why: str) -> None:
    assert measure(a_look({"metric": value, "source": "s", "above": 0})) == Unmeasurable(why, "s")


@pytest.mark.parametrize("value", ["ready", False])
def test_texts_and_truth_values_can_be_compared_with_equals(value: Json) -> None:
    assert measure(a_look({"metric": value, "source": "s", "equals": "ready"})) == Measured(
        value, Bound("equals", "ready"), "s"
    )


def test_a_bound_that_is_none_cannot_be_met() -> None:
    assert measure(a_look({"metric": 1, "source": "s", "above": "x"})) == Unmeasurable(
        "above: 'x' is not a number", "s"
    )
