"""What is due: each task's slots by the calendar, and how each stands.

Pure; due-ness never comes from a trigger having fired.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from automation.engine.events import Approvals, Mode
from automation.engine.state import FINISHED, SlotState, State
from automation.plan.calendar import date_of, day_on
from automation.plan.model import Approval, Calendar, Plan, Task

ONCE = "once"
"""The slot of a task that has no day, no schedule and no event."""


class Occurrence(NamedTuple):
    """An event of the outside (a push, an issue) that event tasks run on; `id` makes it a slot of its own."""

    id: str
    name: str


class Situation(NamedTuple):
    """What `decide` has to know beside plan and state. `now` is in the plan's zone; `day` overrides the calendar's day.

    `tasks` restricts the run (empty: all). `gone` are tasks a product of which can no longer be read.
    """

    now: datetime
    mode: Mode = "auto"
    present: frozenset[str] = frozenset()
    day: int | None = None
    tasks: frozenset[str] = frozenset()
    by_hand: bool = True
    gone: frozenset[str] = frozenset()
    occurrences: tuple[Occurrence, ...] = ()
    approvals: Approvals = "auto"


class Due(NamedTuple):
    """The slot should run now, for this reason."""

    why: str


class Rests(NamedTuple):
    """The slot is finished, or was never asked for: nothing to do and nothing to wait for."""


class Waits(NamedTuple):
    """The slot is not finished and cannot run now; the reason says what it waits for."""

    why: str


class Expired(NamedTuple):
    """The approval was not given in time."""

    why: str


Standing = Due | Rests | Waits | Expired
RESTS = Rests()


def calendar_of(plan: Plan, state: State) -> Calendar:
    """The plan's calendar, from the start that the state records where one was given by hand."""
    return plan.calendar._replace(start=date.fromisoformat(state.start)) if state.start else plan.calendar


def today(plan: Plan, state: State, situation: Situation) -> int:
    """The working day that counts as today: 0 before the start."""
    if situation.day is not None:
        return situation.day
    return day_on(calendar_of(plan, state), situation.now.date())


def slots_due(task: Task, plan: Plan, state: State, situation: Situation, day: int) -> tuple[str, ...]:
    """The slots of the task whose time has come, oldest first, finished ones included where they are the latest."""
    if task.day is not None:
        return (f"day-{task.day}",) if task.day <= day else ()
    if task.schedule is not None:
        return _scheduled(task, plan, state, situation)
    if task.events:
        return _of_events(task, state, situation)
    return (ONCE,)


def _of_events(task: Task, state: State, situation: Situation) -> tuple[str, ...]:
    """What was begun and is not settled, the oldest first, then what has just happened."""
    known = state.slots.get(task.id) or {}
    left = sorted((slot.started, name) for name, slot in known.items() if slot.status not in FINISHED)
    new = (seen.id for seen in situation.occurrences if seen.name in task.events)
    return tuple(dict.fromkeys((*(name for _, name in left), *new)))


def slot_for(task: Task, plan: Plan, state: State, situation: Situation) -> str | None:
    """The slot of a needed task that a dependent looks at: its only one, or the latest whose time has come."""
    if task.day is not None:
        return f"day-{task.day}"
    if task.schedule is None and not task.events:
        return ONCE
    due, known = slots_due(task, plan, state, situation, 0), state.slots.get(task.id) or ()
    if task.schedule is not None:
        return max((*due, *known), key=datetime.fromisoformat, default=None)
    return due[-1] if due else max(known, default=None)


def standing(task: Task, slot: SlotState | None, plan: Plan, situation: Situation) -> Standing:
    """Whether that slot, whose time has come, should run."""
    if slot is None:
        return Due("due")
    return _STANDING[slot.status](task, slot, plan, situation)


def is_expired(approval: Approval, since: str, now: datetime) -> bool:
    """Whether an approval that was asked for at `since` can no longer be given."""
    return approval.expires is not None and (now - datetime.fromisoformat(since)).total_seconds() >= approval.expires


def _pending(_task: Task, slot: SlotState, _plan: Plan, _situation: Situation) -> Standing:
    return Due(slot.reason or "due")


def _running(task: Task, slot: SlotState, _plan: Plan, _situation: Situation) -> Standing:
    open_effects = [step for step, effect in slot.effects.items() if effect.ended is None]
    if slot.definition != task.definition and open_effects:
        return Waits(
            f"was interrupted in the middle of {open_effects[0]} and its definition has changed since:"
            " `ztr retry` starts it under the new one"
        )
    return Due("was interrupted")


def _finished(task: Task, _slot: SlotState, _plan: Plan, situation: Situation) -> Standing:
    return Due("a file that it produced is gone") if task.id in situation.gone else RESTS


def _mocked(task: Task, slot: SlotState, plan: Plan, situation: Situation) -> Standing:
    if situation.mode in ("auto", "provision"):
        for missing in slot.unlock:
            if situation.present.issuperset(missing):
                names = ", ".join(missing)
                return Due(f"{names} present now" if names else f"was mocked, and this run is {situation.mode}")
    return _finished(task, slot, plan, situation)


def _failed(task: Task, slot: SlotState, plan: Plan, _situation: Situation) -> Standing:
    if slot.definition != task.definition:
        return Due("failed, and its definition has changed since")
    if slot.runs < plan.limits.runs_per_task:
        return Due(f"failed {slot.runs} of at most {plan.limits.runs_per_task} times")
    return Waits(f"failed {slot.runs} times: waits for `ztr retry {task.id}`")


def _awaiting(task: Task, slot: SlotState, _plan: Plan, situation: Situation) -> Standing:
    if task.approval is not None and is_expired(task.approval, slot.since, situation.now):
        return Expired(f"approval expired: nobody answered since {slot.since}")
    return Waits(f"waits for approval: `ztr approve {task.id}` or `ztr reject {task.id}`")


def _deferred(_task: Task, slot: SlotState, _plan: Plan, situation: Situation) -> Standing:
    if slot.not_before and situation.now < datetime.fromisoformat(slot.not_before):
        return Waits(f"deferred until {slot.not_before}: {slot.reason}")
    return Due(f"deferred until {slot.not_before}")


def _unknown(task: Task, slot: SlotState, _plan: Plan, _situation: Situation) -> Standing:
    return Waits(f"{slot.reason}: `ztr retry {task.id}` does it again, `ztr skip {task.id}` leaves it")


_STANDING = {
    "pending": _pending,
    "running": _running,
    "done": _finished,
    "skipped": _finished,
    "mocked": _mocked,
    "failed": _failed,
    "blocked": lambda *_: Due("its needs are looked at again"),
    "awaiting-approval": _awaiting,
    "deferred": _deferred,
    "unknown": _unknown,
}


def _scheduled(task: Task, plan: Plan, state: State, situation: Situation) -> tuple[str, ...]:
    """Slots that were begun and are not finished, and the new ones: all of them, or only the latest.

    What is mocked is due again with its secrets; where a task does not catch up, only the latest slot is.
    """
    from automation.plan.schedule import latest_slot, slots

    if task.schedule is None:
        return ()
    calendar = calendar_of(plan, state)
    known: Mapping[str, SlotState] = state.slots.get(task.id) or {}
    begun = datetime.combine(calendar.start, time.min, situation.now.tzinfo)
    last = max((datetime.fromisoformat(name) for name in known), default=begun)
    if task.schedule.catch_up == "all":
        new = list(slots(task.schedule, calendar, last, situation.now))
    else:
        latest = latest_slot(task.schedule, calendar, situation.now)
        new = [latest] if latest is not None and (latest > last or not known) else []
    fresh = [slot.isoformat(timespec="minutes") for slot in new]
    settled = {"done", "skipped"}
    if task.schedule.catch_up != "all":
        settled |= {"mocked"}
    newest = max((*known, *fresh), key=datetime.fromisoformat, default="")
    begun_ones = (name for name, slot in known.items() if slot.status not in settled or name == newest)
    return (*sorted(begun_ones, key=datetime.fromisoformat), *fresh)


def when(calendar: Calendar, day: int) -> str:
    """A working day as text: `day 5 (2025-09-12)`."""
    return f"day {day} ({date_of(calendar, day).isoformat()})"
