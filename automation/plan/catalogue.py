"""What the loader has to know of actions and gates, as protocols: the plan room imports no other room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from automation.plan.model import Effect, Json

Check = Callable[[object], bool]

_NO_CHECKS: Mapping[str, Check] = {}


class ActionLike(Protocol):
    """An action's declaration, as far as a plan can be wrong about it."""

    @property
    def name(self) -> str: ...

    @property
    def effect(self) -> Effect: ...

    @property
    def inputs(self) -> Mapping[str, Json]:
        """JSON Schema of the step's `with`."""

    @property
    def outputs(self) -> Mapping[str, str]: ...

    @property
    def open_outputs(self) -> bool: ...

    @property
    def secrets(self) -> tuple[str, ...]: ...

    @property
    def secrets_of(self) -> Callable[[Mapping[str, Json]], tuple[str, ...]] | None:
        """Which secrets a step needs, where that depends on its `with`."""


class GateLike(Protocol):
    """A gate kind's declaration."""

    @property
    def name(self) -> str: ...

    @property
    def inputs(self) -> Mapping[str, Json]:
        """JSON Schema of the gate's keys without `name`."""


class Quick(NamedTuple):
    """Fast checks of inputs by name (the `CHECKS` of the generated modules); what has none is checked by jsonschema."""

    actions: Mapping[str, Check] = _NO_CHECKS
    gates: Mapping[str, Check] = _NO_CHECKS
