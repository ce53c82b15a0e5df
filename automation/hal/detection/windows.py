"""Two-sample tests of every trailing window of a series against a fixed reference, all windows at once.

Two statistics, because each is blind where the other sees: Kolmogorov–Smirnov notices a changed shape, the rank sum
(Mann–Whitney) a moved level, and the latter needs far fewer values for it.
"""

import math

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]

KOLMOGOROV_TERMS = 20


def ks_scores(reference: Series, values: Series, window: int) -> Series:
    """Kolmogorov–Smirnov statistic of each trailing window, scaled to its limiting distribution.

    Position i belongs to the window that ends with `values[i + window - 1]`. The scale is Stephens' small-sample
    correction (1970): (sqrt(n) + 0.12 + 0.11 / sqrt(n)) D with n the effective size of both samples.
    """
    share = _sorted_windows(_share_below(reference, values), window)
    above = np.arange(1, window + 1) / window - share
    below = share - np.arange(window) / window
    distance = np.maximum(above, below).max(axis=1)
    root = math.sqrt(len(reference) * window / (len(reference) + window))
    return np.asarray((root + 0.12 + 0.11 / root) * distance, dtype=np.float64)


def rank_scores(reference: Series, values: Series, window: int) -> Series:
    """Absolute z-value of the rank-sum statistic of each trailing window; ties count half (Mann and Whitney, 1947)."""
    order = np.sort(reference)
    below = np.searchsorted(order, values, side="left")
    through = np.searchsorted(order, values, side="right")
    wins = (below + through) / (2 * len(order))
    mean = np.lib.stride_tricks.sliding_window_view(wins, window).mean(axis=1)
    deviation = math.sqrt((len(order) + window + 1) / (12 * len(order) * window))
    return np.asarray(np.abs(mean - 0.5) / deviation, dtype=np.float64)


def ks_probability(score: float) -> float:
    """Probability of at least this scaled statistic when nothing changed (Kolmogorov, 1933)."""
    if score <= 0:
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * score) ** 2) for k in range(1, KOLMOGOROV_TERMS + 1))
    return min(1.0, max(0.0, 2 * sum(terms)))


def _share_below(reference: Series, values: Series) -> Series:
    return np.searchsorted(np.sort(reference), values, side="right") / len(reference)


def _sorted_windows(values: Series, window: int) -> Series:
    return np.sort(np.lib.stride_tricks.sliding_window_view(values, window), axis=1)
