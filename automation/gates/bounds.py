"""The keys that state a bound, in every gate that compares a number (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from automation.plan.model import Bound, Json

ONE_SIDED = ("above", "at-least", "below", "at-most")
KINDS = (*ONE_SIDED, "equals", "between")

BOUND_SCHEMAS: Mapping[str, Json] = {
    "above": {"type": "number", "description": "The value has to be greater than this."},
    "at-least": {"type": "number", "description": "The value has to be this or greater."},
    "below": {"type": "number", "description": "The value has to be smaller than this."},
    "at-most": {"type": "number", "description": "The value has to be this or smaller."},
    "equals": {"type": ["number", "string", "boolean"], "description": "The value has to be exactly this."},
    "between": {
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "description": "The value has to be in this range, ends included.",
    },
}

EXACTLY_ONE: Sequence[Json] = [{"required": [kind]} for kind in KINDS]


def read_bound(inputs: Mapping[str, Json]) -> Bound | str:
    """The bound that the keys state, or what is wrong with them."""
    given = [kind for kind in KINDS if kind in inputs]
    if len(given) != 1:
        return f"give exactly one of {', '.join(KINDS)}" + (f"; there are {', '.join(given)}" if given else "")
    kind, value = given[0], inputs[given[0]]
    if kind == "between":
        return _range(value)
    if is_number(value) or (kind == "equals" and isinstance(value, str | bool)):
        return Bound(kind, value)
    return f"{kind}: {value!r} is not a number"


def is_number(value: Json) -> bool:
    """A finite number, truth values excluded."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or math.isfinite(value)


def _range(value: Json) -> Bound | str:
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - a range has two ends
        return f"between: {value!r} is not a list of two numbers"
    low, high = value
    if not is_number(low) or not is_number(high) or not isinstance(high, int | float):
        return f"between: {list(value)!r} are not two numbers"
    return Bound("between", low, float(high))
