"""Whether a value meets its bound."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.engine.events import Verdict
from automation.engine.verdicts import judge, not_judged, unmeasurable
from automation.plan.model import Bound, Json

PASSES: list[tuple[Json, Bound]] = [
    (0.91, Bound("above", 0.9)),
    (0.9, Bound("at-least", 0.9)),
    (1, Bound("at-least", 1.0)),
    (0.89, Bound("below", 0.9)),
    (0.9, Bound("at-most", 0.9)),
    (1, Bound("equals", 1.0)),
    ("abc", Bound("equals", "abc")),
    (True, Bound("equals", True)),
    (None, Bound("equals", None)),
    ([1, {"a": 2}], Bound("equals", (1, {"a": 2.0}))),
    (5, Bound("between", 5, 7)),
    (7, Bound("between", 5, 7)),
    (10**400, Bound("above", 1)),
]

FAILS: list[tuple[Json, Bound, str]] = [
    (0.9, Bound("above", 0.9), "0.9 is not > 0.9"),
    (0.89, Bound("at-least", 0.9), "0.89 is not ≥ 0.9"),
    (0.9, Bound("below", 0.9), "0.9 is not < 0.9"),
    (0.91, Bound("at-most", 0.9), "0.91 is not ≤ 0.9"),
    (2, Bound("equals", 1), "2 is not 1"),
    (True, Bound("equals", 1), "True is not 1 (they are of different types)"),
    ("1", Bound("equals", 1), "'1' is not 1 (they are of different types)"),
    ("a", Bound("equals", "b"), "'a' is not 'b'"),
    (4, Bound("between", 5, 7), "4 is not 5 … 7"),
    (8, Bound("between", 5, 7), "8 is not 5 … 7"),
    (math.nan, Bound("at-least", 0), "nan is not a number"),
    (math.nan, Bound("equals", math.nan), "nan is not nan"),
    (math.inf, Bound("above", 0), "inf is not a number"),
    (True, Bound("above", 0), "True is not a number"),
    (None, Bound("above", 0), "None is not a number"),
    ("2", Bound("above", 0), "'2' is not a number"),
    (6, Bound("between", 7, 5), "the bound 7 … 5 cannot be met by any number"),
    (6, Bound("between", 5), "the bound 5 … None cannot be met by any number"),
    (6, Bound("above", math.nan), "the bound > nan cannot be met by any number"),
    (6, Bound("above", "5"), "the bound > 5 cannot be met by any number"),
    ("x" * 200, Bound("above", 0), "'" + "x" * 79 + "… is not a number"),
]


@pytest.mark.parametrize(("value", "bound"), PASSES, ids=str)
def test_a_value_within_its_bound_passes(value: Json, bound: Bound) -> None:
    assert judge("g", "metric", value=value, bound=bound, source="s", note="n") == Verdict(
        "g", "metric", "passed", value, str(bound), "s", ""
    )


@pytest.mark.parametrize(("value", "bound", "reason"), FAILS, ids=str)
def test_a_value_outside_its_bound_or_not_comparable_fails_with_the_reason(
    value: Json, bound: Bound, reason: str
) -> None:
    got = judge("g", "metric", value=value, bound=bound)
    assert (got.status, got.reason) == ("failed", reason)


def test_a_note_explains_a_miss() -> None:
    got = judge("g", "json", value=2, bound=Bound("equals", 0), note="$.a: too long")
    assert got.reason == "2 is not 0; $.a: too long"


def test_what_cannot_be_evaluated_fails() -> None:
    assert unmeasurable("g", "file", reason="a.txt is not there", source="a.txt") == Verdict(
        "g", "file", "failed", None, "", "a.txt", "cannot be evaluated: a.txt is not there"
    )


def test_what_reads_a_mocked_output_is_not_judged() -> None:
    assert not_judged("g", "metric", reason="reads embed, which is mocked").status == "not-judged"


@given(
    st.floats(allow_nan=True, allow_infinity=True) | st.integers() | st.none() | st.text(), st.floats(allow_nan=True)
)
def test_no_value_is_both_above_and_at_most_a_bound(value: Json, bound: float) -> None:
    statuses = [judge("g", "metric", value=value, bound=Bound(kind, bound)).status for kind in ("above", "at-most")]
    assert statuses.count("passed") <= 1
