"""Processes that left their command's group and session, such as daemons: adopted when their parent ends, and ended."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_TASKS = "/proc/self/task"


class Orphans:
    """Ends what commands left behind, once no command is running any more.

    This process becomes the parent of all orphans among its descendants (prctl(2), Linux only; elsewhere nothing
    happens). An orphan is a child that was not there before, is in another session than ours, and is nobody whom
    `known` names: whatever other code starts in the plain way shares our session, and is left alone.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._before: frozenset[int] = frozenset()
        self._known: set[int] = set()

    @contextmanager
    def command(self) -> Iterator[None]:
        """A command runs in this block; after the last one that runs at the same time the orphans are killed."""
        adopting = _adopt()
        with self._lock:
            if adopting and not self._running:
                self._before = _children()
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                if adopting and not self._running:
                    self._sweep()

    @contextmanager
    def starting(self) -> Iterator[set[int]]:
        """Start a process that outlives commands: put its id into the set in this block."""
        with self._lock:
            yield self._known

    def forget(self, pid: int) -> None:
        """The process that was started so has ended."""
        with self._lock:
            self._known.discard(pid)

    def _sweep(self) -> None:
        """Again until there is none: what is killed may have had children that come to us."""
        ours = os.getsid(0)
        seen = set(self._before | self._known)
        while found := _children() - seen:
            seen |= found
            for pid in found:
                with suppress(ProcessLookupError, ChildProcessError):
                    if os.getsid(pid) != ours:
                        os.kill(pid, signal.SIGKILL)
                        os.waitpid(pid, 0)


def kill_children() -> None:
    """Kill every child that has a session of its own, with its group, before leaving at once.

    Takes no lock, so that a signal handler may call it; where the system has no list of children nothing happens.
    """
    if not Path(_TASKS, str(os.getpid()), "children").exists():
        return
    ours = os.getsid(0)
    for pid in _children():
        with suppress(ProcessLookupError):
            if os.getsid(pid) != ours:
                os.kill(pid, signal.SIGKILL)
                os.killpg(pid, signal.SIGKILL)


ORPHANS = Orphans()  # one for the process, since adopting is a property of the process


@cache
def _adopt() -> bool:
    import ctypes

    if not Path(_TASKS, str(os.getpid()), "children").exists():
        return False
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def _children() -> frozenset[int]:
    """This process's children: each thread has its own."""
    found: list[str] = []
    for task in os.listdir(_TASKS):  # noqa: PTH208 - twice for each command: Path costs more than the reading
        with suppress(OSError):  # a thread that has just ended
            descriptor = os.open(f"{_TASKS}/{task}/children", os.O_RDONLY)
            try:
                found += os.read(descriptor, 1_000_000).decode().split()
            finally:
                os.close(descriptor)
    return frozenset(map(int, found))
