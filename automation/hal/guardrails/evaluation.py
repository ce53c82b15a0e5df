"""Rates with their uncertainty, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np

from automation.hal.guardrails.dataset import Case

_Z95 = 1.959964


class Rate(TypedDict):
    """A share with its 95 % intervals.

    `low` and `high` are Wilson's score interval, which takes the cases for independent; `family_low` and `family_high`
    come from drawing whole families anew (bootstrap), as cases of one family resemble each other.
    """

    value: float
    count: int
    n: int
    low: float
    high: float
    family_low: float
    family_high: float


class Evaluation(TypedDict):
    """How a detector did on labelled cases; `per_category` counts cases and flagged ones of each category."""

    detection: Rate
    false_positives: Rate
    per_category: dict[str, dict[str, int]]


def evaluate(cases: Sequence[Case], flagged: Sequence[bool]) -> Evaluation:
    """Detection rate over violations and false-positive rate over harmless cases; ValueError if either is missing."""
    pairs = list(zip(cases, flagged, strict=True))
    per_category: dict[str, dict[str, int]] = {}
    for case, flag in pairs:
        entry = per_category.setdefault(case.category, {"cases": 0, "flagged": 0})
        entry["cases"] += 1
        entry["flagged"] += int(flag)
    return {
        "detection": rate([(case.family, flag) for case, flag in pairs if case.violation]),
        "false_positives": rate([(case.family, flag) for case, flag in pairs if not case.violation]),
        "per_category": dict(sorted(per_category.items())),
    }


def misses(cases: Sequence[Case], flagged: Sequence[bool], limit: int = 25) -> dict[str, list[dict[str, str]]]:
    """Wrongly judged cases by category, at most `limit` each."""
    wrong: dict[str, list[dict[str, str]]] = defaultdict(list)
    for case, flag in zip(cases, flagged, strict=True):
        if flag != case.violation and len(wrong[case.category]) < limit:
            wrong[case.category].append({"id": case.id, "text": case.text, "disguise": case.disguise})
    return dict(sorted(wrong.items()))


def rate(outcomes: Sequence[tuple[str, bool]]) -> Rate:
    """The share of true outcomes; each comes with the family that it belongs to."""
    if not outcomes:
        raise ValueError("a rate needs at least one case of its label")
    count, n = sum(flag for _, flag in outcomes), len(outcomes)
    low, high = wilson(count, n)
    family_low, family_high = _family_interval(outcomes)
    return {
        "value": count / n, "count": count, "n": n, "low": low, "high": high,
        "family_low": family_low, "family_high": family_high,
    }  # fmt: skip


def wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % score interval for `count` of `n`."""
    share, spread = count / n, _Z95**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z95 * ((share * (1 - share) + spread / 4) / n) ** 0.5 / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(milliseconds: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the measurements do not exceed."""
    return float(np.quantile(np.asarray(milliseconds), share))


def timed(call: Callable[[], object], clock: Callable[[], float]) -> float:
    """How long a call takes, in milliseconds of a clock in seconds."""
    started = clock()
    call()
    return (clock() - started) * 1000


def _family_interval(outcomes: Sequence[tuple[str, bool]], draws: int = 1000) -> tuple[float, float]:
    sizes: dict[str, list[int]] = {}
    for family, flag in outcomes:
        entry = sizes.setdefault(family, [0, 0])
        entry[0] += int(flag)
        entry[1] += 1
    table = np.array(list(sizes.values()))
    rng = np.random.default_rng(0)
    drawn = table[rng.integers(0, len(table), (draws, len(table)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return float(low), float(high)
