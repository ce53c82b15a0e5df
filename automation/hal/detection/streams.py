"""Seeded hourly metric streams, stable or with one planted drift, for judging drift detectors.

The sizes, seeds and splits stand in `automation/hal/data/drift-streams.json`. Every stream is in units of its own
hourly standard deviation, so that a drift of size 2 is two standard deviations in every family.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]

DATA = Path(__file__).parent.parent / "data" / "drift-streams.json"
HOURS_A_DAY = 24
STICKINESS = 0.2
# Of exp(0.5 z): mean e^(1/8), standard deviation sqrt((e^(1/4) - 1) e^(1/4)).
LATENCY_SPREAD = 0.5
LATENCY_MEAN = math.exp(LATENCY_SPREAD**2 / 2)
LATENCY_DEVIATION = math.sqrt((math.exp(LATENCY_SPREAD**2) - 1) * math.exp(LATENCY_SPREAD**2))


class DriftKind(TypedDict):
    """How far the level moves, in standard deviations, and over how many hours (0: at once)."""

    size: float
    ramp_hours: int


@dataclass(frozen=True, slots=True)
class Specification:
    """What a split of the stream set is made of; hours are counted from a stream's first value."""

    seed: int
    stable: int
    drifting: int
    reference_hours: int
    watch_hours: int
    deadline_hours: int
    families: tuple[str, ...]
    drifts: tuple[tuple[str, DriftKind], ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """One hourly series. `kind` is `stable` or a drift's name; `onset` is the hour of the first drifted value."""

    family: str
    kind: str
    onset: int | None
    values: Series


def load_specification(split: str, path: Path = DATA) -> Specification:
    """Read one split; ValueError names the splits that exist."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if split not in document["splits"]:
        raise ValueError(f"{path.name} has no split {split!r}; it has {', '.join(document['splits'])}")
    part = document["splits"][split]
    drifts = tuple(
        (name, DriftKind(size=float(kind["size"]), ramp_hours=int(kind["ramp-hours"])))
        for name, kind in document["drifts"].items()
    )
    return Specification(
        seed=part["seed"],
        stable=part["stable"],
        drifting=part["drifting"],
        reference_hours=document["reference-hours"],
        watch_hours=document["watch-hours"],
        deadline_hours=document["deadline-hours"],
        families=tuple(document["families"]),
        drifts=drifts,
    )


def streams(specification: Specification) -> Iterator[Stream]:
    """All streams of a split, stable ones first; families and drifts take turns, onsets fall anywhere in the watch."""
    total = specification.reference_hours + specification.watch_hours
    for number in range(specification.stable + specification.drifting):
        random = np.random.default_rng([specification.seed, number])
        family = specification.families[number % len(specification.families)]
        values = noise(family, total, random)
        if number < specification.stable:
            yield Stream(family, "stable", None, values)
            continue
        name, kind = specification.drifts[number // len(specification.families) % len(specification.drifts)]
        last = total - specification.deadline_hours
        onset = int(random.integers(specification.reference_hours, last + 1))
        sign = 1.0 if random.random() < 0.5 else -1.0  # noqa: PLR2004 - a fair coin
        yield Stream(family, name, onset, values + sign * drift(total, onset, kind))


def noise(family: str, hours: int, random: np.random.Generator) -> Series:
    """Stable noise of one family with hourly standard deviation 1 (the daily cycle comes on top)."""
    normal = random.standard_normal(hours)
    if family == "latency":
        return np.asarray((np.exp(LATENCY_SPREAD * normal) - LATENCY_MEAN) / LATENCY_DEVIATION, dtype=np.float64)
    if family == "daily":
        phase = random.uniform(0, 2 * math.pi)
        cycle = np.sin(2 * math.pi * np.arange(hours) / HOURS_A_DAY + phase) * math.sqrt(2)
        return np.asarray(normal + cycle, dtype=np.float64)
    if family == "sticky":
        return _sticky(normal)
    return normal


def drift(hours: int, onset: int, kind: DriftKind) -> Series:
    """What a drift adds to each hour: nothing before the onset, then a step or a ramp to its size."""
    since = np.arange(hours) - onset
    share = np.clip((since + 1) / (kind["ramp_hours"] + 1), 0.0, 1.0)
    return np.asarray(kind["size"] * share, dtype=np.float64)


def _sticky(normal: Series) -> Series:
    values = normal.copy()
    fresh = math.sqrt(1 - STICKINESS**2)
    for hour in range(1, len(values)):
        values[hour] = STICKINESS * values[hour - 1] + fresh * normal[hour]
    return values
