"""A worker process and its pipes: how it is started, asked and ended."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from automation.engine.capture import Capture
from automation.engine.orphans import ORPHANS
from automation.engine.process import has_ended, open_pidfd, signal_group
from automation.engine.stop import Stop

if TYPE_CHECKING:
    from subprocess import Popen

_MAIN = Path(__file__).with_name("worker_main.py")
_CHUNK = 65_536
_LARGEST_ANSWER = 64_000_000
_REAP = 5.0
_SLICE = 0.01
_DYING = 50


def start_worker(interpreter: str, search_path: Sequence[str], stop: Stop) -> WorkerProcess:
    import subprocess

    request_reader, requests = os.pipe()
    answers, answer_writer = os.pipe()
    output, output_writer = os.pipe()
    theirs = (request_reader, answer_writer, output_writer)
    # Isolated mode: no PYTHON* variable, no user site, no directory of the script. The environment is empty, so that
    # /proc/PID/environ never holds anything; a call's own environment is set inside of the process and taken away after
    # it.
    command = (
        interpreter,
        "-I",
        "-X",
        "utf8",
        str(_MAIN),
        str(request_reader),
        str(answer_writer),
        json.dumps(search_path),
    )
    try:
        with ORPHANS.starting() as known:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output_writer,
                stderr=output_writer,
                pass_fds=(request_reader, answer_writer),
                env={},
                cwd="/",
                start_new_session=True,
            )
            known.add(child.pid)
    except OSError:
        for descriptor in (requests, answers, output):
            os.close(descriptor)
        raise
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    for descriptor in (requests, answers, output):
        os.set_blocking(descriptor, False)
    return WorkerProcess(child, Pipes(requests, answers, output, open_pidfd(child.pid)), stop)


class Pipes(NamedTuple):
    """The runner's ends: requests go in, answers and prints come out; `death` is readable when the process ends."""

    requests: int
    answers: int
    output: int
    death: int


class WorkerProcess:
    """A running worker. Once an exchange has ended without an answer it is `busy` for ever: end it."""

    def __init__(self, child: Popen[bytes], pipes: Pipes, stop: Stop) -> None:
        self.child = child
        self.busy = False
        self.timed_out = False
        self._pipes = pipes
        self._poll = select.poll()
        for descriptor in (stop.fileno(), pipes.answers, pipes.output, pipes.death):
            if descriptor >= 0:
                self._poll.register(descriptor, select.POLLIN)

    def is_ready(self) -> bool:
        """Whether it lives and waits for a request; drops what it printed after its last call."""
        self._drain(None)
        return not self.busy and not has_ended(self.child.pid)

    def exchange(self, request: bytes, deadline: float, capture: Capture, stop: Stop) -> bytes | None:
        """Send a request, hand on what is printed, and return the answer: None when there is none (time, death)."""
        self.busy = True
        answer = self._converse(request, deadline, capture, stop)
        self._drain(capture)
        self.busy = answer is None
        return answer

    def end(self) -> None:
        """Kill the group, reap the worker, close the pipes."""
        from subprocess import TimeoutExpired

        # The status tells why it died: give a worker that closed its pipe the moment that its end takes. It is reaped
        # only after its group was killed: until then the group's id cannot belong to anybody else.
        if self.busy and not self.timed_out:
            dying = select.poll()
            if self._pipes.death >= 0:
                dying.register(self._pipes.death, select.POLLIN)
            dying.poll(_DYING)
        signal_group(self.child, signal.SIGKILL)
        with suppress(TimeoutExpired):
            self.child.wait(_REAP)
        ORPHANS.forget(self.child.pid)
        for descriptor in self._pipes:
            if descriptor >= 0:
                os.close(descriptor)

    def _converse(self, request: bytes, deadline: float, capture: Capture, stop: Stop) -> bytes | None:
        unsent = self._write(memoryview(len(request).to_bytes(4, "big") + request))
        answer = bytearray()
        while (left := deadline - time.monotonic()) > 0:
            slice_ = left if self._pipes.death >= 0 else min(left, _SLICE)
            events = [descriptor for descriptor, _ in self._poll.poll(slice_ * 1000 + 1)]
            stop.check()
            if self._pipes.output in events:
                self._read_output(capture)
            if self._pipes.requests in events:
                unsent = self._write(unsent)
            if self._pipes.answers in events and not self._read_answer(answer):
                return None
            if len(answer) >= 4 and len(answer) - 4 >= int.from_bytes(answer[:4], "big"):  # noqa: PLR2004 - the length
                return bytes(answer[4:])
            if self._pipes.death in events and self._pipes.answers not in events:
                return None
        self.timed_out = True
        return None

    def _write(self, data: memoryview) -> memoryview:
        """Write what fits into the pipe; a dead worker is noticed at the other pipes."""
        try:
            rest = data[os.write(self._pipes.requests, data) :]
        except BlockingIOError:
            rest = data
        except BrokenPipeError:
            rest = data[:0]
        if rest:
            self._poll.register(self._pipes.requests, select.POLLOUT)
        elif data:
            with suppress(KeyError):
                self._poll.unregister(self._pipes.requests)
        return rest

    def _read_answer(self, answer: bytearray) -> bool:
        piece = os.read(self._pipes.answers, _CHUNK)
        answer += piece
        return bool(piece) and len(answer) <= _LARGEST_ANSWER

    def _read_output(self, capture: Capture | None) -> bool:
        try:
            piece = os.read(self._pipes.output, _CHUNK)
        except BlockingIOError:
            return False
        if not piece:
            with suppress(KeyError):
                self._poll.unregister(self._pipes.output)
        elif capture is not None:
            capture.feed(piece)
        return bool(piece)

    def _drain(self, capture: Capture | None) -> None:
        """Take what is in the pipe now; not more than 64 pieces, since a thread left behind may print for ever."""
        for _ in range(64):
            if not self._read_output(capture):
                return
