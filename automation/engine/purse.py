"""The budget of one run: nothing is bought that could make it more than the plan allows. A run that goes on where one
was killed has what that one left of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from automation.engine.events import Event, RunFinished, RunStarted, StepFinished

_COST = "cost-usd"


class Budget:
    """Implements `Purse`. What is reserved counts as spent until it is settled, so job slots cannot overdraw it."""

    limited = True

    def __init__(self, dollars: float, spent: float = 0.0) -> None:
        self._limit, self._spent, self._reserved = dollars, spent, 0.0
        self._lock = threading.Lock()

    def reserve(self, dollars: float) -> str:
        with self._lock:
            if not self._spent + self._reserved + dollars <= self._limit:  # so that what is no number never passes
                aside = f" and ${self._reserved:.4f} set aside" if self._reserved else ""
                return (
                    f"it may cost ${dollars:.4f}, and of the run's budget of ${self._limit:g}"
                    f" ${self._spent:.4f} is spent{aside}"
                )
            self._reserved += dollars
            return ""

    def settle(self, reserved: float, spent: float) -> None:
        with self._lock:
            self._reserved = max(0.0, self._reserved - reserved)
            self._spent += max(0.0, spent)


def spent_before(events: Iterable[Event], run: str) -> float:
    """Dollars that this run has spent already: those of its earlier attempts, and of the runs before it that were
    killed or interrupted, back to the last one that came to its end. `run` is its number, empty for one by hand.
    """
    same = going_on = 0.0
    of, ended = "", True
    for event in events:
        if isinstance(event, RunStarted):
            of, going_on, ended = event.run, 0.0 if ended else going_on, False
        elif isinstance(event, RunFinished):
            ended = event.outcome != "interrupted"
        elif isinstance(event, StepFinished) and not event.adopted:
            cost = event.outputs.get(_COST)
            dollars = float(cost) if isinstance(cost, int | float) and not isinstance(cost, bool) else 0.0
            if run and of.rpartition("-")[0] == run:
                same += dollars
            else:
                going_on += dollars
    return same + (0.0 if ended else going_on)
