"""What is known of a step, of its effect outside and of a run: parts of the state, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from automation.engine.events import ErrorKind, Mode, Sent, StepStatus
from automation.plan.model import NOTHING, Json


class StepState(NamedTuple):
    """The last outcome of a step; the fields are those of `StepFinished`."""

    status: StepStatus
    attempts: int = 1
    seconds: float = 0.0
    outputs: Mapping[str, Json] = NOTHING
    missing: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    error: str = ""
    error_kind: ErrorKind | None = None
    log: str = ""
    adopted: bool = False


class EffectState(NamedTuple):
    """A real external effect of a step. `ended` is none while nobody knows whether the service took it.

    `error`: the service took it, and the step failed all the same. `found`: it was there already,
    `doubtful`: a second one may turn up.
    `undone`: when what it made was removed again.
    """

    key: str
    input_hash: str
    at: str
    target: str = ""
    ended: bool | None = None
    outputs: Mapping[str, Json] = NOTHING
    remote: str = ""
    error: str = ""
    found: bool = False
    doubtful: bool = False
    undone: str = ""


class RunState(NamedTuple):
    """One run in the history. `outcome` stays empty when the run was killed."""

    run: str
    at: str
    requested: Mode
    mode: Mode
    day: int
    present: tuple[str, ...] = ()
    by: str = ""
    trigger: str = "manual"
    attempt: int = 1
    outcome: str = ""
    seconds: float = 0.0
    counts: Mapping[str, int] = MappingProxyType({})
