"""Claims: what a run said it might start, before it did. The claim that lives is the lock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, cast

from automation.cli.session import Session
from automation.engine.effects import effect_key
from automation.engine.events import EffectStarted, Event, Mode, RunStarted, TaskStarted
from automation.engine.modes import effect_of
from automation.engine.state import EffectState, SlotState, State
from automation.errors import StateError
from automation.plan.model import Effect, Json, Plan, Task, all_steps

SCHEMA = 1


class Intent(NamedTuple):
    """An external effect that may be started."""

    task: str
    slot: str
    step: str
    key: str


class Claim(NamedTuple):
    """`fence` grows with every claim of the plan, `serial` is the state's that it was made on; times are GitHub's."""

    run: str
    attempt: int
    fence: int
    at: str
    expires: str
    mode: Mode
    serial: int
    day: int = 0
    by: str = ""
    trigger: str = "manual"
    tasks: tuple[str, ...] = ()
    effects: tuple[Intent, ...] = ()
    released: str = ""

    @property
    def id(self) -> str:
        """The run and its attempt, as journals are named."""
        return f"{self.run}-{self.attempt}"

    def lives(self, now: datetime) -> bool:
        """Whether nobody else may start anything yet."""
        return not self.released and now < datetime.fromisoformat(self.expires)


def encode_claim(claim: Claim) -> bytes:
    """The claim as a file."""
    return (json.dumps({"schema": SCHEMA, **claim._asdict()}, ensure_ascii=False, indent=1) + "\n").encode()


def decode_claim(content: bytes, where: str) -> Claim:
    """Raises `StateError` for what is no claim."""
    try:
        found = cast(dict[str, Json], json.loads(content))
        schema = found.pop("schema")
        tasks = tuple(str(one) for one in cast(list[Json], found.pop("tasks")))
        effects = tuple(Intent(*map(str, one)) for one in cast(list[list[Json]], found.pop("effects")))
        numbers = {name: int(cast(int, found.pop(name))) for name in ("attempt", "fence", "serial", "day")}
        words = {name: str(value) for name, value in found.items()}
        claim = Claim(**numbers, **words, tasks=tasks, effects=effects)  # type: ignore[arg-type]  # names are checked
        datetime.fromisoformat(claim.expires), datetime.fromisoformat(claim.at)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise StateError(
            f"{where}: the claim is damaged ({error})", "delete this file on the branch once no run is going on"
        ) from error
    if schema != SCHEMA:
        raise StateError(f"{where}: a claim of schema {schema!r}, this ztr reads {SCHEMA}", "update ztr")
    return claim


def read_claim(folder: Path) -> Claim | None:
    """The claim that was pulled into a state folder, if there is one."""
    path = folder / "claim.json"
    try:
        return decode_claim(path.read_bytes(), str(path))
    except FileNotFoundError:
        return None


def claimed_tasks(session: Session) -> frozenset[str]:
    """The tasks that this run of a workflow claimed; empty where nothing was claimed, so that all may start."""
    claim = read_claim(session.store.folder) if session.settings.run_id else None
    if claim is None or claim.run != session.settings.run_id or claim.released:
        return frozenset()
    return frozenset(claim.tasks) or frozenset({""})  # no task has that name: none may start


def initiator(session: Session) -> str:
    """Who started this run: its claim knows that of a run that was started for somebody, or again."""
    claim = read_claim(session.store.folder) if session.settings.run_id else None
    own = claim is not None and claim.run == session.settings.run_id and not claim.released
    return claim.by if claim is not None and own else session.settings.actor


def intents(
    plan: Plan, effects: Mapping[str, Effect], slots: Iterable[tuple[str, str]], present: frozenset[str], lineage: str
) -> tuple[Intent, ...]:
    """The external effects that may be started for these slots with these secrets."""
    return tuple(
        Intent(task, slot, step.id, effect_key(lineage, task, slot, step.id))
        for task, slot in slots
        for step in all_steps(plan.tasks[task])
        if effect_of(step, effects) == "external" and present.issuperset(step.secrets)
    )


def until(now: datetime, minutes: int) -> str:
    """When a claim that is made now ends by itself."""
    return (now.astimezone(UTC) + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def lost_events(plan: Plan, state: State, claim: Claim, at: str) -> tuple[Event, ...]:
    """What is to be assumed of a run that claimed and never told how it ended: all that it might have started, started.

    The next run looks at each effect by its class: it is repeated, looked up, or somebody is asked. What an earlier
    run told of an effect stays, as long as the task's definition is the same.
    """
    begun = RunStarted(
        claim.at,
        claim.id,
        plan.digest,
        claim.mode,
        claim.mode,
        claim.day,
        (),
        claim.by,
        claim.trigger,
        "",
        claim.attempt,
    )
    found: list[Event] = [begun]
    by_slot: dict[tuple[str, str], list[Intent]] = {}
    for intent in claim.effects:
        by_slot.setdefault((intent.task, intent.slot), []).append(intent)
    for (task_id, name), started in by_slot.items():
        task, slot = plan.tasks.get(task_id), state.slot(task_id, name) or SlotState()
        left = [one for one in started if _may_have_happened(task, slot, slot.effects.get(one.step))]
        if task is None or not left or slot.status in ("awaiting-approval", "unknown"):
            continue
        found.append(TaskStarted(at, task_id, name, task.definition))
        found.extend(EffectStarted(at, task_id, name, one.step, one.key, "", "") for one in left)
    return tuple(found) if len(found) > 1 else ()


def _may_have_happened(task: Task | None, slot: SlotState, known: EffectState | None) -> bool:
    return known is None or known.ended is not True or task is None or slot.definition != task.definition
