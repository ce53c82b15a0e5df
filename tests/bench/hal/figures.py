"""What a benchmark found, as values: figures with intervals and targets, tables, and the report of them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
Verdict = Literal["met", "not met", "no target"]
Cell = str | int | float | None

_ROUNDS = 2000
_AT_ONCE = 2_000_000
_SEED = 7


class Interval(NamedTuple):
    """Ends of a 95 % interval."""

    low: float
    high: float


class Figure(NamedTuple):
    """One measured value. `least` is what it must reach and `aim` what it should, in the figure's own unit; where
    lower is better they are the most that it may be."""

    what: str
    value: float
    interval: Interval | None
    n: int
    unit: str = "%"
    least: float | None = None
    aim: float | None = None
    lower_is_better: bool = False

    @property
    def verdict(self) -> Verdict:
        """Whether the value reaches the target; the interval does not excuse a miss."""
        return self._reaches(self.least)

    @property
    def aim_verdict(self) -> Verdict:
        """The same for the aim."""
        return self._reaches(self.aim)

    def _reaches(self, bound: float | None) -> Verdict:
        if bound is None:
            return "no target"
        good = self.value <= bound if self.lower_is_better else self.value >= bound
        return "met" if good else "not met"


class Table(NamedTuple):
    """A table under a heading, for instance one row a source."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Report(NamedTuple):
    """What one command measured, on which data."""

    component: str
    data: str
    data_hash: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


def mean(draws: Floats) -> Floats:
    """The mean of each row of draws."""
    return np.asarray(draws.mean(axis=-1), dtype=np.float64)


def p95(draws: Floats) -> Floats:
    """The 95th percentile of each row of draws."""
    return np.asarray(np.percentile(draws, 95, axis=-1), dtype=np.float64)


def bootstrap(values: Sequence[float], statistic: Statistic = mean, rounds: int = _ROUNDS) -> Interval:
    """The 95 % percentile interval of a statistic over the values (Efron 1979), the same for the same values.

    Raises `ValueError` if there are no values.
    """
    known = _known(values)
    generator = np.random.default_rng(_SEED)
    at_once = max(1, _AT_ONCE // len(known))
    drawn = [
        statistic(known[generator.integers(0, len(known), (min(at_once, rounds - start), len(known)))])
        for start in range(0, rounds, at_once)
    ]
    low, high = np.percentile(np.concatenate(drawn), [2.5, 97.5])
    return Interval(float(low), float(high))


def share(what: str, hits: Sequence[float], least: float | None = None, aim: float | None = None) -> Figure:
    """The mean of values between 0 and 1, in per cent, with its interval."""
    low, high = bootstrap(hits)
    interval = Interval(100 * low, 100 * high)
    return Figure(what, 100 * float(np.mean(hits)), interval, len(hits), "%", least, aim)


def most(what: str, hits: Sequence[float], bound: float | None = None, aim: float | None = None) -> Figure:
    """The same for a share that should be small."""
    return share(what, hits, bound, aim)._replace(lower_is_better=True)


def latency(what: str, milliseconds: Sequence[float], bound: float | None = None, aim: float | None = None) -> Figure:
    """The 95th percentile of times, with its interval."""
    value = float(p95(_known(milliseconds)))
    return Figure(what, value, bootstrap(milliseconds, p95), len(milliseconds), "ms", bound, aim, lower_is_better=True)


def by_source(title: str, sources: Sequence[str], hits: Sequence[float], what: str) -> Table:
    """One row a source: the mean in per cent, its interval, and how many; sources in the order of their names."""
    groups: dict[str, list[float]] = {}
    for source, hit in zip(sources, hits, strict=True):
        groups.setdefault(source, []).append(hit)
    rows = []
    for source, values in sorted(groups.items()):
        low, high = bootstrap(values)
        rows.append((source, 100 * float(np.mean(values)), f"{100 * low:.1f} to {100 * high:.1f}", len(values)))
    return Table(title, ("source", what, "95 % interval", "n"), tuple(rows))


def _known(values: Sequence[float]) -> Floats:
    if not len(values):
        raise ValueError("nothing was measured: there are no values")
    return np.asarray(values, dtype=np.float64)
