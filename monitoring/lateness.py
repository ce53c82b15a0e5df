"""Days on which nothing ran, what was caught up, and a plan in which nothing moves any more. Pure."""

from __future__ import annotations

from typing import NamedTuple

from automation.engine.state import KEPT_RUNS
from monitoring.model import Report, TaskReport
from monitoring.progress import FINISHED

STILL_DAYS = 3
"""After so many working days in which nothing moves, though something is left to do, the alarm is raised."""


class MissedDay(NamedTuple):
    """A working day with tasks on which no run started. `caught_up`: the day on which the last of them ran; 0 while
    some have not run yet, which are `open`. `late` is in working days, up to today for those.
    """

    day: int
    date: str
    tasks: tuple[str, ...]
    open: tuple[str, ...]
    caught_up: int
    late: int


class Stillness(NamedTuple):
    """Nothing moved for so many working days, since that time; `waiting` are tasks by what they wait in."""

    days: int
    since: str
    waiting: tuple[tuple[str, int], ...]


def missed_days(report: Report) -> tuple[MissedDay, ...]:
    """The days before today on which tasks were due and no run started, oldest first.

    Days that are older than the kept history are not judged.
    """
    runs = {run.run: run.day for run in report.history}
    if not runs:
        return ()
    ran = set(runs.values())
    first = min(ran) if len(report.history) >= KEPT_RUNS else 1
    planned: dict[int, list[TaskReport]] = {}
    for task in report.tasks:
        if task.day is not None and first <= task.day < report.plan.day and task.day not in ran:
            planned.setdefault(task.day, []).append(task)
    return tuple(_missed(day, planned[day], runs, report.plan.day) for day in sorted(planned))


def stillness(report: Report) -> Stillness | None:
    """The alarm: the last runs ended well, and nothing has moved for `STILL_DAYS` working days while work is left."""
    run = report.run
    left = [task for task in report.tasks if _is_due(task, report.plan.day)]
    if not left or report.plan.paused or run is None or run.outcome == "running":
        return None
    moved = max((slot.since for task in report.tasks for slot in task.slots), default="")
    last = max((past.day for past in report.history if past.counts), default=0)
    days = report.plan.day - last
    if not moved or days < STILL_DAYS:
        return None
    counts: dict[str, int] = {}
    for task in left:
        counts[task.status] = counts.get(task.status, 0) + 1
    return Stillness(days, moved, tuple(counts.items()))


def _missed(day: int, tasks: list[TaskReport], runs: dict[str, int], today: int) -> MissedDay:
    still = tuple(task.id for task in tasks if task.status not in FINISHED and not _has_run(task))
    caught = max((_day_run(task, runs) for task in tasks), default=0)
    end = today if still else max(caught, day)
    return MissedDay(
        day, tasks[0].date or "", tuple(task.id for task in tasks), still, 0 if still else caught, end - day
    )


def _has_run(task: TaskReport) -> bool:
    return task.latest is not None and bool(task.latest.started)


def _day_run(task: TaskReport, runs: dict[str, int]) -> int:
    return runs.get(task.latest.run, 0) if task.latest else 0


def _is_due(task: TaskReport, day: int) -> bool:
    """Whether the task is unfinished though its time has come."""
    if task.status in FINISHED or task.status == "running":
        return False
    return task.status != "pending" or (task.day is not None and task.day <= day)
