"""The score of the Numenta Anomaly Benchmark, written from its paper (Lavin and Ahmad, 2015, section II-C).

The first 15 % of a file (at most 750 rows) are for learning and not scored. In each labelled window the earliest alarm
counts, the more the earlier; a window without one costs; an alarm outside costs, the more the farther it lies behind
the last window. 0 is what a detector gets that never alarms, 100 one that alarms once, at the start of every window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEARNING_SHARE = 0.15
LEARNING_MOST = 750
_FAR = 3.0
_STEEP = 5.0


class Profile(NamedTuple):
    """What an alarm outside and a window without one cost."""

    false_alarm: float
    missed: float


STANDARD = Profile(0.11, 1.0)
FEW_FALSE_ALARMS = Profile(0.22, 1.0)
FEW_MISSES = Profile(0.11, 2.0)


class Stream(NamedTuple):
    """One file: its values, and the labelled windows as first and last row."""

    name: str
    values: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def learning(self) -> int:
        """The rows that are not scored."""
        return int(min(LEARNING_SHARE * len(self.values), LEARNING_MOST))

    @property
    def scored_windows(self) -> tuple[tuple[int, int], ...]:
        """The windows that do not lie in the learning part."""
        return tuple(window for window in self.windows if window[1] >= self.learning)


def raw_score(stream: Stream, alarms: Sequence[int], profile: Profile = STANDARD) -> float:
    """The file's score before it is scaled. `alarms` are rows."""
    scored = [row for row in alarms if row >= stream.learning]
    best = dict.fromkeys(stream.scored_windows, -profile.missed)
    outside = 0.0
    for row in scored:
        window = next((one for one in stream.scored_windows if one[0] <= row <= one[1]), None)
        if window is None:
            outside += profile.false_alarm * _outside(stream.scored_windows, row)
        else:
            best[window] = max(best[window], _inside(window, row))
    return outside + sum(best.values())


def scaled(raw: float, windows: int, profile: Profile = STANDARD) -> float:
    """A sum of raw scores over files with so many windows in all, from 0 for silence to 100 for perfection."""
    silence = -profile.missed * windows
    return 100 * (raw - silence) / (windows - silence)


def _inside(window: tuple[int, int], row: int) -> float:
    first, last = window
    return _sigmoid(-(last - row + 1) / (last - first + 1)) / _sigmoid(-1.0)


def _outside(windows: Sequence[tuple[int, int]], row: int) -> float:
    before = [window for window in windows if window[1] < row]
    if not before:
        return -1.0
    first, last = before[-1]
    return _sigmoid((row - last) / max(1, last - first))


def _sigmoid(place: float) -> float:
    return -1.0 if place > _FAR else 2 / (1 + math.exp(_STEEP * place)) - 1
