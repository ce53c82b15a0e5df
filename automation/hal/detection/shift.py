"""Finds where a stream of samples leaves its reference: trailing windows of many lengths, each tested for a moved level
and for a changed shape. Short windows see a large shift at once, long ones a small shift at last.

For metrics without a daily cycle; `drift.py` is for hourly ones with it. The windows double in length, so that
whatever the shift one of them is within a factor of √2 of the best (the idea of Lorden's and Lai's window-limited
generalised likelihood ratio). Each test gets the same probability of a false alarm, chosen so that all together stay
below 2 % over a thousand samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from automation.hal.detection.windows import ks_scores, ks_threshold, level_scores

Series = npt.NDArray[np.float64]

WINDOWS = (4, 8, 16, 32, 64, 128, 256)
SHORTEST_REFERENCE = 200
SHORTEST_FOR_SHAPE = 16
"""Of fewer samples nobody can tell a shape."""

LEVEL_CHANCE = 4e-6
SHAPE_CHANCE = 1e-6
"""Probability of a false alarm of one look; found by simulation with seeds that no benchmark uses."""


@dataclass(frozen=True, slots=True)
class Shift:
    """`sample` counts from the first one after the reference; `test` is level or shape, `window` the samples it saw."""

    sample: int
    test: str
    window: int


def first_shift(reference: Series, values: Series) -> Shift | None:
    """The earliest sample at which the trailing ones no longer look like the reference, or None.

    Raises `ValueError` for a reference of fewer than 200 samples, and for samples that are not finite numbers.
    """
    if len(reference) < SHORTEST_REFERENCE:
        raise ValueError(f"a reference needs {SHORTEST_REFERENCE} samples, not {len(reference)}")
    if not (np.isfinite(reference).all() and np.isfinite(values).all()):
        raise ValueError("samples have to be finite numbers; leave the others out")
    if not len(values):
        return None
    found = [*_of_level(reference, values), *_of_shape(reference, values)]
    return min(found, key=lambda shift: (shift.sample, shift.window), default=None)


def _of_level(reference: Series, values: Series) -> list[Shift]:
    threshold = NormalDist().inv_cdf(1 - LEVEL_CHANCE / 2)
    found: list[Shift] = []
    for window in WINDOWS:
        scores = level_scores(reference, _reaching_back(reference, values, window), window)
        found.extend(Shift(place, "level", window) for place in np.flatnonzero(scores > threshold)[:1].tolist())
    return found


def _of_shape(reference: Series, values: Series) -> list[Shift]:
    threshold = ks_threshold(SHAPE_CHANCE)
    found: list[Shift] = []
    for window in (one for one in WINDOWS if one >= SHORTEST_FOR_SHAPE):
        scores = ks_scores(reference, _reaching_back(reference, values, window), window)
        found.extend(Shift(place, "shape", window) for place in np.flatnonzero(scores > threshold)[:1].tolist())
    return found


def _reaching_back(reference: Series, values: Series, window: int) -> Series:
    """So that a window ends at the very first sample: what is missing comes from the reference's end."""
    return np.concatenate([reference[len(reference) - min(window, len(reference)) + 1 :], values])
