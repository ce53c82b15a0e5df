"""Checks what an action made against the outputs that its step declares (pure)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from automation.actions.base import Done, Failed, Outcome
from automation.plan.model import Json

_TRUTH = {"true": True, "false": False}


def declared_outputs(
    declared: Mapping[str, str], made: Mapping[str, Json], *, always: Sequence[str] = (), text: bool = False
) -> Outcome:
    """`Done` with the declared outputs and those in `always`, or `Failed` naming all that are missing or mistyped.

    Names match in kebab-case or snake_case. With `text` values are texts that are read as the declared type.
    """
    outputs: dict[str, Json] = {name: made[name] for name in always if name in made}
    problems: list[str] = []
    for name, kind in declared.items():
        found, value = _find(made, name)
        if not found:
            problems.append(f"{name} is missing")
            continue
        value = _read(value, kind) if text and isinstance(value, str) else value
        if is_of(value, kind):
            outputs[name] = value
        else:
            problems.append(f"{name} is declared as {kind} and was {_shown(value)}")
    return Failed("permanent", f"outputs: {'; '.join(problems)}") if problems else Done(outputs)


def is_of(value: Json, kind: str) -> bool:
    """Whether a value has that JSON type. Truth values are no numbers, and NaN and infinities are no JSON."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    checks = {
        "string": isinstance(value, str),
        "number": number and math.isfinite(_as_float(value)),
        "integer": number and (isinstance(value, int) or _as_float(value).is_integer()),
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list | tuple),
        "object": isinstance(value, Mapping),
    }
    return checks.get(kind, False)


def _as_float(value: Json) -> float:
    try:
        return float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:  # an integer beyond the floats is a number all the same
        return 0.0


def _find(made: Mapping[str, Json], name: str) -> tuple[bool, Json]:
    for spelling in (name, name.replace("-", "_"), name.replace("_", "-")):
        if spelling in made:
            return True, made[spelling]
    return False, None


def _read(text: str, kind: str) -> Json:
    """The text as a value of that type; where it is none, the text itself, which the check then refuses."""
    if kind == "string":
        return text
    if kind == "boolean":
        return _TRUTH.get(text.strip().lower(), text)
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"  # noqa: PLR2004 - enough to see what it is
