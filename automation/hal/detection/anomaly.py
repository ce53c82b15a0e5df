"""Finds single odd values: how far from the recent level (rolling z) times how odd altogether (isolation forest).

Each alone is weaker: a z-value cannot see an odd combination, a forest alone does not know what is recent. After an
alarm a refractory period keeps one incident from alarming again and again. Isolation forest: Liu, Ting and Zhou, 2008.
"""

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import IsolationForest

Series = npt.NDArray[np.float64]

WINDOW = 168
SHORT = 6
TREES = 50
THRESHOLD = 6.0


def scores(values: Series, reference: int, seed: int = 0) -> Series:
    """Oddness of each value after the first `reference` ones, on which the forest learns what is usual.

    About 0-4 for ordinary values, above 6 for odd ones. ValueError if the reference is shorter than the rolling window
    of 168 values or nothing follows it.
    """
    if not WINDOW <= reference < len(values):
        raise ValueError(f"anomaly scores need a reference of {WINDOW} values or more and at least one value after it")
    features = _features(values)
    usual = features[WINDOW:reference] if reference > WINDOW + TREES else features[:reference]
    forest = IsolationForest(n_estimators=TREES, random_state=seed).fit(usual)
    isolation = -np.asarray(forest.score_samples(features), dtype=np.float64)
    middle = float(np.median(isolation[:reference]))
    return np.asarray((np.abs(features[:, 0]) * isolation / middle)[reference:], dtype=np.float64)


def alarms(oddness: Series, refractory: int, threshold: float = THRESHOLD) -> list[int]:
    """Positions above the threshold, none within `refractory` values of the alarm before."""
    found: list[int] = []
    for position in np.flatnonzero(oddness > threshold).tolist():
        if not found or position - found[-1] > refractory:
            found.append(position)
    return found


def _features(values: Series) -> Series:
    z = _rolling_z(values)
    step = np.diff(z, prepend=z[:1])
    short = np.convolve(z, np.ones(SHORT) / SHORT)[: len(z)]
    return np.column_stack([z, step, short])


def _rolling_z(values: Series) -> Series:
    """Each value against the mean and deviation of up to 168 values before it; 0 until two are known."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    square = np.concatenate([[0.0], np.cumsum(values**2)])
    ends = np.arange(len(values))
    starts = np.maximum(0, ends - WINDOW)
    count = np.maximum(1, ends - starts)
    mean = (total[ends] - total[starts]) / count
    deviation = np.sqrt(np.maximum(0.0, (square[ends] - square[starts]) / count - mean**2))
    known = (ends > 1) & (deviation > 0)
    return np.asarray(np.where(known, (values - mean) / np.where(known, deviation, 1.0), 0.0), dtype=np.float64)
