"""The system's clock behind the port `Clock`."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from automation.engine.stop import Stop


class SystemClock:
    """Wall time in UTC and a monotonic clock; a sleep ends with `Stopped` as soon as `stop` is set."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self._stop.sleep(seconds)
