"""Whether a measured value meets its bound (pure). Only `judge` can say `passed`."""

from __future__ import annotations

from automation.engine.events import Verdict
from automation.plan.comparison import miss
from automation.plan.model import Bound, Json


def judge(gate: str, kind: str, *, value: Json, bound: Bound, source: str = "", note: str = "") -> Verdict:
    """The verdict on a measurement. What cannot be compared (other type, NaN, empty range) fails, with the reason."""
    why = miss(value, bound)
    reason = "; ".join(part for part in (why, note) if part) if why else ""
    return Verdict(gate, kind, "failed" if why else "passed", value, str(bound), source, reason)


def unmeasurable(gate: str, kind: str, *, reason: str, source: str = "") -> Verdict:
    """The verdict on a gate that could not be evaluated: failed."""
    return Verdict(gate, kind, "failed", source=source, reason=f"cannot be evaluated: {reason}")


def not_judged(gate: str, kind: str, *, reason: str, source: str = "") -> Verdict:
    """The verdict on a gate that reads a mocked output: neither passed nor failed, and never counted as passed."""
    return Verdict(gate, kind, "not-judged", source=source, reason=reason)
