"""The budget of a run is never passed, however many ask at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automation.engine.ports import Unlimited
from automation.engine.purse import Budget


def test_what_is_set_aside_counts_until_it_is_settled() -> None:
    purse = Budget(1.0)
    assert purse.reserve(0.6) == ""
    why = purse.reserve(0.6)
    assert why == "it may cost $0.6000, and of the run's budget of $1 $0.0000 is spent and $0.6000 set aside"
    purse.settle(0.6, 0.1)
    assert purse.reserve(0.9) == ""
    assert purse.reserve(0.01) != ""


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(0, 1))))
def test_the_sum_of_what_is_spent_stays_within(asked: list[tuple[float, float]]) -> None:
    purse, spent = Budget(1.0), 0.0
    for reserved, share in asked:
        if not purse.reserve(reserved):
            purse.settle(reserved, reserved * share)
            spent += reserved * share
    assert spent <= 1.0 + 1e-9


def test_without_a_budget_there_is_no_limit() -> None:
    purse = Unlimited()
    assert (purse.limited, purse.reserve(1e9)) == (False, "")
    purse.settle(1e9, 1e9)
