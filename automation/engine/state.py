"""Where everything stands: the fold of all events, as frozen values over persistent maps (one event costs O(log n))."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple, cast

from rpds import HashTrieMap

from automation.engine.events import (
    Answered,
    EffectFinished,
    EffectStarted,
    EffectUndone,
    Event,
    GatesJudged,
    Opened,
    Product,
    ProductsKept,
    Requested,
    RunFinished,
    RunStarted,
    StepFinished,
    StepRetried,
    TaskFinished,
    TaskStarted,
    TaskStatus,
    Verdict,
)
from automation.engine.outcomes import EffectState, RunState, StepState
from automation.engine.transitions import ALLOWED, NotAllowed

__all__ = ["EffectState", "NotAllowed", "RunState", "SlotState", "State", "StepState", "evidence", "evolve", "fold"]

FINISHED: frozenset[TaskStatus] = frozenset({"done", "mocked", "skipped"})
"""A need in one of these is satisfied."""

KEPT_SLOTS = 30
KEPT_RUNS = 60
"""Recurring tasks and daily runs go on for ever: the state keeps the latest, the journals keep all."""

_SETTLED: frozenset[TaskStatus] = FINISHED | {"failed", "blocked"}
"""Slots that may be forgotten. Others still run, in another job slot maybe, or wait for somebody."""


class SlotState(NamedTuple):
    """One task in one slot. `runs` counts its starts since the last retry or reset; `since` is when `status` began.

    `approved` is the evidence that people have approved: while it stays what it is, nobody is asked again.
    """

    status: TaskStatus = "pending"
    reason: str = ""
    since: str = ""
    definition: str = ""
    run: str = ""
    runs: int = 0
    started: str = ""
    seconds: float = 0.0
    not_before: str = ""
    unlock: tuple[tuple[str, ...], ...] = ()
    steps: Mapping[str, StepState] = MappingProxyType({})
    verdicts: tuple[Verdict, ...] = ()
    products: tuple[Product, ...] = ()
    effects: Mapping[str, EffectState] = MappingProxyType({})
    approvals: tuple[str, ...] = ()
    waited: bool = False
    approved: str = ""


_STEPS = SlotState._fields.index("steps")


class State(NamedTuple):
    """Everything that is known of a plan's progress. `slots` is task id → slot → its state.

    `aside` are the slots of which the journal that is just being read no longer counts.
    """

    plan: str = ""
    lineage: str = ""
    serial: int = 0
    start: str = ""
    paused: bool = False
    slots: HashTrieMap[str, Mapping[str, SlotState]] = HashTrieMap()
    requests: Mapping[str, Requested] = MappingProxyType({})
    runs: tuple[RunState, ...] = ()
    aside: frozenset[tuple[str, str]] = frozenset()

    def slot(self, task: str, slot: str) -> SlotState | None:
        """That slot's state, none when nothing ever happened to it."""
        slots = self.slots.get(task)
        return slots.get(slot) if slots else None


def evidence(slot: SlotState) -> str:
    """What an approval is bound to: the hash of the slot's definition, its products and its steps' outputs."""
    import json  # only an approval pays for these
    from hashlib import sha256

    made = [[product.path, product.sha256] for product in slot.products]
    outputs = {step: dict(state.outputs) for step, state in slot.steps.items()}
    text = json.dumps([slot.definition, made, outputs], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


_OF_A_RUN = (Opened, RunStarted, RunFinished, Requested)


def evolve(state: State, event: Event) -> State:
    """The state after the event. Raises `NotAllowed` for one that cannot follow."""
    if state.aside and not isinstance(event, _OF_A_RUN) and (event.task, event.slot) in state.aside:
        return _aside(state, event)
    return _EVOLVE[type(event)](state, event)


def fold(events: Iterable[Event], state: State | None = None) -> State:
    """The state after all the events."""
    return reduce(evolve, events, state or State())


def counts(state: State) -> dict[str, int]:
    """How many slots stand in each status, of those that anything happened to."""
    found: dict[str, int] = {}
    for slots in state.slots.values():
        for slot in slots.values():
            found[slot.status] = found.get(slot.status, 0) + 1
    return found


def _put(state: State, task: str, slot: str, value: SlotState) -> State:
    slots = state.slots.get(task)
    kept = {**slots, slot: value} if slots else {slot: value}
    if len(kept) > KEPT_SLOTS:
        over = min((name for name in kept if name != slot and kept[name].status in _SETTLED), default="")
        kept.pop(over, None)
    # Three times a task in every run, so without `_replace`, which costs three times as much.
    plan, lineage, serial, start, paused, before, requests, runs, aside = state
    return State(plan, lineage, serial, start, paused, before.insert(task, kept), requests, runs, aside)


def _move(event: TaskStarted | TaskFinished | Answered, old: SlotState, status: TaskStatus) -> None:
    if status not in ALLOWED[old.status]:
        raise NotAllowed(f"{event.task}@{event.slot} cannot go from {old.status} to {status} ({event.at})")


def _running(
    state: State, event: StepFinished | EffectStarted | EffectFinished | GatesJudged | ProductsKept
) -> SlotState:
    slot = state.slot(event.task, event.slot)
    if slot is None or slot.status != "running":
        was = slot.status if slot else "pending"
        raise NotAllowed(f"{event.task}@{event.slot} is {was}: no {type(event).__name__} can come ({event.at})")
    return slot


def _opened(state: State, event: Opened) -> State:
    if state.lineage and (event.lineage, event.plan) != (state.lineage, state.plan):
        raise NotAllowed(f"journal {event.serial} belongs to {event.lineage}, this state to {state.lineage}")
    if event.serial != state.serial + 1:
        raise NotAllowed(f"journal {event.serial} cannot follow serial {state.serial}")
    aside = frozenset(event.superseded)
    return state._replace(plan=event.plan, lineage=event.lineage, serial=event.serial, aside=aside)


def _run_started(state: State, event: RunStarted) -> State:
    run = RunState(
        event.run,
        event.at,
        event.requested,
        event.mode,
        event.day,
        event.present,
        event.by,
        event.trigger,
        event.attempt,
    )
    return state._replace(runs=(*state.runs[-KEPT_RUNS + 1 :], run), start=event.start or state.start)


def _run_finished(state: State, event: RunFinished) -> State:
    if not state.runs or state.runs[-1].run != event.run:
        raise NotAllowed(f"run {event.run} ends without having begun ({event.at})")
    found: dict[str, int] = {}
    for slots in state.slots.values():
        for slot in slots.values():
            if slot.run == event.run:
                found[slot.status] = found.get(slot.status, 0) + 1
    run = state.runs[-1]._replace(outcome=event.outcome, seconds=event.seconds, counts=found)
    return state._replace(runs=(*state.runs[:-1], run))


def _task_started(state: State, event: TaskStarted) -> State:
    old = state.slot(event.task, event.slot) or SlotState()
    _move(event, old, "running")
    runs = old.runs if old.definition in ("", event.definition) else 0
    slot = SlotState(
        "running",
        since=event.at,
        definition=event.definition,
        run=state.runs[-1].run if state.runs else "",
        runs=runs + 1,
        started=event.at,
        products=old.products,
        effects=old.effects,
        approvals=(),
        waited=old.waited,
        approved=old.approved,
    )
    return _put(state, event.task, event.slot, slot)


def _step_finished(state: State, event: StepFinished) -> State:
    slot = _running(state, event)
    steps = {**slot.steps, event.step: StepState(*event[4:])}
    return _put(state, event.task, event.slot, SlotState._make((*slot[:_STEPS], steps, *slot[_STEPS + 1 :])))


def _effect_started(state: State, event: EffectStarted) -> State:
    slot = _running(state, event)
    effect = EffectState(event.key, event.input_hash, event.at, event.target)
    return _put(state, event.task, event.slot, slot._replace(effects={**slot.effects, event.step: effect}))


def _effect_finished(state: State, event: EffectFinished) -> State:
    slot = _running(state, event)
    old = slot.effects.get(event.step)
    if old is None or old.key != event.key:
        raise NotAllowed(f"{event.task}@{event.slot} {event.step}: the effect ends without having begun ({event.at})")
    effect = old._replace(
        ended=event.happened,
        outputs=event.outputs,
        remote=event.remote,
        error=event.error,
        found=event.found,
        doubtful=event.doubtful,
    )
    return _put(state, event.task, event.slot, slot._replace(effects={**slot.effects, event.step: effect}))


def _effect_undone(state: State, event: EffectUndone) -> State:
    """In whatever state its task is: what is done stays done, and is made anew when it is asked for again."""
    slot = state.slot(event.task, event.slot)
    old = slot.effects.get(event.step) if slot else None
    if slot is None or old is None or old.key != event.key:
        return state  # the slot was reset since, or is one of those that are forgotten
    effects = {**slot.effects, event.step: old._replace(undone=event.at)}
    return _put(state, event.task, event.slot, slot._replace(effects=effects))


def _gates_judged(state: State, event: GatesJudged) -> State:
    return _put(state, event.task, event.slot, _running(state, event)._replace(verdicts=event.verdicts))


def _products_kept(state: State, event: ProductsKept) -> State:
    return _put(state, event.task, event.slot, _running(state, event)._replace(products=event.products))


def _task_finished(state: State, event: TaskFinished) -> State:
    old = state.slot(event.task, event.slot) or SlotState()
    _move(event, old, event.status)
    slot = SlotState(
        event.status,
        event.reason,
        event.at,
        old.definition,
        state.runs[-1].run if state.runs else old.run,
        old.runs,
        old.started,
        event.seconds or old.seconds,
        event.not_before,
        event.unlock,
        old.steps,
        old.verdicts,
        old.products,
        old.effects,
        old.approvals,
        old.waited or event.status in ("awaiting-approval", "unknown"),
        evidence(old) if (old.status, event.status) == ("awaiting-approval", "done") else old.approved,
    )
    return _put(state, event.task, event.slot, slot)


def _requested(state: State, event: Requested) -> State:
    return state._replace(requests={**state.requests, event.id: event})


def _answered(state: State, event: Answered) -> State:
    left = {key: request for key, request in state.requests.items() if key != event.id}
    state = state._replace(requests=left)
    if not event.granted:
        return state
    if event.kind in ("pause", "resume"):
        return state._replace(paused=event.kind == "pause")
    return _answered_task(state, event) if event.task else state


def _answered_task(state: State, event: Answered) -> State:
    if event.kind not in ("retry", "run", "reset", "skip", "approve", "reject"):
        return state
    old = state.slot(event.task, event.slot) or SlotState()
    waited = old._replace(waited=True)
    if event.kind == "approve":
        return _put(state, event.task, event.slot, waited._replace(approvals=(*old.approvals, event.by)))
    status: TaskStatus = {"skip": "skipped", "reject": "failed"}.get(event.kind, "pending")  # type: ignore[assignment]  # a literal table
    _move(event, old, status)
    if event.kind == "reset":
        fresh = SlotState(status, event.reason, event.at, waited=True)
        return _put(state, event.task, event.slot, fresh)
    runs = 0 if status == "pending" else old.runs
    slot = waited._replace(status=status, reason=event.reason, since=event.at, runs=runs, not_before="")
    if event.kind == "retry":
        settled = {step: effect for step, effect in slot.effects.items() if effect.ended is not None}
        slot = slot._replace(effects={step: effect for step, effect in settled.items() if not effect.error})
    return _put(state, event.task, event.slot, slot)


def _aside(state: State, event: Event) -> State:
    """Of a superseded slot only its effects count: what was sent was sent, whatever was decided meanwhile."""
    if isinstance(event, Answered):
        return state._replace(requests={key: one for key, one in state.requests.items() if key != event.id})
    if not isinstance(event, EffectStarted | EffectFinished):
        return state
    slot = state.slot(event.task, event.slot) or SlotState()
    begun = EffectState(event.key, event.input_hash, event.at, event.target if isinstance(event, EffectStarted) else "")
    effect = begun if isinstance(event, EffectStarted) else slot.effects.get(event.step) or begun
    if isinstance(event, EffectFinished):
        effect = effect._replace(ended=event.happened, outputs=event.outputs, remote=event.remote, error=event.error)
    return _put(state, event.task, event.slot, slot._replace(effects={**slot.effects, event.step: effect}))


_EVOLVE = cast(
    dict[type, Callable[[State, Event], State]],
    {
        Opened: _opened,
        RunStarted: _run_started,
        RunFinished: _run_finished,
        TaskStarted: _task_started,
        StepRetried: lambda state, _event: state,
        StepFinished: _step_finished,
        EffectStarted: _effect_started,
        EffectFinished: _effect_finished,
        EffectUndone: _effect_undone,
        GatesJudged: _gates_judged,
        ProductsKept: _products_kept,
        TaskFinished: _task_finished,
        Requested: _requested,
        Answered: _answered,
    },
)
