"""Finds drift in an hourly metric: windows against a fixed reference, and ADWIN for what creeps.

The reference's daily cycle (two harmonics, least squares) is taken out first. Neighbouring hours resemble each other in
most metrics; the scores are divided by the factor by which that widens a mean, (1 + r) / (1 - r) with r the reference's
correlation from hour to hour. Both tests of a window alarm at the same probability.

What it can see: steps of two standard deviations and ramps to four within half a day, within 24 hours. Weaker drifts
are found later or not at all; `trial.py` measures that too.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from automation.hal.detection.adwin import Adwin
from automation.hal.detection.windows import ks_scores, ks_threshold, level_scores

Series = npt.NDArray[np.float64]

HOURS_A_DAY = 24
HARMONICS = 2
SHORTEST_REFERENCE = 96
# Trailing hours, and the probability of a false alarm that one look at them may have. Short windows are looked at more
# often in effect (their neighbours overlap less), so they get the smaller share; chosen on the dev streams.
WINDOWS = {12: 3e-7, 24: 6e-6}
ADWIN_CONFIDENCE = 1e-5
ADWIN_EVERY = 6
ADWIN_MEMORY = 240


@dataclass(frozen=True, slots=True)
class Finding:
    """`hour` counts from the first value after the reference; `detector` is ks, level or adwin.

    `score` is the statistic that passed its threshold; of adwin, how many deviations the new mean lies from normal.
    """

    hour: int
    detector: str
    score: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal: the daily cycle and, without it, the reference's values in units of their deviation."""

    cycle: Series
    calm: Series
    scale: float
    widening: float

    def standardise(self, values: Series, start: int) -> Series:
        """Take the cycle out of values whose first one is `start` hours after the reference's first."""
        return np.asarray((values - _harmonics(start, len(values)) @ self.cycle) / self.scale, dtype=np.float64)


def learn(reference: Series) -> Baseline:
    """Learn from at least 96 hourly values; ValueError on fewer, on non-numbers and on a constant series."""
    if len(reference) < SHORTEST_REFERENCE:
        raise ValueError(f"a drift reference needs {SHORTEST_REFERENCE} hourly values, not {len(reference)}")
    if not np.isfinite(reference).all():
        raise ValueError("the drift reference holds values that are not finite numbers; leave such hours out")
    cycle = np.asarray(np.linalg.lstsq(_harmonics(0, len(reference)), reference)[0], dtype=np.float64)
    rest = reference - _harmonics(0, len(reference)) @ cycle
    scale = float(rest.std())
    if scale <= 1e-9 * max(1.0, float(np.abs(reference).max())):
        raise ValueError("the drift reference never changes; watch such a metric with a threshold instead")
    neighbour = float(np.corrcoef(rest[1:], rest[:-1])[0, 1])
    widening = math.sqrt(max(1.0, (1 + neighbour) / (1 - neighbour)))
    return Baseline(cycle=cycle, calm=rest / scale, scale=scale, widening=widening)


def first_drift(reference: Series, values: Series) -> Finding | None:
    """The earliest alarm in the hours after the reference, or None; windows reach back into the reference."""
    baseline = learn(reference)
    fresh = baseline.standardise(values, len(reference))
    findings = [*_window_findings(baseline, fresh), *_adwin_findings(baseline, fresh)]
    return min(findings, key=lambda finding: finding.hour, default=None)


KS_THRESHOLDS = {window: ks_threshold(probability) for window, probability in WINDOWS.items()}
LEVEL_THRESHOLDS = {window: NormalDist().inv_cdf(1 - probability / 2) for window, probability in WINDOWS.items()}


def _window_findings(baseline: Baseline, fresh: Series) -> list[Finding]:
    found = []
    for window in WINDOWS:
        values = np.concatenate([baseline.calm[len(baseline.calm) - window + 1 :], fresh])
        for detector, score, threshold in (("ks", ks_scores, KS_THRESHOLDS), ("level", level_scores, LEVEL_THRESHOLDS)):
            scores = score(baseline.calm, values, window) / baseline.widening
            alarms = np.flatnonzero(scores > threshold[window])
            if len(alarms):
                found.append(Finding(int(alarms[0]), detector, float(scores[alarms[0]])))
    return found


def _adwin_findings(baseline: Baseline, fresh: Series) -> list[Finding]:
    adwin = Adwin(confidence=ADWIN_CONFIDENCE, every=ADWIN_EVERY)
    for value in baseline.calm[-ADWIN_MEMORY:].tolist():
        adwin.update(value)
    for hour, value in enumerate(fresh.tolist()):
        if adwin.update(value):
            return [Finding(hour, "adwin", abs(adwin.mean))]
    return []


def _harmonics(start: int, hours: int) -> Series:
    angle = (np.arange(hours) + start) * 2 * math.pi / HOURS_A_DAY
    waves = [wave(angle * k) for k in range(1, HARMONICS + 1) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(hours), *waves])
