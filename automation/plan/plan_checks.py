"""What is checked over all tasks together: needs, cycles, days, success metrics."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import NamedTuple

from automation.plan.catalogue import ActionLike
from automation.plan.graph import cycles, needs_transitively, order
from automation.plan.model import Json, Metric, Task, Week
from automation.plan.problems import Problems, Source, did_you_mean, shown


class Whole(NamedTuple):
    """All sound tasks and their files; `broken` are ids of tasks whose files have mistakes of form."""

    tasks: Mapping[str, Task]
    sources: Mapping[str, Source]
    broken: frozenset[str]
    plan_source: Source
    weeks: tuple[Week, ...]


def check_whole(whole: Whole, problems: Problems) -> None:
    """Note every mistake in how the tasks fit together."""
    sound = _check_needs(whole, problems)
    circles = cycles(whole.tasks) if not sound or not _in_order(whole.tasks) else ()
    for circle in circles:
        shown_circle = " → ".join(circle)
        remedy = "Remove one of these needs."
        where = whole.sources[circle[0]]
        problems.add(where, ("needs",), f"the tasks need each other in a circle: {shown_circle}", remedy)
    _check_days(whole, problems, ordered=not circles)
    if not circles:
        _check_products(whole, problems)


def check_names(
    document: Mapping[str, Json], source: Source, whole: Whole, actions: Collection[str], problems: Problems
) -> None:
    """Note unknown tasks and actions in a task file whose form is wrong elsewhere, so that they need no second look."""
    needs, steps = document.get("needs"), document.get("steps")
    for index, need in enumerate(needs if isinstance(needs, list) else ()):
        if isinstance(need, str) and need not in whole.tasks and need not in whole.broken:
            remedy = did_you_mean(need, (*whole.tasks, *whole.broken))
            problems.add(source, ("needs", index), f"there is no task {shown(need)}", remedy)
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        uses = step.get("uses") if isinstance(step, Mapping) else None
        if isinstance(uses, str) and uses not in actions:
            problems.add(
                source, ("steps", index, "uses"), f"there is no action {shown(uses)}", did_you_mean(uses, actions)
            )


def check_metrics(
    metrics: tuple[Metric, ...], whole: Whole, actions: Mapping[str, ActionLike], problems: Problems
) -> None:
    """Note every success metric that reads what no task makes."""
    for index, metric in enumerate(metrics):
        if fault := _metric_fault(metric, whole, actions):
            problems.add(whole.plan_source, ("metrics", index, "metric"), *fault)


def _in_order(tasks: Mapping[str, Task]) -> bool:
    """Whether each task comes after its needs, as it mostly does: then there is no cycle to look for."""
    seen: set[str] = set()
    for task_id, task in tasks.items():
        if task.needs and not seen.issuperset(task.needs):
            return False
        seen.add(task_id)
    return True


def _check_needs(whole: Whole, problems: Problems) -> bool:
    sound = True
    tasks, broken = whole.tasks, whole.broken
    for task in tasks.values():
        for index, need in enumerate(task.needs):
            if need not in tasks and need not in broken:
                sound = False
                remedy = did_you_mean(need, [other for other in (*tasks, *broken) if other != task.id])
                problems.add(whole.sources[task.id], ("needs", index), f"there is no task {shown(need)}", remedy)
    return sound


def _check_days(whole: Whole, problems: Problems, *, ordered: bool) -> None:
    covered = {day for week in whole.weeks for day in range(week.first, week.last + 1)}
    last = max(covered, default=0)
    for task in whole.tasks.values():
        if task.day is not None and covered and task.day not in covered:
            message = f"day {task.day} is in no week of plan.yaml"
            if task.day > last:
                message = f"day {task.day} is after the plan's last day, {last}"
            remedy = "Choose another day, or mend `weeks:` in plan.yaml."
            problems.add(whole.sources[task.id], ("day",), message, remedy)
    if ordered:
        _check_unreachable(whole, problems)


def _check_products(whole: Whole, problems: Problems) -> None:
    """Two tasks that write the same file, in no order: whoever reads it gets the one or the other."""
    tasks = whole.tasks
    makers: dict[str, list[str]] = {}
    for task in tasks.values():
        for path in task.produces:
            makers.setdefault(path, []).append(task.id)
    shared = {path: names for path, names in makers.items() if len(names) > 1}
    rank = {name: number for number, name in enumerate(order(tasks))} if shared else {}
    for path, names in shared.items():
        for first, second in pairwise(sorted(names, key=rank.__getitem__)):
            if not needs_transitively(tasks, second, first):
                at = ("produces", tasks[second].produces.index(path))
                message = f"{shown(first)} produces {shown(path)}, too, and neither needs the other"
                problems.add(whole.sources[second], at, message, "Choose another path, or let one need the other.")


def _check_unreachable(whole: Whole, problems: Problems) -> None:
    """A day before the day of something that is needed: the task could never run on its own day."""
    tasks = whole.tasks
    earliest: dict[str, tuple[int, str]] = {}
    for task_id in tasks if _in_order(tasks) else order(tasks):
        task = tasks[task_id]
        day, because = max((earliest[need] for need in task.needs if need in earliest), default=(0, ""))
        if task.day is not None and day > task.day:
            message = f"day {task.day} cannot be kept: {shown(because)}, which it needs, is due on day {day}"
            problems.add(whole.sources[task_id], ("day",), message, f"Make it day {day} or later.")
        if task.day is not None and task.day >= day:
            day, because = task.day, task_id
        earliest[task_id] = (day, because)


def _metric_fault(metric: Metric, whole: Whole, actions: Mapping[str, ActionLike]) -> tuple[str, str] | None:
    reads = metric.reads
    if reads.task in whole.broken:
        return None
    if reads.task not in whole.tasks:
        return f"there is no task {shown(reads.task)}", did_you_mean(reads.task, whole.tasks)
    task = whole.tasks[reads.task]
    step = task.step(reads.step)
    if step is None:
        ids = [one.id for one in task.steps]
        return f"task {shown(task.id)} has no step {shown(reads.step)}", did_you_mean(reads.step, ids)
    if step.uses not in actions:
        return None
    outputs = (*step.outputs, *actions[step.uses].outputs)
    if reads.output in outputs:
        return None
    return f"step {shown(step.id)} of {shown(task.id)} makes no output {shown(reads.output)}", did_you_mean(
        reads.output, outputs
    )
