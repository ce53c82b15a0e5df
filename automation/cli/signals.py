"""SIGINT and SIGTERM: a run is stopped in good order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from automation.cli.session import Session
from automation.engine.orphans import kill_children
from automation.engine.stop import Stop

_CURSOR_ON = b"\x1b[?25h\n"
STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopped_by_signals(session: Session) -> Iterator[None]:
    """SIGINT and SIGTERM stop the run: nothing new starts, children end, everything is kept."""
    seen: list[int] = []

    def handle(number: int, _frame: object) -> None:
        seen.append(number)
        if len(seen) > 1 and number == signal.SIGINT:
            kill_children()
            if os.isatty(1):
                os.write(1, _CURSOR_ON)  # the live display had hidden it
            os._exit(130)  # a second Ctrl-C: at once; the journal has all that was done
        session.stop.set()

    before = {number: signal.signal(number, handle) for number in STOPPING}
    try:
        with _noticed_at_once(session.stop):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _noticed_at_once(stop: Stop) -> Iterator[None]:
    """A thread raises the flag, too.

    Python calls a handler only when the main thread comes round to it. A signal that arrives just before that thread
    blocks would otherwise be noticed when a task ends: hours later.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    watcher = Thread(target=_watch, args=(reader, stop), name="ztr-signals", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)  # ends the watcher
        watcher.join()
        os.close(reader)


def _watch(reader: int, stop: Stop) -> None:
    while numbers := os.read(reader, 64):
        if any(number in STOPPING for number in numbers):
            stop.set()
