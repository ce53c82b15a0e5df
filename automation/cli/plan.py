"""`ztr plan`: what a run would do now, without doing it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import click

from automation.cli.execute import Wish, check_wish, situation_of
from automation.cli.options import where_options, wish_options
from automation.cli.paper import BOLD, DIM, GREEN, YELLOW, columns, paint, say, say_json
from automation.cli.reading import read_state
from automation.cli.session import Session, Where
from automation.engine.approvals import answer
from automation.engine.decide import Agenda, Finish, Start, Waiting, begin
from automation.engine.due import calendar_of, slot_for
from automation.engine.events import Mode
from automation.engine.modes import Closures as Closed
from automation.engine.modes import Mocked, effect_of, reality, tainted
from automation.engine.scope import tasks_read
from automation.engine.state import State, fold
from automation.plan.calendar import date_of
from automation.plan.graph import order
from automation.plan.model import Effect, Json, Step, Task

Closures = dict[str, dict[str, frozenset[str]]]
"""By task, its mocked steps, each with the secrets that would make it real."""


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
    """What a run would do: start `due` (in the plan's order), end `ends` without running them, leave `waits`."""

    day: int
    due: tuple[TaskPlan, ...]
    waits: tuple[Waiting, ...]
    ends: tuple[Waiting, ...]


@click.command(
    epilog="""Examples:

\b
  ztr plan
  ztr plan --day 3 --mode mock
  ztr plan --json | jq -r '.due[].task'"""
)
@where_options
@wish_options("mock", "auto", "provision", "dry-run")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: plan, day, mode, due, waits, ends.")
@click.option("--quiet", is_flag=True, help="Print the ids of what is due, a line each, and nothing else.")
def plan(where: Where, wish: Wish, as_json: bool, quiet: bool) -> int:
    """Show what is due now, in which mode each step would run and why, and what waits for what. Runs nothing."""
    return show(Session(where, os.environ), wish, as_json=as_json, quiet=quiet)


def show(session: Session, wish: Wish, *, as_json: bool = False, quiet: bool = False) -> int:
    """Print what a run of that wish would do. Raises `ZtrError` where a run would be refused, too."""
    check_wish(session, wish)
    loaded, _going = read_state(session)
    state = loaded.state._replace(start=wish.start) if wish.start else loaded.state
    found = foresee(session, state, wish)
    if as_json:
        say_json(_document(session, wish, found))
    elif quiet:
        for task in found.due:
            say(task.task)
    else:
        say("\n".join(_lines(session, state, wish, found)))
    return 0


def foresee(session: Session, state: State, wish: Wish) -> Foreseen:
    """What a run would do with that state, the answers to open requests included."""
    situation = situation_of(session, state, wish)
    state = fold(answer(session.plan, state, situation), state)
    agenda, commands = begin(session.plan, state, situation)
    starts = {(one.task, one.slot) for one in commands if isinstance(one, Start)}
    ends = tuple(Waiting(one.task, one.slot, one.reason) for one in commands if isinstance(one, Finish))
    ends += _blocked(agenda, ends)
    gone = {(one.task, one.slot) for one in (*ends, *agenda.waits)}
    keys = [key for key in agenda.entries if key in starts or (key in agenda.left and key not in gone)]
    mode: Mode = "auto" if wish.mode == "dry-run" else wish.mode
    steps = _steps(session, state, mode, dict(keys))
    before = _before(agenda)
    due = tuple(TaskPlan(*key, agenda.entries[key].why, tuple(before.get(key, ())), steps[key[0]]) for key in keys)
    return Foreseen(agenda.day, due, agenda.waits, ends)


def _before(agenda: Agenda) -> dict[tuple[str, str], list[str]]:
    """For each slot the tasks of this run that it waits for."""
    found: dict[tuple[str, str], list[str]] = {}
    for (task, _slot), entry in agenda.entries.items():
        for key in entry.dependents:
            found.setdefault(key, []).append(task)
    return found


def _blocked(agenda: Agenda, ends: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
    """What would be blocked behind what ends without running, directly or not."""
    found: dict[tuple[str, str], Waiting] = {}
    todo = [(one.task, one.slot) for one in ends]
    while todo:
        task, slot = todo.pop()
        entry = agenda.entries.get((task, slot))
        for key in entry.dependents if entry else ():
            if key in agenda.left and key not in found:
                found[key] = Waiting(*key, f"needs {task}, which does not run")
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


def _lines(session: Session, state: State, wish: Wish, found: Foreseen) -> Iterator[str]:
    day = f"day {found.day} of {session.plan.days}" if session.plan.days else ""
    dated = f" ({date_of(calendar_of(session.plan, state), found.day)})" if found.day > 0 else ""
    yield paint(" · ".join([session.plan.title, *([f"{day}{dated}"] if day else []), wish.mode]), BOLD)
    if not found.due:
        yield "Nothing is due."
    for task in found.due:
        after = f", after {', '.join(task.after)}" if task.after else ""
        yield f"\n{paint(task.task, BOLD)}  {task.why}{after}{_slot(task.slot)}"
        rows = [(f"{step.how:6}", step.id, step.uses, step.why) for step in task.steps]
        yield from (
            paint(line, _HOW[step.how]) for line, step in zip(columns(rows, indent="  "), task.steps, strict=True)
        )
    for title, rest in (("\nWould end without running:", found.ends), ("\nWaits:", found.waits)):
        if rest:
            yield title
            yield from columns([(one.task or "the plan", one.why) for one in rest], indent="  ")
    if found.due:
        mode = f" --mode {wish.mode}" if wish.mode in ("mock", "provision") else ""
        yield f"\n{len(found.due)} due; nothing was run. Next: `ztr run{mode}`"


_HOW = {"real": GREEN, "mocked": YELLOW, "local": DIM}


def _slot(slot: str) -> str:
    return "" if slot == "once" or slot.startswith("day-") else f" [{slot}]"


def _document(session: Session, wish: Wish, found: Foreseen) -> dict[str, Json]:
    return {
        "plan": session.plan.id,
        "day": found.day,
        "mode": wish.mode,
        "now": session.now().isoformat(timespec="seconds"),
        "due": [{**task._asdict(), "steps": [step._asdict() for step in task.steps]} for task in found.due],
        "waits": [one._asdict() for one in found.waits],
        "ends": [one._asdict() for one in found.ends],
    }
