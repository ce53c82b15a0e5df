"""What a plan's calendar promises for each day: an expectation that is worked out without the engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from automation.engine.due import ONCE
from automation.plan.calendar import date_of, zone
from automation.plan.graph import order
from automation.plan.model import Calendar, Plan, Task
from automation.plan.schedule import slots

Key = tuple[str, str]
"""A task and its slot."""


class Wake(NamedTuple):
    """One look at the plan: its date, and the moment in the plan's zone."""

    date: date
    now: datetime


class Almanac:
    """The slots that each wake-up should start, if everything goes well, and nothing but the plan decides.

    A task with a day is expected on it; one with neither day nor schedule as soon as all of its needs are; a recurring
    one in each slot since the last wake-up (only the latest, unless it catches up all) from the day of its needs on;
    one that waits for an event never.
    """

    def __init__(self, plan: Plan, calendar: Calendar, at: time, days: int) -> None:
        self._plan, self._calendar = plan, calendar
        self.wakes = tuple(wake_on(calendar, calendar.start + timedelta(days=number), at) for number in range(days))
        self._first: dict[str, date | None] = {}
        for name in order(plan.tasks):
            self._first[name] = self._first_of(plan.tasks[name])

    def expected(self, number: int) -> tuple[Key, ...]:
        """What wake-up `number`, counted from 0, should start, in the plan's order."""
        return tuple((task.id, slot) for task in self._plan.tasks.values() for slot in self._slots(task, number))

    def _slots(self, task: Task, number: int) -> Iterator[str]:
        wake = self.wakes[number]
        first = self._first[task.id]
        if first is None or wake.date < first:
            return
        if task.schedule is None:
            if wake.date == first:
                yield ONCE if task.day is None else f"day-{task.day}"
            return
        begun = wake.date == self._needs_by(task) or number == 0
        since = self._start() if begun or wake.date == first else self.wakes[number - 1].now
        found = [slot.isoformat(timespec="minutes") for slot in slots(task.schedule, self._calendar, since, wake.now)]
        yield from found if task.schedule.catch_up == "all" else found[-1:]

    def _first_of(self, task: Task) -> date | None:
        """The date of the first wake-up that should start it, None for never."""
        if task.day is not None:
            return date_of(self._calendar, task.day)
        needs = self._needs_by(task)
        if task.events or needs is None:
            return None
        if task.schedule is None:
            return needs
        last = self.wakes[-1].now if self.wakes else self._start()
        slot = next(slots(task.schedule, self._calendar, self._start(), last), None)
        wake = next((wake for wake in self.wakes if slot is not None and slot <= wake.now), None)
        return max(wake.date, needs) if wake else None

    def _needs_by(self, task: Task) -> date | None:
        """The date on which all of its needs should be finished, None for never."""
        dates = [self._first[need] for need in task.needs]
        found = [day for day in dates if day is not None]
        return max(found, default=self._calendar.start) if len(found) == len(dates) else None

    def _start(self) -> datetime:
        """Just before the first moment of the plan."""
        begun = datetime.combine(self._calendar.start, time(), zone(self._calendar))
        return begun - timedelta(microseconds=1)


def wake_on(calendar: Calendar, on: date, at: time) -> Wake:
    """The wake-up of a date: at the local time, or just after the gap where the clock skips it."""
    local = datetime.combine(on, at, zone(calendar))
    return Wake(on, datetime.fromtimestamp(local.timestamp(), zone(calendar)))
