"""Small plans and situations for the tests of the engine's pure parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from automation.engine.decide import Agenda, Finish, Start, begin, decide
from automation.engine.due import Situation
from automation.engine.events import Event, Opened, RunStarted, TaskFinished, TaskStarted, TaskStatus
from automation.engine.state import State, evolve, fold
from automation.plan.model import Calendar, Plan, Step, Task

MONDAY = datetime(2025, 9, 8, 9, tzinfo=UTC)
AT = MONDAY.isoformat()
STEP = Step("work", "noop")


def a_task(task_id: str, *, needs: Sequence[str] = (), steps: Sequence[Step] = (STEP,), **fields: Any) -> Task:
    """A task with one step that does nothing."""
    return Task(task_id, task_id.title(), tuple(steps), needs=tuple(needs), definition="def-1", **fields)


def a_plan(*tasks: Task, **fields: Any) -> Plan:
    """A plan that starts on Monday, 8 September 2025, in UTC."""
    return Plan("demo", "Demo", Calendar(date(2025, 9, 8)), {task.id: task for task in tasks}, **fields)


def at_day(number: int, **fields: Any) -> Situation:
    """A run on that working day (of the first week)."""
    return Situation(MONDAY.replace(day=7 + number), **fields)


def begun(*events: Event) -> State:
    """The state after a run has begun and these events."""
    start = (Opened(AT, "r1", 1, "local:demo", "demo"), RunStarted(AT, "r1", "d", "auto", "auto", 1))
    return fold((*start, *events))


def ended(task: str, slot: str, status: TaskStatus, reason: str = "", **fields: Any) -> tuple[Event, ...]:
    """The events of a task that ran and came to rest."""
    return TaskStarted(AT, task, slot, "def-1"), TaskFinished(AT, task, slot, status, reason, **fields)


def play(
    plan: Plan, state: State, situation: Situation, failing: frozenset[str] = frozenset()
) -> tuple[list[str], State, Agenda]:
    """Run the commands of `decide` in order, every task ending at once: what was started, and the state and agenda
    after.
    """
    agenda, commands = begin(plan, state, situation)
    started: list[str] = []
    todo = list(commands)
    while todo:
        command = todo.pop(0)
        if isinstance(command, Start):
            started.append(command.task)
            status: TaskStatus = "failed" if command.task in failing else "done"
            state = evolve(state, TaskStarted(AT, command.task, command.slot, plan.tasks[command.task].definition))
            event = TaskFinished(AT, command.task, command.slot, status)
        else:
            event = TaskFinished(AT, command.task, command.slot, command.status, command.reason)
        state = evolve(state, event)
        agenda, more = decide(agenda, event)
        todo.extend(more)
    return started, state, agenda


def finishes(commands: Sequence[Start | Finish]) -> list[tuple[str, str]]:
    """The tasks that come to rest without running, with their reasons."""
    return [(command.task, command.reason) for command in commands if isinstance(command, Finish)]
