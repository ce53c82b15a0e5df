"""Two programs side by side: interleaved pairs, medians and ratios, peak memory, and a verdict for each target.

Only ratios within one run mean anything: the same machine is up to five times slower from one minute to the next.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from compileall import compile_dir
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
BENCH = Path(__file__).resolve().parent
PYTHON = (sys.executable, "-P")


class Spent(NamedTuple):
    """What a process took: wall seconds, and megabytes at its peak."""

    seconds: float
    megabytes: float


class Result(NamedTuple):
    """One target: what was measured, the most it may be, and how it came about."""

    what: str
    measured: float
    limit: float
    unit: str = "x"
    how: str = ""

    @property
    def met(self) -> bool:
        return self.measured <= self.limit


def spend(command: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None) -> Spent:
    """Run a command to its end with its output thrown away. Raises `RuntimeError` when it fails.

    Its memory is its own only as long as this process is smaller: Linux counts what was there before the exec.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(extra or {})}
    null = os.open(os.devnull, os.O_RDWR)
    before = Path.cwd()
    os.chdir(folder)
    try:
        started = time.perf_counter()
        actions = [(os.POSIX_SPAWN_DUP2, null, 1)]
        child = os.posix_spawn(command[0], list(command), environment, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - started
    finally:
        os.chdir(before)
        os.close(null)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Spent(seconds, usage.ru_maxrss / 1024)


def interleaved(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """What each measure gave in every round, one after the other within a round; one round before them warms up."""
    found: list[list[float]] = [[] for _ in measures]
    for number in range(rounds + 1):
        for values, measure in zip(found, measures, strict=True):
            value = measure()
            if number:
                values.append(value)
    return found


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the pairs' ratios."""
    return statistics.median(mine / yours for mine, yours in zip(ours, theirs, strict=True))


def prepare() -> None:
    """Compile everything, so that no measurement pays for it, whatever PYTHONDONTWRITEBYTECODE says."""
    for name in ("automation", "monitoring", "tests/bench"):
        compile_dir(ROOT / name, quiet=2)


def conclude(results: Iterable[Result]) -> int:
    """Print a line for each target. The exit code is 0, or with `--check` 1 when one is missed."""
    found = list(results)
    for result in found:
        word = "met   " if result.met else "MISSED"
        how = f"  ({result.how})" if result.how else ""
        print(f"{word} {result.what}: {result.measured:.2f} {result.unit}, at most {result.limit:g}{how}", flush=True)
    return 1 if "--check" in sys.argv and not all(result.met for result in found) else 0


def rounds(default: int) -> int:
    """How many pairs `--rounds` asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=default)
    parser.add_argument("--check", action="store_true")
    return int(parser.parse_args().rounds)
