"""Time and memory of this process."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.bench.hal.figures import Figure

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

_KIB_IN_MIB = 1024


def timed(call: Callable[[], Answer]) -> tuple[Answer, float]:
    """What the call answered, and the seconds that it took."""
    started = time.perf_counter()
    answer = call()
    return answer, time.perf_counter() - started


def times(call: Callable[[Thing], object], things: Sequence[Thing], warm_up: int = 3) -> list[float]:
    """Milliseconds of a call for each thing, after the first few were called once untimed."""
    for thing in things[:warm_up]:
        call(thing)
    return [1000 * timed(lambda thing=thing: call(thing))[1] for thing in things]  # type: ignore[misc]  # bound at once


def peak_memory(what: str = "peak memory", bound: float | None = None, aim: float | None = None) -> Figure:
    """The most memory that this process has held so far, in MB resident."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / _KIB_IN_MIB if sys.platform != "darwin" else peak / _KIB_IN_MIB**2
    return Figure(what, megabytes, None, 1, "MB", bound, aim, lower_is_better=True)


def seconds(what: str, value: float) -> Figure:
    """A duration without a target, for instance the time that building an index took."""
    return Figure(what, value, None, 1, "s", lower_is_better=True)
