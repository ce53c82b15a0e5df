"""Whether a run's journal may be taken over: it comes from a job that ran other people's code. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from automation.cli.claims import Claim
from automation.cli.remote.shapes import misshapen, moment_of
from automation.engine.approvals import answer
from automation.engine.due import ONCE, Situation
from automation.engine.effects import effect_key
from automation.engine.events import (
    Answered,
    EffectFinished,
    EffectStarted,
    EffectUndone,
    Event,
    Opened,
    ProductsKept,
    Requested,
    RunFinished,
    RunStarted,
    TaskFinished,
)
from automation.engine.modes import effect_of
from automation.engine.state import State, evolve
from automation.errors import StateError
from automation.plan.model import Effect, Plan, all_steps
from automation.plan.relative import path_problem

AHEAD = timedelta(hours=1)
"""How far the clocks of two runners may be apart."""


class Own(NamedTuple):
    """Who publishes: what the workflow itself knows of the run."""

    run: str
    attempt: int
    by: str
    trigger: str
    lineage: str

    @property
    def id(self) -> str:
        return f"{self.run}-{self.attempt}"


class Refused(StateError):
    """The artifact is not what this run can have made."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"the run's artifact is refused: {why}",
            "nothing of it was written to the state; look at what the run job executed, then run again",
        )


def judge(
    plan: Plan,
    events: Sequence[Event],
    own: Own,
    claim: Claim | None,
    effects: Mapping[str, Effect],
    base: State,
    *,
    now: datetime,
) -> RunStarted:
    """Raises `Refused`. `base` is the state that the run began with, `claim` the run's own one, if it made any."""
    for number, event in enumerate(events, 1):
        wrong = misshapen(event, now + AHEAD)
        if wrong:
            raise Refused(f"line {number} of its journal cannot be: {wrong}")
    begun = _head(plan, events, own, claim, base)
    told = _answers(plan, base, begun, events)
    _alone(events[1:], begun)
    real = claim is not None and begun.mode != "mock"
    may = frozenset(claim.tasks) if claim is not None else frozenset(plan.tasks)
    for event in events[2 + told :]:
        _one(plan, event, own, effects, may, real=real)
        _slot(plan, event, base, now + AHEAD)
    return begun


def _head(plan: Plan, events: Sequence[Event], own: Own, claim: Claim | None, base: State) -> RunStarted:
    opened, begun = (*events[:2], None, None)[:2]
    if not isinstance(opened, Opened) or not isinstance(begun, RunStarted):
        raise Refused("its journal does not begin like a run's")
    expected: dict[str, tuple[object, object]] = {
        "journal": (opened.id, own.id),
        "lineage": (opened.lineage, own.lineage),
        "plan": (opened.plan, plan.id),
        "superseded": (opened.superseded, ()),
        "serial": (opened.serial, base.serial + 1),
        "run": (begun.run, own.id),
        "attempt": (begun.attempt, own.attempt),
        "initiator": (begun.by, own.by),
        "trigger": (begun.trigger, own.trigger),
    }
    if claim is not None:
        expected["mode"] = (begun.mode, claim.mode)
    for name, (found, wanted) in expected.items():
        if found != wanted:
            raise Refused(f"its {name} is {_short(found)}, this run's is {_short(wanted)}")
    if begun.start not in ("", base.start) and base.start:
        raise Refused("it moves the plan's start, which is set")
    if not set(begun.present) <= {secret.name for secret in plan.secrets}:
        raise Refused("it tells of secrets that the plan has not")
    if claim is None and begun.mode != "mock":
        raise Refused(f"it ran in mode {_short(begun.mode)} without a claim")
    return begun


def _answers(plan: Plan, base: State, begun: RunStarted, events: Sequence[Event]) -> int:
    """How many events answer what people asked for: they have to be the very ones that `answer` gives."""
    try:
        now = datetime.fromisoformat(begun.at)
    except ValueError:
        now = None
    if now is None or now.tzinfo is None:
        raise Refused(f"its time {_short(begun.at)} is none")
    state = evolve(base, events[1])
    wanted = answer(plan, state, Situation(now, mode=begun.mode))
    found = events[2 : 2 + len(wanted)]
    if [_timeless(one) for one in found] != [_timeless(one) for one in wanted]:
        raise Refused("it does not answer the open requests as the plan says")
    return len(wanted)


def _timeless(event: Event) -> Event:
    return event._replace(at="")


def _alone(events: Sequence[Event], begun: RunStarted) -> None:
    """One run, which ends where the journal does."""
    for place, event in enumerate(events):
        if isinstance(event, Opened) or (isinstance(event, RunStarted) and place):
            raise Refused("it holds more than one run")
        if isinstance(event, RunFinished) and (place != len(events) - 1 or event.run != begun.run):
            raise Refused("its run ends in the middle")


def _one(plan: Plan, event: Event, own: Own, effects: Mapping[str, Effect], may: frozenset[str], *, real: bool) -> None:
    if isinstance(event, Requested):
        raise Refused(f"it holds a request ({event.kind} {_short(event.task)}): only people make those")
    if isinstance(event, Answered):
        raise Refused(f"it answers a request that nobody made ({event.kind} {_short(event.task)})")
    if isinstance(event, Opened | RunStarted | RunFinished):
        return
    task = plan.tasks.get(event.task)
    if task is None:
        raise Refused(f"the plan has no task {_short(event.task)}")
    if event.task not in may:
        raise Refused(f"it ran {event.task}, which it did not claim")
    if isinstance(event, TaskFinished) and event.status == "done" and task.approval is not None:
        raise Refused(f"it finishes {event.task}, which somebody has to approve")
    if isinstance(event, ProductsKept):
        for product in event.products:
            _product(product.path, product.sha256)
    if isinstance(event, EffectUndone):
        raise Refused(f"it undoes an effect of {event.task}: no run does that")
    if isinstance(event, EffectStarted | EffectFinished):
        step = next((one for one in all_steps(task) if one.id == event.step), None)
        if not real or step is None or effect_of(step, effects) != "external":
            raise Refused(f"it made an external effect in {event.task} that it may not make")
        if event.key != effect_key(own.lineage, event.task, event.slot, event.step):
            raise Refused(f"the key of its effect in {event.task} is not its own")


def _slot(plan: Plan, event: Event, base: State, latest: datetime) -> None:
    """A slot is one that the state knows, or that the task can have by now: later ones are counted from the latest."""
    if isinstance(event, Opened | RunStarted | RunFinished | Requested) or base.slot(event.task, event.slot):
        return
    task = plan.tasks[event.task]
    if task.schedule is not None:
        moment = moment_of(event.slot)
        fits = moment is not None and moment <= latest
    else:
        fits = bool(task.events) or event.slot == (ONCE if task.day is None else f"day-{task.day}")
    if not fits:
        raise Refused(f"{event.task} cannot have the slot {_short(event.slot)}")


def _product(path: str, digest: str) -> None:
    problem = path_problem(path)
    if problem:
        raise Refused(f"it names a product {_short(path)}: {problem}")
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):  # noqa: PLR2004 - hex digits of SHA-256
        raise Refused(f"a product's hash is {_short(digest)}")


def touched(events: Iterable[Event]) -> frozenset[tuple[str, str]]:
    """The slots of which these events tell anything."""
    slotless = (Opened, RunStarted, RunFinished, Requested)
    return frozenset((one.task, one.slot) for one in events if not isinstance(one, slotless))


def superseded(ours: Iterable[Event], others: Sequence[Event], *, real: bool) -> tuple[tuple[str, str], ...]:
    """The slots of a run that do not count, because of what was written since it began.

    What a person decided wins over any run; what another run found wins over a mock run, which proves less.
    """
    found = list(ours)
    decided = {(one.task, one.slot) for one in others if isinstance(one, Answered) and one.granted}
    answered = {(one.task, one.slot) for one in others if isinstance(one, Answered)}
    mine = {(one.task, one.slot) for one in found if isinstance(one, Answered)}
    taken = decided | (answered & mine) | (frozenset() if real else touched(others))
    return tuple(sorted(touched(found) & taken))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"  # noqa: PLR2004 - a line's worth
