"""How far a plan is and when it will end: shares, overdue tasks, critical path, slack, forecast. Pure and linear.

Recurring tasks (`schedule`, `on`) have no end and take no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from automation.plan.calendar import date_of, day_on, is_working, local
from automation.plan.model import Calendar, Plan, Task
from monitoring.model import Forecast, Overdue, PathFacts, ProgressFacts, Share, Status

FINISHED: frozenset[Status] = frozenset({"done", "mocked", "skipped"})
STUCK: frozenset[Status] = frozenset({"failed", "blocked", "unknown", "awaiting-approval"})

DEFAULT_SECONDS = 1.0
"""What a task is taken to last while none of the plan was measured; after that, the (upper) median of the measured."""


class Moment(NamedTuple):
    """Today: its date and working day (0 before the start), with the calendar and the target in effect."""

    calendar: Calendar
    today: date
    day: int
    target: date | None

    @property
    def next_day(self) -> int:
        """The first working day on which something can still run: today, or the next one after a day off."""
        return self.day if is_working(self.calendar, self.today) else self.day + 1

    def date_of(self, day: int) -> date:
        """The date of a working day of the plan."""
        return date_of(self.calendar, day)

    def target_day(self, plan: Plan) -> int:
        """The working day by which all should be finished: the target's, or the last planned one; 0 for none."""
        return day_on(self.calendar, self.target) if self.target else plan.days


class Outlook(NamedTuple):
    """What follows from the remaining tasks. `slack` has an entry for each of them."""

    path: PathFacts
    slack: Mapping[str, int]
    overdue: tuple[Overdue, ...]
    forecast: Forecast


def moment(plan: Plan, start: str, now: datetime, day: int | None = None) -> Moment:
    """Today by the calendar from `start` (empty: the plan's own). A start that moved moves the target along."""
    calendar = plan.calendar._replace(start=date.fromisoformat(start)) if start else plan.calendar
    target = plan.target
    if target is not None and calendar.start != plan.calendar.start:
        target = date_of(calendar, max(day_on(plan.calendar, target), 1))
    if day is not None:
        return Moment(calendar, date_of(calendar, max(day, 1)), max(day, 0), target)
    on = local(calendar, now)
    return Moment(calendar, on, day_on(calendar, on), target)


def outlook(
    plan: Plan, today: Moment, statuses: Mapping[str, Status], seconds: Mapping[str, float], finished_at: str
) -> Outlook:
    """What the remaining tasks entail. `seconds` are measured durations, `finished_at` is when the last task ended."""
    remaining = {task.id: task for task in plan.tasks.values() if _ends(task) and statuses[task.id] not in FINISHED}
    order = _by_need(remaining)
    earliest = _earliest(order, remaining, today.next_day)
    return Outlook(
        _critical_path(order, remaining, earliest, _estimates(remaining, seconds)),
        _slack(order, remaining, earliest, today.target_day(plan)),
        overdue(remaining.values(), today.day),
        _forecast(plan, today, earliest, sum(statuses[task] in STUCK for task in remaining), finished_at),
    )


def overdue(unfinished: Iterable[Task], day: int) -> tuple[Overdue, ...]:
    """The tasks whose day is over, the latest first."""
    found = [
        Overdue(task.id, task.day, day - task.day) for task in unfinished if task.day is not None and task.day < day
    ]
    return tuple(sorted(found, key=lambda late: -late.late))


def progress(plan: Plan, statuses: Mapping[str, Status], day: int) -> ProgressFacts:
    """Finished and failed tasks, over all, by week and by component (those that the plan does not name come last)."""
    tasks = [task for task in plan.tasks.values() if _ends(task)]
    by_component: dict[str, list[Task]] = {component.id: [] for component in plan.components}
    by_day: dict[int, list[Task]] = {}
    for task in tasks:
        if task.component:
            by_component.setdefault(task.component, []).append(task)
        if task.day is not None:
            by_day.setdefault(task.day, []).append(task)
    titles = {component.id: component.title for component in plan.components}
    weeks = [
        _share(str(number), week.title, (week.first, week.last), _within(by_day, week.first, week.last), statuses)
        for number, week in enumerate(plan.weeks, 1)
    ]
    return ProgressFacts(
        total=len(tasks),
        finished=sum(statuses[task.id] in FINISHED for task in tasks),
        planned=sum(task.day is None or task.day <= day for task in tasks),
        weeks=tuple(weeks),
        components=tuple(
            _share(name, titles.get(name, name), (0, 0), found, statuses) for name, found in by_component.items()
        ),
    )


def _ends(task: Task) -> bool:
    return task.schedule is None and not task.events


def _within(by_day: Mapping[int, list[Task]], first: int, last: int) -> list[Task]:
    return [task for day in range(first, last + 1) for task in by_day.get(day, ())]


def _share(name: str, title: str, days: tuple[int, int], tasks: list[Task], statuses: Mapping[str, Status]) -> Share:
    finished = sum(statuses[task.id] in FINISHED for task in tasks)
    failed = sum(statuses[task.id] == "failed" for task in tasks)
    return Share(name, title, *days, total=len(tasks), finished=finished, failed=failed)


def _by_need(tasks: Mapping[str, Task]) -> list[str]:
    """The tasks after their needs (those among them), in linear time and without recursion."""
    left = {task.id: sum(need in tasks for need in task.needs) for task in tasks.values()}
    dependents = _dependents(tasks)
    order = [task for task, count in left.items() if not count]
    for task in order:
        for dependent in dependents.get(task, ()):
            left[dependent] -= 1
            if not left[dependent]:
                order.append(dependent)
    return order


def _dependents(tasks: Mapping[str, Task]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for task in tasks.values():
        for need in task.needs:
            if need in tasks:
                found.setdefault(need, []).append(task.id)
    return found


def _earliest(order: Iterable[str], tasks: Mapping[str, Task], next_day: int) -> dict[str, int]:
    """The first day on which each can finish: not before its own, today, or its needs; a chain may run in one day."""
    found: dict[str, int] = {}
    for task_id in order:
        task = tasks[task_id]
        needs = (found[need] for need in task.needs if need in found)
        found[task_id] = max((task.day or 0, next_day, *needs))
    return found


def _estimates(tasks: Mapping[str, Task], seconds: Mapping[str, float]) -> dict[str, float]:
    measured = sorted(seconds.values())  # the library's median would cost each start the import of decimal and random
    usual = measured[len(measured) // 2] if measured else DEFAULT_SECONDS
    return {task: seconds.get(task, usual) for task in tasks}


def _critical_path(
    order: Iterable[str], tasks: Mapping[str, Task], earliest: Mapping[str, int], seconds: Mapping[str, float]
) -> PathFacts:
    """The longest chain of remaining tasks, by working days from its first to its last, then by estimated seconds."""
    length: dict[str, tuple[int, float]] = {}
    before: dict[str, str] = {}
    for task in order:
        best = (1, 0.0)
        for need in tasks[task].needs:
            if need in length:
                days, work = length[need]
                reached = (days + earliest[task] - earliest[need], work)
                if reached > best or task not in before:
                    best, before[task] = reached, need
        length[task] = (best[0], best[1] + seconds[task])
    if not length:
        return PathFacts((), 0, 0.0)
    path = [max(length, key=length.__getitem__)]
    end = length[path[0]]
    while path[-1] in before:
        path.append(before[path[-1]])
    return PathFacts(tuple(reversed(path)), end[0], round(end[1], 3))


def _slack(order: list[str], tasks: Mapping[str, Task], earliest: Mapping[str, int], target_day: int) -> dict[str, int]:
    """By how many working days each may slip before one that needs it misses its own day, or itself the target's.

    Negative: that has already happened. Empty when the plan has neither days nor target.
    """
    if not target_day:
        return {}
    dependents = _dependents(tasks)
    latest: dict[str, int] = {}
    for task in reversed(order):
        after = (tasks[one].day or latest[one] for one in dependents.get(task, ()))
        latest[task] = min((target_day, *after))
    return {task: latest[task] - earliest[task] for task in order}


def _forecast(plan: Plan, today: Moment, earliest: Mapping[str, int], stuck: int, finished_at: str) -> Forecast:
    target = today.target.isoformat() if today.target else None
    target_day = today.target_day(plan)
    if not earliest:
        return _finished(today, target, target_day, finished_at)
    last = max(earliest.values())
    ends = date_of(today.calendar, last).isoformat()
    late = max(0, last - target_day) if target_day else 0
    if not plan.days and not target:
        return Forecast(
            "no-date", None, None, 0, "the plan has no dates: each task is due as soon as its needs are met"
        )
    proviso = f", if the {_tasks(stuck)} that {'is' if stuck == 1 else 'are'} stuck can go on" if stuck else ""
    text = f"finishes on {ends} at the earliest{proviso}: {_against(late)}"
    return Forecast("late" if late else "on-time", ends, target, late, text)


def _finished(today: Moment, target: str | None, target_day: int, finished_at: str) -> Forecast:
    if not finished_at:
        return Forecast("no-date", None, target, 0, "nothing has an end: every task recurs")
    ended = datetime.fromisoformat(finished_at).date()
    late = max(0, day_on(today.calendar, ended) - target_day) if target_day else 0
    judged = f": {_against(late)}" if target_day else ""
    return Forecast("finished", ended.isoformat(), target, late, f"finished on {ended.isoformat()}{judged}")


def _against(late: int) -> str:
    return f"{late:,} working {'day' if late == 1 else 'days'} after the target" if late else "on time"


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count:,} tasks"
