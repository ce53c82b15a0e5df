"""The wish to stop, which can be asked for, waited for and polled: set once, by a signal handler or another thread."""

from __future__ import annotations

import math
import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import finalize

from automation.engine.ports import Stopped


class Stop:
    """A flag that is raised at most once and wakes everybody who waits for it.

    `set` takes no lock, so that a signal handler may call it at any point. `fileno` becomes readable and stays so: add
    it to any poll. Callbacks, for what cannot be polled, run in the thread that calls `set`.
    """

    def __init__(self) -> None:
        self._set = False
        self._reader, self._writer = os.pipe()
        self._closed = finalize(self, _close, self._reader, self._writer)  # for whoever forgets to, and only once
        self._callbacks: dict[object, Callable[[], None]] = {}

    def is_set(self) -> bool:
        return self._set

    def fileno(self) -> int:
        return self._reader

    def set(self) -> None:
        """Raise the flag and wake all who wait. Again: nothing happens."""
        if self._set:
            return
        self._set = True
        os.write(self._writer, b"\0")
        for callback in tuple(self._callbacks.values()):
            callback()

    def check(self) -> None:
        """Raises `Stopped` once the flag is up."""
        if self._set:
            raise Stopped("the run is being stopped")

    def sleep(self, seconds: float) -> None:
        """Wait; raises `Stopped` at once when the flag goes up, or is up already."""
        self.check()
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        poll.poll(max(0, math.ceil(seconds * 1000)))
        self.check()

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Have `callback` called when the flag goes up in this block; at once if it is up already."""
        token = object()
        self._callbacks[token] = callback
        try:
            if self._set:
                callback()
            yield
        finally:
            self._callbacks.pop(token, None)

    def close(self) -> None:
        """Give the two file descriptors back; again: nothing happens."""
        self._closed()


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
