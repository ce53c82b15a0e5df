"""What to do next: pure, and incremental.

`begin` looks at every task once; each event then costs only its dependents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from rpds import HashTrieMap

from automation.engine.due import (
    Due,
    Expired,
    Rests,
    Situation,
    Standing,
    calendar_of,
    slot_for,
    slots_due,
    standing,
    today,
    when,
)
from automation.engine.events import TaskFinished, TaskStatus
from automation.engine.state import FINISHED, State
from automation.plan import graph
from automation.plan.model import Plan, Task

Key = tuple[str, str]
"""A task and its slot."""


class Start(NamedTuple):
    """Run this task's slot; `order` is its place in the plan, for whoever has to choose."""

    task: str
    slot: str
    why: str
    order: int


class Finish(NamedTuple):
    """Record that the slot came to rest without running."""

    task: str
    slot: str
    status: Literal["blocked", "failed"]
    reason: str


Command = Start | Finish


class Waiting(NamedTuple):
    """A slot that this run does not start, and why."""

    task: str
    slot: str
    why: str


class Entry(NamedTuple):
    """A slot on the agenda: why it is due, its place in the plan, which slots wait for it.

    `after_failure`: a need that failed does not block it; its own `if` decides.
    """

    why: str
    order: int
    dependents: tuple[Key, ...] = ()
    after_failure: bool = False


class Agenda(NamedTuple):
    """What this run has before it.

    `left` counts the unfinished needs of each slot that has any; dropped slots are not in it.
    """

    entries: Mapping[Key, Entry]
    left: HashTrieMap[Key, int]
    waits: tuple[Waiting, ...] = ()
    day: int = 0


def begin(plan: Plan, state: State, situation: Situation) -> tuple[Agenda, tuple[Command, ...]]:
    """The agenda of a run and what it starts with."""
    day = today(plan, state, situation)
    if state.paused:
        return Agenda({}, HashTrieMap(), (Waiting("", "", "the plan is paused: `ztr pause --off` goes on"),), day), ()
    due, waits, ends = _look(plan, state, situation, day)
    dependents: dict[Key, list[Key]] = {}
    left: dict[Key, int] = {}
    commands: list[Command] = list(ends)
    for order, (key, why) in enumerate(due.items()):
        match _needs(key, plan, state, situation, due):
            case Finish() as end:
                commands.append(end)
            case Waiting() as wait:
                waits.append(wait)
            case open_needs:
                left[key] = len(open_needs)
                for need in open_needs:
                    dependents.setdefault(need, []).append(key)
                if not open_needs:
                    commands.append(Start(*key, why, order))
    entries = {
        key: Entry(why, order, tuple(dependents.get(key, ())), plan.tasks[key[0]].after_failure)
        for order, (key, why) in enumerate(due.items())
    }
    counted: HashTrieMap[Key, int] = HashTrieMap([(key, count) for key, count in left.items() if count > 0])
    return Agenda(entries, counted, tuple(waits), day), tuple(commands)


def decide(agenda: Agenda, event: TaskFinished) -> tuple[Agenda, tuple[Command, ...]]:
    """What follows from a slot's having come to rest."""
    entry = agenda.entries.get((event.task, event.slot))
    if entry is None or not entry.dependents:
        return agenda, ()
    left = agenda.left
    commands: list[Command] = []
    for key in entry.dependents:
        count = left.get(key)
        if count is None:
            continue
        if event.status in FINISHED or (event.status in _BLOCKING and agenda.entries[key].after_failure):
            left = left.discard(key) if count == 1 else left.insert(key, count - 1)
            if count == 1:
                commands.append(Start(*key, agenda.entries[key].why, agenda.entries[key].order))
        elif event.status in _BLOCKING:
            left = left.discard(key)
            commands.append(Finish(*key, "blocked", _because(event.task, event.status)))
    return Agenda(agenda.entries, left, agenda.waits, agenda.day), tuple(commands)


def is_told(state: State, command: Finish) -> bool:
    """Whether the state says just this of the slot already, so that it need not be told again."""
    slot = state.slot(command.task, command.slot)
    return slot is not None and (slot.status, slot.reason) == (command.status, command.reason)


def anything_new(agenda: Agenda, commands: Sequence[Command], state: State) -> bool:
    """Whether the run has anything to start or to tell that the state does not say already."""
    todo = list(commands)
    while todo:
        command = todo.pop()
        if isinstance(command, Start) or not is_told(state, command):
            return True
        agenda, more = decide(agenda, TaskFinished("", command.task, command.slot, command.status, command.reason))
        todo.extend(more)
    return False


_BLOCKING: frozenset[TaskStatus] = frozenset({"failed", "blocked", "unknown"})


def _look(
    plan: Plan, state: State, situation: Situation, day: int
) -> tuple[dict[Key, str], list[Waiting], list[Finish]]:
    """All due slots in the plan's order, with the waiting ones and those that end without running."""
    due: dict[Key, str] = {}
    waits: list[Waiting] = []
    ends: list[Finish] = []
    for task in plan.tasks.values():
        if situation.tasks and task.id not in situation.tasks:
            continue
        for slot in slots_due(task, plan, state, situation, day):
            verdict: Standing = standing(task, state.slot(task.id, slot), plan, situation)
            match verdict:
                case Due(why):
                    due[task.id, slot] = why
                case Expired(why):
                    ends.append(Finish(task.id, slot, "failed", why))
                case Rests():
                    pass
                case _:
                    waits.append(Waiting(task.id, slot, verdict.why))
    dropped = _over_the_cap(due, plan, state, situation, day)
    waits.extend(
        Waiting(*key, f"a scheduled run catches up at most {plan.limits.catch_up} missed tasks") for key in dropped
    )
    return {key: why for key, why in due.items() if key not in dropped} if dropped else due, waits, ends


def _over_the_cap(due: Mapping[Key, str], plan: Plan, state: State, situation: Situation, day: int) -> dict[Key, None]:
    """A scheduled run catches up at most as many missed tasks as the plan allows; a run by hand all of them.

    Needs come before what needs them, and only what can start counts: else tasks that are blocked, or wait for one
    that was dropped, would keep all others away for ever.
    """
    if situation.by_hand or len(due) <= plan.limits.catch_up:
        return {}
    dropped: dict[Key, None] = {}
    idle: set[Key] = set()
    left = plan.limits.catch_up
    for key in _needs_first(due, plan):
        task = plan.tasks[key[0]]
        verdict = _needs(key, plan, state, situation, due)
        if isinstance(verdict, Finish | Waiting) or not idle.isdisjoint(verdict):
            idle.add(key)
        elif task.day is not None and task.day < day:
            if left == 0 or any(need in dropped for need in verdict):
                dropped[key] = None
            else:
                left -= 1
    return dropped


def _needs_first(due: Mapping[Key, str], plan: Plan) -> list[Key]:
    rank = {task: number for number, task in enumerate(graph.order({task: plan.tasks[task] for task, _ in due}))}
    return sorted(due, key=lambda key: rank[key[0]])


def _needs(
    key: Key, plan: Plan, state: State, situation: Situation, due: Mapping[Key, str]
) -> tuple[Key, ...] | Finish | Waiting:
    """The needs that this run has to finish first; or why the task cannot run in this run at all."""
    task = plan.tasks[key[0]]
    open_needs: list[Key] = []
    waiting: Waiting | None = None
    for need_id in task.needs:
        need = plan.tasks[need_id]
        slot = slot_for(need, plan, state, situation)
        if slot is not None and (need_id, slot) in due:
            open_needs.append((need_id, slot))
            continue
        found = state.slot(need_id, slot) if slot is not None else None
        status: TaskStatus = found.status if found else "pending"
        if status in _BLOCKING and task.after_failure:
            continue
        if status in _BLOCKING:
            return Finish(*key, "blocked", _because(need_id, status))
        if status not in FINISHED and waiting is None:
            waiting = Waiting(*key, _waits_for(need, status, plan, state))
    return waiting or tuple(open_needs)


def _because(need: str, status: TaskStatus) -> str:
    words = {"failed": "failed", "blocked": "is blocked", "unknown": "has an effect whose end is unknown"}
    return f"needs {need}, which {words[status]}"


def _waits_for(need: Task, status: TaskStatus, plan: Plan, state: State) -> str:
    if status == "pending" and need.day is not None:
        return f"waits for {need.id}, {when(calendar_of(plan, state), need.day)}"
    return f"waits for {need.id} ({status.replace('-', ' ')})"
