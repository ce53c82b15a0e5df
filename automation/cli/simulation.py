"""A plan on a virtual clock, a wake-up a day, through the same code as a run; and what was not as the plan says."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import NamedTuple

from automation.actions.base import Action, BadInput, Call, Draft, Failed
from automation.actions.base import Outcome as Answer
from automation.actions.catalogue import ACTIONS
from automation.cli.almanac import Almanac, Key, Wake
from automation.cli.as_planned import Ended, differences, is_finished
from automation.cli.execute import Outcome, Wish, execute
from automation.cli.session import Session, Where
from automation.cli.signals import stopped_by_signals
from automation.engine.events import Event, Mode, TaskFinished, TaskStarted
from automation.engine.state import State
from automation.errors import Interrupted
from automation.plan.calendar import day_on, is_working
from automation.plan.graph import dependents
from automation.plan.model import Calendar, Plan

PLANTED = "a failure planted by simulate"
_SAVED = frozenset({"journal", "state.json", "lock"})


class Course(NamedTuple):
    """How to simulate: in `folder` the state is saved; `planted` names tasks by the date on which they fail."""

    plan: Plan
    calendar: Calendar
    folder: Path
    days: int
    mode: Mode = "mock"
    at: time = time(9)
    planted: Mapping[date, frozenset[str]] = {}
    jobs: int = 1


class Day(NamedTuple):
    """One wake-up. `day` is the working day, 0 on a day off; `differences` is what was not as planned."""

    date: date
    day: int
    now: str
    expected: tuple[Key, ...]
    ended: tuple[Ended, ...]
    differences: tuple[str, ...]
    planted: tuple[str, ...] = ()


def simulate(course: Course, where: Where, environment: Mapping[str, str]) -> Iterator[Day]:
    """Every calendar day in turn, each with an empty work directory and nothing but the saved state.

    Where a failure was planted on the last day, one more day heals it. Raises `ZtrError`.
    """
    almanac = Almanac(course.plan, course.calendar, course.at, course.days + 1)
    tasks = course.plan.tasks
    followers = {
        need: tuple(name for name in names if not tasks[name].after_failure)
        for need, names in dependents(tasks).items()
    }
    left: tuple[Key, ...] = ()
    late: frozenset[Key] = frozenset()
    for number, wake in enumerate(almanac.wakes):
        extra = number == course.days
        if extra and not (left and almanac.wakes[number - 1].date in course.planted):
            return
        new = () if extra else almanac.expected(number)
        expected = tuple(dict.fromkeys((*left, *new)))
        ended, outcome = _wake_up(course, where, environment, wake, first=number == 0)
        planted = course.planted.get(wake.date, frozenset())
        found = {**_standing(outcome, expected), **ended}
        told = tuple(differences(expected, found, planted, followers, late))
        left = tuple(key for key in expected if not is_finished(found, key))
        late = frozenset(left) if told else frozenset()
        day = day_on(course.calendar, wake.date) if is_working(course.calendar, wake.date) else 0
        now = wake.now.isoformat(timespec="minutes")
        yield Day(wake.date, day, now, expected, tuple(ended.values()), told, tuple(sorted(planted)))


def _wake_up(
    course: Course, where: Where, environment: Mapping[str, str], wake: Wake, *, first: bool
) -> tuple[dict[Key, Ended], Outcome]:
    """One run, as a scheduler would start it on a machine of its own."""
    _forget(course.folder / course.plan.id)
    actions = failing(course.planted[wake.date]) if wake.date in course.planted else ACTIONS
    now = where._replace(state=str(course.folder), now=wake.now.isoformat())
    session = Session(now, _without_run(environment), actions=actions)
    start = course.calendar.start.isoformat() if first and course.calendar != course.plan.calendar else None
    watch = _Watch()
    with stopped_by_signals(session):
        outcome = execute(session, Wish(course.mode, start=start, jobs=course.jobs, by_hand=False), [watch])
    session.stop.close()
    if outcome.interrupted:
        raise Interrupted("interrupted; the days that are shown are complete")
    return watch.ended, outcome


def _standing(outcome: Outcome, keys: tuple[Key, ...]) -> dict[Key, Ended]:
    """How slots stand to which nothing happened in this run: what they wait for, or how they ended before."""
    waits = {(one.task, one.slot): one.why for one in outcome.agenda.waits}
    slots = {key: outcome.state.slot(*key) for key in keys}
    return {
        key: Ended(*key, slot.status if slot else "pending", waits.get(key) or (slot.reason if slot else ""), ran=False)
        for key, slot in slots.items()
        if slot is not None or key in waits
    }


def _forget(folder: Path) -> None:
    """Leave of a plan's folder only what a state branch would keep."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in _SAVED:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _without_run(environment: Mapping[str, str]) -> dict[str, str]:
    """Each simulated day is a run of its own, also inside of a run on GitHub."""
    return {name: value for name, value in environment.items() if not name.startswith("GITHUB_RUN_")}


class _Watch:
    """An observer that keeps how every slot of a run ended."""

    def __init__(self) -> None:
        self.ended: dict[Key, Ended] = {}
        self._started: set[Key] = set()

    def on_event(self, event: Event, _state: State) -> None:
        if isinstance(event, TaskStarted):
            self._started.add((event.task, event.slot))
        elif isinstance(event, TaskFinished):
            key = (event.task, event.slot)
            self.ended[key] = Ended(*key, event.status, event.reason, key in self._started)


class _Failing(Mapping[str, Action]):
    """The catalogue, with every action failing in the tasks that are named."""

    def __init__(self, tasks: frozenset[str]) -> None:
        self._tasks = tasks

    def __getitem__(self, name: str) -> Action:
        action = ACTIONS[name]

        def perform(call: Call) -> Answer:
            return Failed("permanent", PLANTED) if self._is_planted(call) else action.perform(call)

        def prepare(call: Call) -> tuple[Draft, ...]:
            if self._is_planted(call):
                raise BadInput(PLANTED)
            return action.prepare(call)

        return action._replace(perform=perform, prepare=prepare)

    def _is_planted(self, call: Call) -> bool:
        return call.env.get("ZTR_TASK") in self._tasks

    def __iter__(self) -> Iterator[str]:
        return iter(ACTIONS)

    def __len__(self) -> int:
        return len(ACTIONS)


def failing(tasks: frozenset[str]) -> Mapping[str, Action]:
    """All actions, which fail in these tasks, mocked or not."""
    return _Failing(tasks)
