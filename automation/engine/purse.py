"""The budget of one run: nothing is bought that could make it more than the plan allows."""

from __future__ import annotations

import threading


class Budget:
    """Implements `Purse`. What is reserved counts as spent until it is settled, so job slots cannot overdraw it."""

    limited = True

    def __init__(self, dollars: float) -> None:
        self._limit, self._spent, self._reserved = dollars, 0.0, 0.0
        self._lock = threading.Lock()

    def reserve(self, dollars: float) -> str:
        with self._lock:
            if self._spent + self._reserved + dollars > self._limit:
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
            self._spent += spent
