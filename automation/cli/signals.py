"""SIGINT and SIGTERM: a run is stopped in good order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from automation.cli.session import Session


@contextmanager
def stopped_by_signals(session: Session) -> Iterator[None]:
    """SIGINT and SIGTERM stop the run: nothing new starts, children end, everything is kept."""

    def stop(number: int, _frame: object) -> None:
        if session.stop.is_set() and number == signal.SIGINT:
            os._exit(130)  # a second Ctrl-C: at once; the journal has all that was done
        session.stop.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
