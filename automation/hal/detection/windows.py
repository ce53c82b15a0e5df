"""Two-sample tests of every trailing window of a series against a fixed reference, all windows at once.

Two statistics, because each is blind where the other sees: Kolmogorov-Smirnov notices a changed shape, normal scores
a moved level, and the latter need far fewer values for it.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Series = npt.NDArray[np.float64]

KOLMOGOROV_TERMS = 20


def ks_scores(reference: Series, values: Series, window: int) -> Series:
    """Kolmogorov-Smirnov statistic of each trailing window, scaled to its limiting distribution.

    Position i belongs to the window that ends with `values[i + window - 1]`. The scale is Stephens' small-sample
    correction (1970): (sqrt(n) + 0.12 + 0.11 / sqrt(n)) D with n the effective size of both samples.
    """
    share = _sorted_windows(_share_below(reference, values), window)
    above = np.arange(1, window + 1) / window - share
    below = share - np.arange(window) / window
    distance = np.maximum(above, below).max(axis=1)
    root = math.sqrt(len(reference) * window / (len(reference) + window))
    return np.asarray((root + 0.12 + 0.11 / root) * distance, dtype=np.float64)


def level_scores(reference: Series, values: Series, window: int) -> Series:
    """Absolute z-value of the normal-scores statistic of each trailing window (van der Waerden, 1952).

    Every value is replaced by the normal quantile of its rank in the reference (ties count half), so that a long tail
    weighs no more than its rank; unlike the rank sum it does not saturate at a shift of two deviations.
    """
    order = np.sort(reference)
    wins = (np.searchsorted(order, values, side="left") + np.searchsorted(order, values, side="right")) / 2
    quantiles = ndtri((wins + 0.5) / (len(order) + 1))
    mean = np.lib.stride_tricks.sliding_window_view(quantiles, window).mean(axis=1)
    return np.asarray(np.abs(mean) / math.sqrt(1 / window + 1 / len(order)), dtype=np.float64)


def ks_probability(score: float) -> float:
    """Probability of at least this scaled statistic when nothing changed (Kolmogorov, 1933)."""
    if score <= 0:
        return 1.0
    terms = [(-1.0) ** (k - 1) * math.exp(-2 * (k * score) ** 2) for k in range(1, KOLMOGOROV_TERMS + 1)]
    return min(1.0, max(0.0, 2 * sum(terms)))


def ks_threshold(probability: float) -> float:
    """The scaled statistic that chance exceeds with this probability; by bisection, to 1e-9."""
    low, high = 0.0, 10.0
    while high - low > 1e-9:  # noqa: PLR2004 - the accuracy promised above
        middle = (low + high) / 2
        low, high = (middle, high) if ks_probability(middle) > probability else (low, middle)
    return high


def _share_below(reference: Series, values: Series) -> Series:
    return np.asarray(np.searchsorted(np.sort(reference), values, side="right") / len(reference), dtype=np.float64)


def _sorted_windows(values: Series, window: int) -> Series:
    return np.sort(np.lib.stride_tricks.sliding_window_view(values, window), axis=1)
