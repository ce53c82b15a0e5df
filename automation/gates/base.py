"""What a gate is: its declaration, and how it is measured. Judging the measurement is the engine's `verdicts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from automation.engine.ports import Look, Measured, Measurement, Unmeasurable
from automation.plan.model import Effect, Json

__all__ = ["GateKind", "Look", "Measured", "Measurement", "Unmeasurable"]


class GateKind(NamedTuple):
    """A gate's declaration. `inputs` is a JSON Schema (2020-12) of the gate's keys; the key `name` is every gate's."""

    name: str
    summary: str
    description: str
    inputs: Mapping[str, Json]
    measure: Callable[[Look], Measurement]
    example: str
    effect: Effect = "none"
