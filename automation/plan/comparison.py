"""Whether a value meets a bound: one home for gates and success metrics. Pure."""

from __future__ import annotations

import math
from typing import TypeGuard

from automation.plan.json_path import same
from automation.plan.model import Bound, Json


def miss(value: Json, bound: Bound) -> str:
    """Why the value does not meet the bound, or an empty text. What cannot be compared (other type, NaN) does not."""
    if bound.kind == "equals":
        return _not_equal(value, bound.value)
    if not _is_number(value):
        return f"{_shown(value)} is not a number"
    low, high = bound.value, bound.high
    if not _is_number(low) or (bound.kind == "between" and (not _is_number(high) or high < low)):
        return f"the bound {bound} cannot be met by any number"
    met = {
        "above": value > low,
        "at-least": value >= low,
        "below": value < low,
        "at-most": value <= low,
        "between": high is not None and low <= value <= high,
    }
    return "" if met.get(bound.kind, False) else f"{_rounded(value, bound)} is not {bound}"


def _rounded(value: Json, bound: Bound) -> str:
    """Four digits, all of them where four would look as if the bound were met."""
    if not isinstance(value, float):
        return _shown(value)
    short = f"{value:.4g}"
    return _shown(value) if float(short) in (bound.value, bound.high) else short


def _not_equal(value: Json, wanted: Json) -> str:
    if same(value, wanted):
        return ""
    types_differ = type(value) is not type(wanted) and not (_is_number(value) and _is_number(wanted))
    return f"{_shown(value)} is not {_shown(wanted)}" + (" (they are of different types)" if types_differ else "")


def _is_number(value: Json) -> TypeGuard[int | float]:
    """A finite number, truth values excluded; an integer may be beyond the range of floats."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or math.isfinite(value)


def _shown(value: Json) -> str:
    text = repr(value) if isinstance(value, str) or not _is_number(value) else str(value)
    return text if len(text) <= 80 else text[:80] + "…"  # noqa: PLR2004 - enough to recognise it
