"""What expressions may read: the values of `steps`, `needs`, `vars`, `plan`, `run` and `event`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from automation.engine.events import Mode
from automation.engine.state import SlotState, StepState
from automation.plan.expressions import expression_references
from automation.plan.model import Gate, Json, Plan, Step, Task, all_steps

Steps = Mapping[str, StepState]


def plan_facts(plan: Plan) -> dict[str, Json]:
    """What `plan.*` reads."""
    return {
        "id": plan.id,
        "title": plan.title,
        "start": plan.calendar.start.isoformat(),
        "target": plan.target.isoformat() if plan.target else None,
        "days": plan.days,
    }


def run_facts(run: str, mode: Mode, day: int, now: str) -> dict[str, Json]:
    """What `run.*` reads. `now` is ISO 8601 in the plan's zone."""
    return {"id": run, "mode": mode, "day": day, "date": now[:10], "now": now}


def task_scope(
    facts: Mapping[str, Json], steps: Steps, needs: Mapping[str, SlotState | None], *, failed: bool, slot: str
) -> dict[str, Json]:
    """The scope of one task: `facts` of the run, its own steps so far, and the tasks that it needs."""
    return {
        **facts,
        "slot": slot,
        "steps": _steps(steps),
        "needs": {
            name: {"status": found.status if found else None, "steps": _steps(found.steps if found else {})}
            for name, found in needs.items()
        },
        "status": "failure" if failed else "success",
    }


def mocked_steps(steps: Steps, needs: Mapping[str, SlotState | None]) -> dict[tuple[str, str], frozenset[str]]:
    """The steps whose outputs are mocked: (task or empty, step) → the secrets that would make them real."""
    found = {("", step): frozenset(state.missing) for step, state in steps.items() if state.status == "mocked"}
    for task, slot in needs.items():
        if slot and slot.status == "mocked" and not slot.steps:
            found[task, ""] = frozenset(name for missing in slot.unlock for name in missing)
        for step, state in slot.steps.items() if slot else ():
            if state.status == "mocked":
                found[task, step] = frozenset(state.missing)
    return found


def tasks_read(task: Task) -> Iterable[str]:
    """The other tasks whose outputs this one may read: those that it needs, and those that its expressions name."""
    parts: tuple[Step | Gate, ...] = (*all_steps(task), *task.gates)
    reads = [read.task for part in parts for read in part.reads if read.task]
    if task.condition:
        reads.extend(read.task for read in expression_references(task.condition) if read.task)
    return dict.fromkeys((*task.needs, *reads))


def has_expression(value: Json) -> bool:
    """Whether a `${{` stands anywhere in the value."""
    if not value:
        return False
    if isinstance(value, str):
        return "${{" in value
    if isinstance(value, Mapping):
        return any(has_expression(item) for item in value.values())
    return isinstance(value, list | tuple) and any(has_expression(item) for item in value)


def _steps(steps: Steps) -> dict[str, Json]:
    return {name: {"status": state.status, "outputs": state.outputs} for name, state in steps.items()}
