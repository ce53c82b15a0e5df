"""Commands in process groups of their own: exactly the given environment, bounded in time and output, really ended."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from automation.engine.capture import LOG_LIMIT, Capture
from automation.engine.leftovers import Running
from automation.engine.orphans import ORPHANS
from automation.engine.ports import ProcessResult, Stopped
from automation.engine.redact import Redactor
from automation.engine.stop import Stop

if TYPE_CHECKING:
    from subprocess import Popen

GRACE = 2.0
STOP_GRACE = 0.5
DRAIN = 0.2
_CHUNK = 65_536
_REAP = 5.0
_SLICE = 0.01

Ending = Literal["", "timed out", "stopped"]


class LocalProcesses:
    """Implements `Processes` on this machine.

    At the time limit the group gets SIGTERM, and after `grace` seconds SIGKILL; when the run is being stopped the grace
    is at most half a second. Whatever is left of the group when the command itself has ended is killed too: nothing
    started in the background outlives its step. Output that such a left-over still holds open is waited for 0.2 s, no
    longer.
    """

    def __init__(
        self,
        stop: Stop,
        redactor: Redactor,
        *,
        running: Running = Running(None),  # noqa: B008 - without a folder it does nothing
        grace: float = GRACE,
        log_limit: int = LOG_LIMIT,
    ) -> None:
        self._stop = stop
        self._redactor = redactor
        self._running = running
        self._grace = grace
        self._log_limit = log_limit

    def run(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        log: Path | None = None,
        keep: int = 65_536,
    ) -> ProcessResult:
        self._stop.check()
        with ORPHANS.command():
            return self._run(command, cwd, env, timeout, Capture(self._redactor, log, keep, self._log_limit))

    def _run(
        self, command: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float, capture: Capture
    ) -> ProcessResult:
        reader, writer = os.pipe()
        try:
            child = _spawn(command, cwd, env, writer)
        except (OSError, ValueError) as problem:
            os.close(reader)
            return ProcessResult(None, error=_why_not(command, cwd, problem))
        finally:
            os.close(writer)
        try:
            self._running.note(child.pid)
            ending = _Watch(child, reader, capture, self._stop, self._grace).follow(timeout)
        finally:
            _end(child)
            self._running.forget(child.pid)
            os.close(reader)
            output, dropped = capture.finish()
        if ending == "stopped":
            raise Stopped("the run is being stopped")
        return ProcessResult(child.returncode, output, dropped, timed_out=ending == "timed out")


def _spawn(command: Sequence[str], cwd: Path, env: Mapping[str, str], writer: int) -> Popen[bytes]:
    import subprocess

    return subprocess.Popen(
        list(command), stdin=subprocess.DEVNULL, stdout=writer, stderr=writer, cwd=cwd, env=env, start_new_session=True
    )


def _why_not(command: Sequence[str], cwd: Path, problem: OSError | ValueError) -> str:
    name = command[0] if command else ""
    if not cwd.is_dir():
        return f"cannot start {name!r}: the directory {cwd} does not exist"
    if isinstance(problem, FileNotFoundError):
        return f"cannot start {name!r}: there is no such command; install it, or give PATH in the step's env"
    if isinstance(problem, PermissionError):
        return f"cannot start {name!r}: it may not be executed; check its mode and its first line"
    reason = problem.strerror if isinstance(problem, OSError) else problem
    return f"cannot start {name!r}: {reason}"


def signal_group(child: Popen[bytes], number: int) -> None:
    """Send a signal to the group of a child that has not been waited for: its id cannot belong to anybody else yet."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def _end(child: Popen[bytes]) -> None:
    """Kill what is left of the group, then reap its leader."""
    from subprocess import TimeoutExpired

    signal_group(child, signal.SIGKILL)
    with suppress(TimeoutExpired):  # a process that hangs in the kernel cannot be waited for
        child.wait(_REAP)


def open_pidfd(pid: int) -> int:
    """A descriptor that becomes readable when the process ends; -1 where the kernel has none."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def has_ended(pid: int) -> bool:
    """Whether a child has ended; it stays to be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


class _Watch:
    """Reads a child's output until it has ended, the time is up or the run is being stopped."""

    def __init__(self, child: Popen[bytes], reader: int, capture: Capture, stop: Stop, grace: float) -> None:
        self._child = child
        self._reader = reader
        self._capture = capture
        self._stop = stop
        self._grace = grace
        self._ending: Ending = ""
        self._alive = self._open = True
        self._killed = False
        self._limit = 0.0
        self._pidfd = open_pidfd(child.pid)
        self._poll = select.poll()
        for descriptor in (reader, stop.fileno(), self._pidfd):
            if descriptor >= 0:
                self._poll.register(descriptor, select.POLLIN)

    def follow(self, timeout: float) -> Ending:
        self._limit = time.monotonic() + timeout
        try:
            while self._alive or self._open:
                left = self._limit - time.monotonic()
                if left > 0:
                    self._wait(left)
                elif not self._alive or self._killed:
                    break
                else:
                    self._out_of_time()
        finally:
            if self._pidfd >= 0:
                os.close(self._pidfd)
        return self._ending

    def _wait(self, left: float) -> None:
        slice_ = left if self._pidfd >= 0 else min(left, _SLICE)
        for descriptor, _ in self._poll.poll(slice_ * 1000 + 1):
            if descriptor == self._reader:
                self._read()
            elif descriptor == self._pidfd:
                self._leader_ended()
            else:
                self._poll.unregister(descriptor)
                self._terminate("stopped", min(self._grace, STOP_GRACE))
        if self._pidfd < 0 and self._alive and has_ended(self._child.pid):
            self._leader_ended()

    def _read(self) -> None:
        piece = os.read(self._reader, _CHUNK)
        if piece:
            self._capture.feed(piece)
        else:
            self._open = False
            self._poll.unregister(self._reader)

    def _leader_ended(self) -> None:
        self._alive = False
        self._limit = min(self._limit, time.monotonic() + DRAIN)
        if self._pidfd >= 0:
            self._poll.unregister(self._pidfd)

    def _out_of_time(self) -> None:
        if self._ending:
            self._killed = True
            self._limit = time.monotonic() + DRAIN
            signal_group(self._child, signal.SIGKILL)
        else:
            self._terminate("timed out", self._grace)

    def _terminate(self, ending: Ending, grace: float) -> None:
        self._ending = self._ending or ending
        self._limit = min(self._limit, time.monotonic() + grace) if ending == "stopped" else time.monotonic() + grace
        signal_group(self._child, signal.SIGTERM)
