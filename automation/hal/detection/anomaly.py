"""Finds incidents in a stream of values: how far from the usual level, times how odd altogether, set against the past.

Three parts, because each alone is weak. The **level** is the geometric mean of two z-values against all that is
remembered: of the value itself and of the mean of the last few, so that a lone spike and a slow creep both have to show
in both. An **isolation forest** (Liu, Ting and Zhou, 2008), fitted anew as the stream goes on, knows which combinations
are odd. Their product is then divided by the height that it rarely passed before, so that a stream which spikes every
hour is not reported every hour. After an alarm a **refractory** period keeps one incident from alarming over and over.

What it says of a value depends on the values up to that one alone, however they were handed over.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]

MEMORY = 10_000
"""Values that the level is measured against; older ones are forgotten."""

SHORT = 6
"""Values in the short mean."""

FIRST_FIT = 200
REFIT = 500
"""The forest is fitted when it has seen this many values, and anew after each further `REFIT`."""

FITTED_ON = 4_000
TREES = 50

RARE = 0.995
"""The share of former scores below the height that a score is compared with."""

LOOK_BACK = 100
"""The height is measured anew after so many values."""

KNOWN_AT_LEAST = 300
"""Before so many values are known, nothing is odd."""

LEAST_HEIGHT = 2.0
"""A stream without any spikes yet does not make its first bump an incident."""

THRESHOLD = 1.4
"""From 1.1 to 1.4 NAB's score hardly moves on the half of its files that was looked at; the calmest of these."""


class Watch:
    """One stream. `seed` makes the forest's chance repeatable; `refractory` counts values.

    `short` is the number of values in the short mean: with 1 a lone spike counts in full, and a slow creep less.
    """

    def __init__(self, refractory: int, threshold: float = THRESHOLD, seed: int = 0, short: int = SHORT) -> None:
        self._refractory, self._threshold, self._seed, self._short = refractory, threshold, seed, short
        self._seen = 0
        self._values: Series = np.empty(0)
        self._features: Series = np.empty((0, 4))
        self._raw: Series = np.empty(0)
        self._last = -refractory - 1

    def extend(self, values: Series) -> list[int]:
        """Take further values; the positions in the whole stream, from 0, that are alarms.

        Raises `ValueError` for values that are not finite numbers, and then has taken none of them.
        """
        odd = self.oddness(values)
        found: list[int] = []
        for position in (np.flatnonzero(odd > self._threshold) + self._seen - len(odd)).tolist():
            if position - self._last > self._refractory:
                self._last = position
                found.append(position)
        return found

    def oddness(self, values: Series) -> Series:
        """Take further values; the oddness of each: above 1 for what is rarer than all but 0.5 % of what came before.

        Raises `ValueError` as `extend` does.
        """
        fresh = np.asarray(values, dtype=np.float64).ravel()
        if not np.isfinite(fresh).all():
            place = int(np.flatnonzero(~np.isfinite(fresh))[0])
            raise ValueError(f"value {place} is not a finite number: leave it out")
        if not len(fresh):
            return fresh
        self._values = np.concatenate([self._values, fresh])
        self._features = np.concatenate([self._features, _features(self._values, self._short)[-len(fresh) :]])
        self._seen += len(fresh)
        level = np.sqrt(np.abs(self._features[-len(fresh) :, 0] * self._features[-len(fresh) :, 2]))
        self._raw = np.concatenate([self._raw, level * self._isolation(len(fresh))])
        found = self._against_past(len(fresh))
        self._forget()
        return found

    def _isolation(self, new: int) -> Series:
        """Each new value's isolation as a multiple of the usual one, by the forest that was last fitted before it."""
        found = np.zeros(new)
        before, forgotten = self._seen - new, self._seen - len(self._features)
        for start, end in _stretches(before, self._seen, FIRST_FIT, REFIT):
            if start >= FIRST_FIT:
                fitted = FIRST_FIT if start < REFIT else start // REFIT * REFIT
                known = self._features[max(0, fitted - FITTED_ON - forgotten) : fitted - forgotten]
                asked = self._features[start - forgotten : end - forgotten]
                found[start - before : end - before] = _isolation(known, asked, self._seed)
        return found

    def _against_past(self, new: int) -> Series:
        found = np.zeros(new)
        before, forgotten = self._seen - new, self._seen - len(self._raw)
        for start, end in _stretches(before, self._seen, KNOWN_AT_LEAST, LOOK_BACK):
            if start >= KNOWN_AT_LEAST:
                measured = start // LOOK_BACK * LOOK_BACK
                past = self._raw[max(0, measured - MEMORY - forgotten) : measured - forgotten]
                height = max(LEAST_HEIGHT, float(np.quantile(past, RARE)))
                found[start - before : end - before] = self._raw[start - forgotten : end - forgotten] / height
        return found

    def _forget(self) -> None:
        """Keep what later values can still ask for: short means reach back, and z-values of them, too."""
        self._values = self._values[-MEMORY - 3 * self._short :]
        self._features = self._features[-FITTED_ON - REFIT :]
        self._raw = self._raw[-MEMORY - LOOK_BACK :]


def _isolation(known: Series, asked: Series, seed: int) -> Series:
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(n_estimators=TREES, max_samples=min(256, len(known)), random_state=seed).fit(known)
    usual = float(np.median(forest.score_samples(known[-1_000:])))
    return np.asarray(forest.score_samples(asked) / usual, dtype=np.float64)


def _stretches(before: int, end: int, first: int, every: int) -> list[tuple[int, int]]:
    """The pieces of [before, end) between the positions at which something is measured anew."""
    cuts = [first, *range(every, end, every)] if first < every else list(range(first, end, every))
    places = sorted({before, end, *(cut for cut in cuts if before < cut < end)})
    return list(pairwise(places))


def _features(values: Series, count: int) -> Series:
    """Of each value: its z-value, the step from the one before, and the z-value of the short mean."""
    short = _trailing_mean(values, count)
    z = _rolling_z(values)
    return np.column_stack([z, np.diff(z, prepend=z[:1]), _rolling_z(short), _trailing_mean(z, count)])


def _trailing_mean(values: Series, count: int) -> Series:
    total = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - count)
    return np.asarray((total[ends] - total[starts]) / (ends - starts), dtype=np.float64)


def _rolling_z(values: Series) -> Series:
    """Each value against the mean and deviation of up to `MEMORY` values before it; 0 while they never differed."""
    # Around the first value, or the squares of large values would drown their differences.
    near = values - values[:1]
    total = np.concatenate([[0.0], np.cumsum(near)])
    square = np.concatenate([[0.0], np.cumsum(near**2)])
    ends = np.arange(len(near))
    starts = np.maximum(0, ends - MEMORY)
    count = np.maximum(1, ends - starts)
    mean = (total[ends] - total[starts]) / count
    variance = np.maximum(0.0, (square[ends] - square[starts]) / count - mean**2)
    known = (ends > SHORT) & (variance > 1e-12 * np.maximum(1.0, square[ends] / np.maximum(1, ends)))
    return np.asarray(np.where(known, (near - mean) / np.sqrt(np.where(known, variance, 1.0)), 0.0), dtype=np.float64)
