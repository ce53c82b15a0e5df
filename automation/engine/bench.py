"""What every task of a run shares: the plan, the ways to act, and where things are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from automation.engine.events import Approvals, Event, Mode, Product
from automation.engine.ports import ActionLike, GateLike
from automation.engine.state import SlotState
from automation.plan.model import Effect, Json, Plan, Step

E = TypeVar("E", bound=Event)


class Emit(Protocol):
    """Journals the event, folds it into the state and tells the observers; gives it back redacted, as it was journaled.

    With `sync` it survives a power cut before the call returns.
    """

    def __call__(self, event: E, *, sync: bool = False) -> E: ...


class Bench(NamedTuple):
    """Everything a task needs beside its own definition.

    `begun` is when the run did so, `secrets` are the present ones, `base_env` what every process gets.
    """

    plan: Plan
    plan_folder: Path
    run: str
    begun: str
    mode: Mode
    lineage: str
    secrets: Mapping[str, str]
    actions: Mapping[str, ActionLike]
    gates: Mapping[str, GateLike]
    facts: Mapping[str, Json]
    base_env: Mapping[str, str]
    workdir: Path
    logs: Path
    emit: Emit
    slot: Callable[[str, str], SlotState | None]
    need: Callable[[str], SlotState | None]
    restore: Callable[[str], None]
    keep: Callable[[str], Product]
    history: Callable[[], Json]
    jitter: Callable[[], float]
    now: Callable[[], datetime]
    approvals: Approvals = "auto"

    def at(self) -> str:
        """Now, as events tell it."""
        return self.now().isoformat(timespec="milliseconds")

    def effect(self, step: Step) -> Effect:
        """The step's effect: what it declares, else its action's; with secrets of its own it is external."""
        return step.effect or ("external" if step.secrets else self.actions[step.uses].effect)
