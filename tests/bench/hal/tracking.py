"""HAL's tracking: incidents on NAB, shifts on simulated streams. `python -m tests.bench.hal.tracking FOLDER`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from automation.hal.detection.anomaly import THRESHOLD, Watch
from automation.hal.detection.shift import first_shift
from tests.bench.hal.command import main
from tests.bench.hal.figures import Figure, Interval, Report, Table, bootstrap, latency, most
from tests.bench.hal.folder import BadFolder, digest, read_rows
from tests.bench.hal.meter import peak_memory
from tests.bench.hal.nab import (
    FEW_FALSE_ALARMS,
    FEW_MISSES,
    STANDARD,
    Floats,
    Profile,
    Stream,
    raw_score,
    scaled,
)

SERIES = "anomaly_nab.jsonl"
_FIELDS = {"file": str, "t": list, "v": list, "windows": list}
REFRACTORY = 150
"""Values after an alarm in which there is no other: about half a day of five-minute readings."""

RUNS = 200
REFERENCE = 1_000
ONSET_SEED = 900_000
NEVER = 10_000


def streams(folder: Path) -> list[Stream]:
    """The folder's series. Raises `BadFolder` for one whose times and values do not fit together."""
    found = []
    for number, row in enumerate(read_rows(folder, SERIES, _FIELDS), 1):
        times, values = (np.asarray(row[key], dtype=np.float64) for key in ("t", "v"))
        if len(times) != len(values) or not len(values):
            raise BadFolder(f"{folder / SERIES}, row {number}: {len(times)} times for {len(values)} values")
        spans = np.asarray(row["windows"], dtype=np.float64).reshape(-1, 2)
        rows = [(int(np.searchsorted(times, a)), int(np.searchsorted(times, b, "right")) - 1) for a, b in spans]
        found.append(Stream(str(row["file"]), values, tuple(sorted(rows))))
    return found


class Watched(NamedTuple):
    """What the detector said of one series, and how long it took for a value."""

    stream: Stream
    alarms: tuple[int, ...]
    microseconds: float


def watched(stream: Stream) -> Watched:
    """The series, value for value in order, through the detector as it ships."""
    started = time.perf_counter()
    alarms = Watch(REFRACTORY).extend(stream.values)
    return Watched(stream, tuple(alarms), 1e6 * (time.perf_counter() - started) / len(stream.values))


def score(found: Sequence[Watched], profile: Profile = STANDARD) -> float:
    """NAB's score over all series."""
    raw = sum(raw_score(one.stream, one.alarms, profile) for one in found)
    return scaled(raw, sum(len(one.stream.scored_windows) for one in found), profile)


def interval(found: Sequence[Watched], rounds: int = 2_000) -> Interval:
    """95 % of the score when the series are drawn anew."""
    raw = np.array([raw_score(one.stream, one.alarms) for one in found])
    windows = np.array([len(one.stream.scored_windows) for one in found])
    draws = np.random.default_rng(7).integers(0, len(found), (rounds, len(found)))
    counted = [scaled(float(raw[draw].sum()), int(windows[draw].sum())) for draw in draws if windows[draw].sum()]
    low, high = np.percentile(counted, [2.5, 97.5])
    return Interval(float(low), float(high))


def delays(change: Callable[[Floats], Floats], runs: int = RUNS) -> list[float]:
    """Samples until the shift is found, over seeded streams of normal noise with a change from the first sample on."""
    found: list[float] = []
    for run in range(runs):
        random = np.random.default_rng([ONSET_SEED, run])
        reference, noise = random.standard_normal(REFERENCE), random.standard_normal(2 * REFERENCE)
        shift = first_shift(reference, change(noise))
        found.append(float(shift.sample + 1) if shift else NEVER)
    return found


def false_alarms(runs: int = RUNS) -> list[float]:
    """Of seeded streams in which nothing changes over a thousand samples, whether something was found."""
    found = []
    for run in range(runs):
        random = np.random.default_rng([ONSET_SEED + 1, run])
        shift = first_shift(random.standard_normal(REFERENCE), random.standard_normal(REFERENCE))
        found.append(float(shift is not None))
    return found


SHIFTS: tuple[tuple[str, Callable[[Floats], Floats], float, float], ...] = (
    ("small shift, half a deviation", lambda noise: noise + 0.5, 190, 90),
    ("large shift, one deviation", lambda noise: noise + 1.0, 50, 40),
    (
        "gradual shift, to one deviation in 500 samples",
        lambda noise: noise + np.clip(np.arange(len(noise)) / 500, 0, 1),
        270,
        100,
    ),
)


def measure(folder: Path) -> Report:
    """All figures of tracking."""
    found = [watched(stream) for stream in streams(folder)]
    nab = Figure("NAB, standard profile", score(found), interval(found), len(found), "points", 45, 58)
    figures = [
        nab,
        Figure("NAB, few false alarms", score(found, FEW_FALSE_ALARMS), None, len(found), "points"),
        Figure("NAB, few misses", score(found, FEW_MISSES), None, len(found), "points"),
        *(_delay(*one) for one in SHIFTS),
        most("false alarms in 1,000 samples", false_alarms(), 2.0, 2.0),
        latency("time for a value", [one.microseconds for one in found])._replace(unit="µs"),
        peak_memory(bound=300),
    ]
    rows = tuple(
        (one.stream.name, len(one.stream.values), len(one.stream.scored_windows), len(one.alarms), _own(one))
        for one in found
    )
    table = Table("By series", ("series", "values", "windows", "alarms", "raw score"), rows)
    notes = (
        f"One threshold ({THRESHOLD}) and one refractory period ({REFRACTORY} values) for all series.",
        "The shifts are simulated: normal noise, a reference of 1,000 samples; the median delay is given.",
    )
    return Report("Tracking", SERIES, digest(folder, [SERIES]), tuple(figures), (table,), notes)


def _own(one: Watched) -> float:
    return round(raw_score(one.stream, one.alarms), 2)


def _delay(what: str, change: Callable[[Floats], Floats], least: float, aim: float) -> Figure:
    counted = delays(change)
    middle = bootstrap(counted, lambda draws: np.asarray(np.median(draws, axis=-1), dtype=np.float64))
    value = float(np.median(counted))
    return Figure(what, value, middle, len(counted), "samples", least, aim, lower_is_better=True)


if __name__ == "__main__":
    raise SystemExit(main("tracking", measure))
