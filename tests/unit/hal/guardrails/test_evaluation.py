from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automation.hal.guardrails.dataset import Case
from automation.hal.guardrails.evaluation import evaluate, misses, percentile, rate, timed, wilson


def _case(number: int, violation: bool, category: str = "c") -> Case:
    return Case(str(number), f"text {number}", violation, category, f"family {number % 3}", "")


def test_wilson_matches_a_published_example() -> None:
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_interval_holds_the_share(count: int, extra: int) -> None:
    low, high = wilson(count, count + extra)
    assert 0 <= low <= count / (count + extra) <= high <= 1


def test_rates_and_categories() -> None:
    cases = [_case(0, True), _case(1, True), _case(2, False, "d"), _case(3, False, "d")]
    found = evaluate(cases, [True, False, False, True])
    assert (found["detection"]["value"], found["detection"]["n"]) == (0.5, 2)
    assert (found["false_positives"]["count"], found["false_positives"]["n"]) == (1, 2)
    assert found["per_category"] == {"c": {"cases": 2, "flagged": 1}, "d": {"cases": 2, "flagged": 1}}


def test_misses_are_listed_by_category_up_to_a_limit() -> None:
    cases = [_case(number, True) for number in range(5)] + [_case(9, False, "d")]
    found = misses(cases, [False] * 5 + [True], limit=2)
    assert {name: [row["id"] for row in rows] for name, rows in found.items()} == {"c": ["0", "1"], "d": ["9"]}


def test_a_rate_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        rate([])


def test_families_that_differ_widen_the_interval() -> None:
    found = rate([("a", True)] * 50 + [("b", False)] * 50)
    assert found["family_high"] - found["family_low"] > found["high"] - found["low"]


def test_time_is_measured_by_the_given_clock() -> None:
    ticks = iter([1.0, 1.25])
    assert timed(lambda: None, lambda: next(ticks)) == 250.0
    assert percentile([1, 2, 3], 0.5) == 2.0
