"""How a task stands, in words: why it is where it is, and what to do next. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from automation.engine.state import SlotState, evidence
from automation.plan.model import Approval, Plan, Task
from monitoring.model import Question, SlotReport, Status
from monitoring.progress import FINISHED, Moment


class View(NamedTuple):
    """What a task is looked at with. `statuses` has every task's; `present` are the secrets that are there."""

    plan: Plan
    today: Moment
    statuses: Mapping[str, Status]
    present: frozenset[str]
    paused: bool
    dates: Mapping[int, str]


def status_of(slot: SlotState | None, going: bool) -> Status:
    """The status to report: what still runs while no run is going on was interrupted."""
    if slot is None:
        return "pending"
    return "interrupted" if slot.status == "running" and not going else slot.status


def latest_slot(slots: Mapping[str, SlotState]) -> str:
    """The slot in which something happened last."""
    if len(slots) == 1:
        return next(iter(slots))
    return max(slots, key=lambda name: slots[name].since)


def reason_of(task: Task, slot: SlotReport | None, view: View) -> str:
    """Why the task stands where it does; empty for a plain `done`."""
    if slot is None or (slot.status == "pending" and not slot.reason):
        return _why_pending(task, view)
    if slot.reason:
        return slot.reason
    if slot.status == "mocked":
        return _why_mocked(slot)
    if slot.status == "failed":
        return failure_of(slot)
    if slot.status == "interrupted":
        return f"the run ended while it was running (since {slot.since})"
    return ""


def failure_of(slot: SlotReport) -> str:
    """The first failed step's error or missed gate of a slot, in words."""
    for step in slot.steps:
        if step.status == "failed":
            return f"step {step.id}: {step.error or 'failed'}"
    for gate in slot.gates:
        if gate.status == "failed":
            return f"gate {gate.gate}: {gate.reason or f'measured {gate.measured}, needs {gate.bound}'}"
    return ""


def next_step_of(task: Task, slot: SlotReport | None, view: View) -> str:
    """What to do next, with the exact command; empty where nothing is left to do."""
    status = slot.status if slot else "pending"
    return _NEXT[status](task, slot, view) if status in _NEXT else ""


def question_of(task: Task, slot: SlotState | None) -> Question | None:
    """The approval that the task waits for."""
    if slot is None or slot.status != "awaiting-approval":
        return None
    approval = task.approval or Approval()
    expires = None
    if approval.expires is not None:
        expires = (datetime.fromisoformat(slot.since) + timedelta(seconds=approval.expires)).isoformat(
            timespec="seconds"
        )
    return Question(approval.approvers, slot.approvals, approval.exclude_initiator, expires, evidence(slot))


def _why_pending(task: Task, view: View) -> str:
    if task.schedule is not None:
        return f"runs by its schedule: {task.schedule.cron}"
    if task.events:
        return f"waits for an event: {', '.join(task.events)}"
    if task.day is not None and task.day > view.today.day:
        return f"due on day {task.day} ({view.dates[task.day]})"
    open_needs = [need for need in task.needs if view.statuses[need] not in FINISHED]
    if open_needs:
        return f"waits for {', '.join(_need(need, view) for need in open_needs)}"
    return "the plan is paused" if view.paused else "due"


def _need(need: str, view: View) -> str:
    status = view.statuses[need]
    day = view.plan.tasks[need].day
    if status == "pending" and day is not None:
        return f"{need} (day {day}, {view.dates[day]})"
    return f"{need} ({status.replace('-', ' ')})"


def _why_mocked(slot: SlotReport) -> str:
    steps = [step.id for step in slot.steps if step.status == "mocked"]
    missing = sorted({name for step in slot.steps for name in step.missing})
    recorded = f"{', '.join(steps)} recorded what it would have sent" if steps else "nothing was sent"
    return f"{recorded}: {', '.join(missing)} missing" if missing else recorded


def _pending(task: Task, _slot: SlotReport | None, view: View) -> str:
    if view.paused:
        return "`ztr pause --off` goes on with the plan"
    if task.schedule is not None or task.events:
        return ""
    return "" if task.day is not None and task.day > view.today.day else "`ztr run`"


def _failed(task: Task, slot: SlotReport | None, view: View) -> str:
    runs = slot.runs if slot else 0
    if slot is not None and (slot.changed or 0 < runs < view.plan.limits.runs_per_task):
        return f"mend it, then `ztr run` (it ran {runs} of at most {view.plan.limits.runs_per_task} times)"
    return f"mend it, then `ztr retry {task.id}`, or `ztr skip {task.id}` to go on without it"


def _mocked(_task: Task, slot: SlotReport | None, view: View) -> str:
    sets = [sorted(set(names) - view.present) for names in slot.unlock] if slot else []
    if not all(sets):
        return "`ztr run --mode auto` makes it real"
    choices = " or ".join(" + ".join(names) for names in sets)
    return f"add {choices}, then `ztr run`" if choices else "`ztr secrets` shows what it needs to be real"


def _awaiting(task: Task, _slot: SlotReport | None, _view: View) -> str:
    return f"`ztr approve {task.id}` or `ztr reject {task.id}`"


def _unknown(task: Task, _slot: SlotReport | None, _view: View) -> str:
    return f"look at the service whether it happened: `ztr skip {task.id}` if so, `ztr retry {task.id}` if not"


def _interrupted(_task: Task, _slot: SlotReport | None, _view: View) -> str:
    return "`ztr run` goes on where it stopped"


def _blocked(task: Task, _slot: SlotReport | None, view: View) -> str:
    open_needs = [need for need in task.needs if view.statuses[need] not in FINISHED]
    return f"goes on by itself once {', '.join(open_needs)} is finished" if open_needs else "`ztr run`"


def _deferred(_task: Task, slot: SlotReport | None, _view: View) -> str:
    return f"runs by itself after {slot.not_before}" if slot and slot.not_before else "`ztr run`"


def _done(task: Task, slot: SlotReport | None, _view: View) -> str:
    return f"`ztr reset {task.id}` runs its new definition" if slot and slot.changed else ""


_NEXT: Mapping[Status, Callable[[Task, SlotReport | None, View], str]] = {
    "pending": _pending,
    "failed": _failed,
    "mocked": _mocked,
    "awaiting-approval": _awaiting,
    "unknown": _unknown,
    "interrupted": _interrupted,
    "blocked": _blocked,
    "deferred": _deferred,
    "done": _done,
}
