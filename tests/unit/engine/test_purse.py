"""The budget of a run, and what a run that goes on has left of it."""

from __future__ import annotations

import math

import pytest

from automation.engine.events import Event, Mode, RunFinished, RunStarted, StepFinished
from automation.engine.purse import Budget, spent_before

MODE: Mode = "provision"
AT = "2026-03-04T09:00:00+00:00"


def started(run: str) -> RunStarted:
    return RunStarted(AT, run, "digest", MODE, MODE, 1)


def paid(dollars: float, *, adopted: bool = False) -> StepFinished:
    return StepFinished(AT, "t", "once", "s", "done", outputs={"cost-usd": dollars}, adopted=adopted)


DONE, CUT = RunFinished(AT, "r", "completed"), RunFinished(AT, "r", "interrupted")


@pytest.mark.parametrize(
    ("events", "run", "expected"),
    [
        ([], "", 0.0),
        ([started("a"), paid(1), DONE], "", 0.0),
        ([started("a"), paid(1)], "", 1.0),
        ([started("a"), paid(1), CUT], "", 1.0),
        ([started("a"), paid(1), started("b"), paid(2)], "", 3.0),
        ([started("a"), paid(1), started("b"), paid(2), DONE], "", 0.0),
        ([started("a"), paid(1), DONE, started("b"), paid(2)], "", 2.0),
        ([started("a"), paid(1, adopted=True), StepFinished(AT, "t", "once", "s", "done")], "", 0.0),
        ([started("77-1"), paid(1), DONE], "77", 1.0),
        ([started("77-1"), paid(1), started("78-1"), paid(2), DONE], "77", 1.0),
        ([started("76-1"), paid(1), started("77-1"), paid(2)], "77", 3.0),
        ([started("7-1"), paid(1), DONE], "77", 0.0),
    ],
)
def test_a_run_that_goes_on_has_spent_what_those_before_it_spent(
    events: list[Event], run: str, expected: float
) -> None:
    assert spent_before(events, run) == expected


def test_what_was_spent_before_is_not_there_any_more() -> None:
    purse = Budget(1.0, 0.75)
    assert purse.reserve(0.5) == "it may cost $0.5000, and of the run's budget of $1 $0.7500 is spent"
    assert purse.reserve(0.25) == ""


def test_what_is_no_number_never_passes_and_nothing_is_given_back() -> None:
    purse = Budget(1.0)
    assert purse.reserve(math.nan) != ""
    purse.settle(0.0, -5.0)
    assert purse.reserve(1.5) != ""
