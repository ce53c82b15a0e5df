"""What a run has spent with services that charge (pure).

Counted is the output `cost-usd` of a step, and its `tokens` where it tells how many of them were its input.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from automation.plan.model import Json
from monitoring.model import Spent, TaskReport

_COST, _TOKENS, _INPUT = "cost-usd", "tokens", "input-tokens"


def spent(tasks: Iterable[TaskReport], run: str | None, budget: float | None) -> Spent:
    """The sum over all real steps of the run; what a former run paid for and this one adopted is not in it."""
    slots = ((task.id, slot) for task in tasks for slot in task.slots if slot.run == run)
    steps = [
        (f"{task}.{step.id}", step.outputs)
        for task, step in chain.from_iterable(((task, step) for step in slot.steps) for task, slot in slots)
        if step.status == "done" and not step.adopted and (_COST in step.outputs or _INPUT in step.outputs)
    ]
    return Spent(
        usd=round(sum(_number(outputs.get(_COST)) for _, outputs in steps), 6),
        tokens=int(sum(_number(outputs.get(_TOKENS)) for _, outputs in steps)),
        budget=budget,
        unpriced=tuple(name for name, outputs in steps if _COST not in outputs),
    )


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
