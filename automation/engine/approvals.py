"""Requests of people: each is granted or refused, with the reason.

Pure; a request may have been made at any time in any state.
"""

from __future__ import annotations

from datetime import datetime

from automation.engine.due import Situation, is_expired, slot_for
from automation.engine.events import Answered, Event, Requested, TaskFinished, TaskStatus
from automation.engine.state import SlotState, State, evidence, evolve
from automation.plan.model import Approval, Plan, Task

_LEGAL: dict[str, frozenset[TaskStatus]] = {
    "retry": frozenset({"failed", "blocked", "unknown", "deferred", "running", "skipped"}),
    "run": frozenset({"failed", "blocked", "unknown", "deferred", "running", "pending", "skipped"}),
    "skip": frozenset(
        {"pending", "failed", "blocked", "deferred", "unknown", "awaiting-approval", "running", "mocked"}
    ),
    "reset": frozenset(
        {"done", "mocked", "failed", "skipped", "blocked", "deferred", "unknown", "awaiting-approval", "running"}
    ),
    "approve": frozenset({"awaiting-approval"}),
    "reject": frozenset({"awaiting-approval"}),
}

_INSTEAD = {
    "retry": "`ztr reset` makes a finished task due again",
    "run": "`ztr reset` makes a finished task due again",
    "skip": "there is nothing left to skip",
    "reset": "nothing has happened to it yet",
    "approve": "nobody asks for an approval of it now",
    "reject": "nobody asks for an approval of it now",
}


def answer(plan: Plan, state: State, situation: Situation) -> tuple[Event, ...]:
    """The events that answer every open request, oldest first."""
    found: list[Event] = []
    for request in sorted(state.requests.values(), key=lambda request: (request.at, request.id)):
        events = _answer(plan, state, request, situation)
        for event in events:
            state = evolve(state, event)
        found.extend(events)
    return tuple(found)


def _answer(plan: Plan, state: State, request: Requested, situation: Situation) -> tuple[Event, ...]:
    at = situation.now.isoformat(timespec="milliseconds")
    if request.kind in ("pause", "resume"):
        wanted = request.kind == "pause"
        why = "" if state.paused != wanted else f"the plan is {'already' if wanted else 'not'} paused"
        return (_answered(request, at, "", why),)
    if not request.task:
        return (_answered(request, at, "", "" if request.kind == "run" else "it names no task"),)
    task = plan.tasks.get(request.task)
    if task is None:
        return (_answered(request, at, request.slot, f"the plan has no task {request.task}"),)
    slot = request.slot or slot_for(task, plan, state, situation) or ""
    found = state.slot(task.id, slot) or SlotState()
    why = _refusal(request, task, found, state) if slot else f"no time of {task.id} has come yet"
    answered = _answered(request, at, slot, why)
    if why or request.kind != "approve":
        return (answered,)
    return (answered, *_approved(task, slot, found, request, situation.now))


def _answered(request: Requested, at: str, slot: str, refusal: str) -> Answered:
    reason = refusal or request.reason or f"{request.kind} by {request.by or 'hand'}"
    return Answered(at, request.id, request.kind, request.task, slot, not refusal, reason, request.by)


def _refusal(request: Requested, task: Task, slot: SlotState, state: State) -> str:
    if request.kind == "acknowledge":
        return ""
    if request.definition and request.definition != task.definition:
        return f"the definition of {task.id} has changed since: look at it again"
    if slot.status == "pending" and request.kind == "retry":
        return f"{task.id} has not run yet: it runs when it is due"
    if slot.status not in _LEGAL[request.kind]:
        return f"{task.id} is {slot.status.replace('-', ' ')}: {_INSTEAD[request.kind]}"
    if request.kind == "approve":
        return _approval_refusal(request, task, slot, state)
    return ""


def _approval_refusal(request: Requested, task: Task, slot: SlotState, state: State) -> str:
    wanted = task.approval or Approval()
    if request.evidence and request.evidence != evidence(slot):
        return f"what {task.id} made has changed since: look at it again"
    if is_expired(wanted, slot.since, datetime.fromisoformat(request.at)):
        return f"the approval of {task.id} expired: nobody answered since {slot.since}; `ztr reset` runs it again"
    by = request.by.casefold()
    if by and by in (name.casefold() for name in slot.approvals):
        return f"{request.by} has approved {task.id} already"
    initiator = next((run.by for run in reversed(state.runs) if run.run == slot.run), "")
    if wanted.exclude_initiator and by == initiator.casefold():
        who = request.by or "whoever approves"
        return f"{who} started the run, and {task.id} excludes the initiator: somebody else has to approve"
    if not by and (wanted.exclude_initiator or wanted.approvers > 1):
        return f"{task.id} has to know who approves it: say so with --by"
    return ""


def _approved(task: Task, slot: str, found: SlotState, request: Requested, now: datetime) -> tuple[Event, ...]:
    wanted = task.approval.approvers if task.approval else 1
    if len(found.approvals) + 1 < wanted:
        return ()
    by = ", ".join((*found.approvals, request.by or "hand"))
    at = now.isoformat(timespec="milliseconds")
    return (TaskFinished(at, task.id, slot, "done", f"approved by {by}", found.seconds),)
