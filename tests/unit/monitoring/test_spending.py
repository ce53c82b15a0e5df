"""What a run has cost: only what it asked itself, and nothing is made up where a price is not known."""

from __future__ import annotations

from typing import cast

from automation.plan.model import Json
from monitoring.model import Spent, StepReport, TaskReport
from monitoring.render.markdown import spending
from monitoring.spending import spent


def step(name: str, outputs: dict[str, Json], *, status: str = "done", adopted: bool = False) -> StepReport:
    return StepReport(name, name, "openai", status, 1, 0.0, outputs, (), (), "", None, "", adopted)


class Slot:
    def __init__(self, run: str, *steps: StepReport) -> None:
        self.run, self.steps = run, steps


class Task:
    def __init__(self, name: str, *slots: Slot) -> None:
        self.id, self.slots = name, slots


def tasks(*found: Task) -> list[TaskReport]:
    return cast("list[TaskReport]", list(found))


PAID: dict[str, Json] = {"cost-usd": 0.25, "tokens": 100, "input-tokens": 90}


def test_the_steps_of_the_run_are_added_up_and_no_others() -> None:
    found = tasks(
        Task("a", Slot("before", step("x", PAID)), Slot("now", step("x", PAID), step("y", {"tokens": 5}))),
        Task("b", Slot("now", step("z", PAID, status="mocked"), step("w", PAID, adopted=True))),
        Task("c", Slot("now", step("v", {"tokens": 7, "input-tokens": 7}), step("u", {"cost-usd": True}))),
    )
    assert spent(found, "now", 2.0) == Spent(0.25, 107, 2.0, ("c.v",))
    assert spent(found, None, None) == Spent()


def test_it_is_told_in_one_line() -> None:
    assert spending(Spent(0.25, 1, None)) == "Spent in this run: $0.2500, 1 token."
    assert spending(Spent(0.25, 1200, 2.0, ("c.v",))) == (
        "Spent in this run: $0.2500 of $2.00, 1,200 tokens, 1 step of unknown price aside."
    )
