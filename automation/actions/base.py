"""What an action is: its declaration in one place, and the two things that it can do: prepare and perform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from automation.engine.ports import (
    BadInput,
    Call,
    Change,
    Done,
    Draft,
    Failed,
    Finds,
    Found,
    Inspects,
    Outcome,
    Repeat,
    Undoes,
)
from automation.plan.model import NO_TEXT, NOTHING, Effect, Json

__all__ = ["Action", "BadInput", "Call", "Change", "Done", "Draft", "Failed", "Found", "Outcome", "Repeat"]


class Action(NamedTuple):
    """An action's declaration, from which validation and the reference page come.

    `inputs` is a JSON Schema (2020-12) of type object; `outputs` maps names to types; with `open_outputs` a step
    declares its own. `repeat` says what may be done about an external effect whose end was never seen; `repeat_of`
    where that depends on the step's inputs, as `secrets_of` says which secrets it needs. `prepare` is what it would
    send (raises `BadInput`), `perform` does it. `mock` are the outputs of a mocked step that declares none. `find`
    looks up what a findable effect has made, `inspect` what `perform` would change, and `undo` removes what was made.
    """

    name: str
    summary: str
    description: str
    effect: Effect
    inputs: Mapping[str, Json]
    perform: Callable[[Call], Outcome]
    example: str
    prepare: Callable[[Call], tuple[Draft, ...]] = lambda _call: ()
    outputs: Mapping[str, str] = NO_TEXT
    open_outputs: bool = False
    mock: Mapping[str, Json] = NOTHING
    secrets: tuple[str, ...] = ()
    secrets_of: Callable[[Mapping[str, Json]], tuple[str, ...]] | None = None
    repeat: Repeat = "blind"
    repeat_of: Callable[[Mapping[str, Json]], Repeat] | None = None
    find: Finds | None = None
    inspect: Inspects | None = None
    undo: Undoes | None = None
