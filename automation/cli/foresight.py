"""What a run would do, worked out without doing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from automation.cli.execute import Wish, situation_of
from automation.cli.session import Session
from automation.engine.approvals import answer
from automation.engine.decide import Agenda, Finish, Start, Waiting, begin
from automation.engine.due import Situation, calendar_of, slot_for
from automation.engine.events import Mode
from automation.engine.modes import Closures as Closed
from automation.engine.modes import Mocked, effect_of, reality, tainted
from automation.engine.scope import tasks_read
from automation.engine.state import FINISHED, State, fold
from automation.plan.calendar import date_of
from automation.plan.graph import order
from automation.plan.model import Effect, Plan, Step, Task
from automation.plan.schedule import slots

Closures = dict[str, dict[str, frozenset[str]]]
"""By task, its mocked steps, each with the secrets that would make it real."""

_FAR = 400
"""Days ahead in which the next slot of a recurring task is looked for."""


class StepPlan(NamedTuple):
    """A step as it would be done: real, mocked or local, and why."""

    id: str
    uses: str
    how: str
    why: str


class TaskPlan(NamedTuple):
    """A slot that would be started. `after` are the tasks of this run that it waits for."""

    task: str
    slot: str
    why: str
    after: tuple[str, ...]
    steps: tuple[StepPlan, ...]


class Foreseen(NamedTuple):
    """What a run would do: start `due` (in the plan's order), end `ends` without running them, leave `waits`.

    `coming` is what has its time yet to come, soonest first: the slot's day or time is in `why`.
    """

    day: int
    due: tuple[TaskPlan, ...]
    waits: tuple[Waiting, ...]
    ends: tuple[Waiting, ...]
    coming: tuple[Waiting, ...]


def foresee(session: Session, state: State, wish: Wish) -> Foreseen:
    """What a run would do with that state, the answers to open requests included."""
    situation = situation_of(session, state, wish)
    state = fold(answer(session.plan, state, situation), state)
    agenda, commands = begin(session.plan, state, situation)
    starts = {(one.task, one.slot) for one in commands if isinstance(one, Start)}
    ends = tuple(Waiting(one.task, one.slot, one.reason) for one in commands if isinstance(one, Finish))
    ends += _behind(agenda, ends, "needs {}, which does not run")
    waits = (*agenda.waits, *_behind(agenda, agenda.waits, "waits for {}"))
    gone = {(one.task, one.slot) for one in (*ends, *waits)}
    keys = [key for key in agenda.entries if key in starts or (key in agenda.left and key not in gone)]
    mode: Mode = "auto" if wish.mode == "dry-run" else wish.mode
    steps = _steps(session, state, mode, dict(keys))
    before = _before(agenda)
    due = tuple(TaskPlan(*key, agenda.entries[key].why, tuple(before.get(key, ())), steps[key[0]]) for key in keys)
    return Foreseen(agenda.day, due, waits, ends, _coming(session.plan, state, situation, agenda.day))


def _coming(plan: Plan, state: State, situation: Situation, day: int) -> tuple[Waiting, ...]:
    """Unfinished tasks of later days, and the next slot of each recurring task."""
    calendar = calendar_of(plan, state)
    found: list[tuple[str, Waiting]] = []
    for task in plan.tasks.values():
        if task.day is not None and task.day > day:
            known = state.slot(task.id, f"day-{task.day}")
            if known is None or known.status not in FINISHED:
                on = date_of(calendar, task.day).isoformat()
                found.append((on, Waiting(task.id, f"day-{task.day}", f"day {task.day} ({on})")))
        elif task.schedule is not None:
            until = situation.now + timedelta(days=_FAR)
            slot = next(slots(task.schedule, calendar, situation.now, until), None)
            name = slot.isoformat(timespec="minutes") if slot else ""
            found.extend([(name, Waiting(task.id, name, name))] if name else [])
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))


def _before(agenda: Agenda) -> dict[tuple[str, str], list[str]]:
    """For each slot the tasks of this run that it waits for."""
    found: dict[tuple[str, str], list[str]] = {}
    for (task, _slot), entry in agenda.entries.items():
        for key in entry.dependents:
            found.setdefault(key, []).append(task)
    return found


def _behind(agenda: Agenda, first: tuple[Waiting, ...], why: str) -> tuple[Waiting, ...]:
    """What cannot run because of what does not, directly or not; `why` has a place for the name of that."""
    found: dict[tuple[str, str], Waiting] = {}
    todo = [(one.task, one.slot) for one in first]
    while todo:
        task, slot = todo.pop()
        entry = agenda.entries.get((task, slot))
        for key in entry.dependents if entry else ():
            if key in agenda.left and key not in found:
                found[key] = Waiting(*key, why.format(task))
                todo.append(key)
    return tuple(found.values())


def _steps(session: Session, state: State, mode: Mode, due: Mapping[str, str]) -> dict[str, tuple[StepPlan, ...]]:
    """Every due task's steps, in the order of needs: a mocked output makes its readers mocked."""
    closures: Closures = {}
    found: dict[str, tuple[StepPlan, ...]] = {}
    situation = situation_of(session, state, Wish(mode=mode))
    sight = Sight(session.effects, mode, situation.present)
    for name in order(session.plan.tasks):
        task = session.plan.tasks[name]
        if name in due:
            found[name] = _task(task, sight, closures)
            continue
        slot = slot_for(task, session.plan, state, situation)
        known = state.slot(name, slot) if slot else None
        past = known.steps.items() if known else ()
        closures[name] = {step: frozenset(was.missing) for step, was in past if was.status == "mocked"}
    return found


class Sight(NamedTuple):
    """What decides whether a step is real."""

    effects: Mapping[str, Effect]
    mode: Mode
    present: frozenset[str]


def _task(task: Task, sight: Sight, closures: Closures) -> tuple[StepPlan, ...]:
    seen = {(name, step): what for name in tasks_read(task) for step, what in closures.get(name, {}).items()}
    found: list[StepPlan] = []
    for step in task.steps:
        told, closure = _step(step, sight, seen)
        found.append(told)
        if closure is not None:
            seen["", step.id] = closure
    closures[task.id] = {step: what for (owner, step), what in seen.items() if not owner}
    return tuple(found)


def _step(step: Step, sight: Sight, seen: Closed) -> tuple[StepPlan, frozenset[str] | None]:
    """How the step would be done; and where its outputs would be mocked, the secrets that would make them real."""
    effect = effect_of(step, sight.effects)
    real = reality(step, effect, sight.mode, sight.present, seen)
    read = tainted(step.reads, seen)
    if isinstance(real, Mocked):
        why = _why_mocked(sight.mode, frozenset(step.secrets) - sight.present, read)
        return StepPlan(step.id, step.uses, "mocked", why), real.missing
    if effect == "external":
        why = f"{', '.join(step.secrets)} present" if step.secrets else "needs no secret"
        return StepPlan(step.id, step.uses, "real", why), None
    why = "reads files only" if effect == "none" else "changes its work directory only"
    if read is not None:
        why = "runs, with an output that is mocked: its task ends mocked"
    return StepPlan(step.id, step.uses, "local", why), read


def _why_mocked(mode: Mode, missing: frozenset[str], read: frozenset[str] | None) -> str:
    if mode == "mock":
        return "the mode is mock"
    if missing:
        return f"{', '.join(sorted(missing))} missing"
    behind = f" ({', '.join(sorted(read))} missing)" if read else ""
    return f"reads an output that is mocked{behind}"
