"""The run so far, as the tasks of a plan may read it: every slot's outcome, counted twice, from the state and from
the journals.
"""

from __future__ import annotations

from collections.abc import Iterable

from automation.engine.events import Answered, Event, TaskFinished, TaskStarted
from automation.engine.state import SlotState, State, counts
from automation.plan.model import Json, Plan

_ANSWERED = {"skip": "skipped", "reject": "failed", "retry": "pending", "run": "pending", "reset": "pending"}
"""Where a granted request puts its task without running it."""


def history(plan: Plan, state: State, events: Iterable[Event]) -> dict[str, Json]:
    """The history as JSON. `counts` comes from the state, `journal` from the events alone: the two have to agree.

    `waits` are the slots that ever waited for a person, those that failed as often as the plan allows included.
    """
    run = state.runs[-1] if state.runs else None
    return {
        "plan": plan.id,
        "run": run.run if run else "",
        "mode": run.mode if run else "",
        "tasks": [
            _task(plan, task, name, slot)
            for task in plan.tasks
            for name, slot in (state.slots.get(task) or {}).items()
            if slot.status != "running"
        ],
        "counts": {status: number for status, number in sorted(counts(state).items()) if status != "running"},
        "journal": _journal(events),
        "waits": [
            {"task": task, "slot": name, "asked-for": plan.tasks[task].approval is not None}
            for task in plan.tasks
            for name, slot in (state.slots.get(task) or {}).items()
            if slot.waited or (slot.status == "failed" and slot.runs >= plan.limits.runs_per_task)
        ],
    }


def _task(plan: Plan, task_id: str, name: str, slot: SlotState) -> dict[str, Json]:
    task = plan.tasks[task_id]
    return {
        "id": task_id,
        "slot": name,
        "status": slot.status,
        "reason": slot.reason,
        "component": task.component,
        "day": task.day,
        "criticality": task.criticality,
        "seconds": slot.seconds,
        "attempts": slot.runs,
        "gates": [
            {
                "name": verdict.gate,
                "kind": verdict.kind,
                "verdict": verdict.status,
                "measured": verdict.measured,
                "bound": verdict.bound,
            }
            for verdict in slot.verdicts
        ],
        "outputs": {step: dict(state.outputs) for step, state in slot.steps.items()},
    }


def _journal(events: Iterable[Event]) -> dict[str, Json]:
    last: dict[tuple[str, str], str] = {}
    number = 0
    for event in events:
        number += 1
        if isinstance(event, TaskFinished):
            last[event.task, event.slot] = event.status
        elif isinstance(event, TaskStarted):
            last.pop((event.task, event.slot), None)
        elif isinstance(event, Answered) and event.granted and event.kind in _ANSWERED:
            last[event.task, event.slot] = _ANSWERED[event.kind]
    finished: dict[str, Json] = {}
    for status in sorted(last.values()):
        finished[status] = int(str(finished.get(status, 0))) + 1
    return {"events": number, "finished": finished}
