"""Python callables in worker processes that are kept between calls: the runner's side of `worker_main`."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from automation.engine.capture import LOG_LIMIT, Capture
from automation.engine.ports import PythonResult
from automation.engine.process import open_pidfd, signal_group
from automation.engine.redact import Redactor
from automation.engine.stop import Stop
from automation.plan.model import NOTHING, Json

if TYPE_CHECKING:
    from subprocess import Popen

_MAIN = Path(__file__).with_name("worker_main.py")
_KEEP = 65_536
_CHUNK = 65_536
_LARGEST_ANSWER = 64_000_000
_REAP = 5.0
_SLICE = 0.01


class WorkerPool:
    """Implements `Python`: a worker for each call that goes on at the same time, reused by later ones.

    `search_path` is what the workers' functions are imported from first, in order. What a function leaves running in the
    background lives as long as its worker: to `close` at the latest, when each worker's process group is killed.
    """

    def __init__(
        self,
        search_path: Sequence[str],
        stop: Stop,
        redactor: Redactor,
        *,
        interpreter: str = sys.executable,
        log_limit: int = LOG_LIMIT,
    ) -> None:
        self._make = lambda: PythonWorker(search_path, stop, redactor, interpreter=interpreter, log_limit=log_limit)
        self._idle: list[PythonWorker] = []

    def call(
        self,
        function: str,
        arguments: Mapping[str, Json],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        log: Path | None = None,
    ) -> PythonResult:
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = self._make()
        try:
            return worker.call(function, arguments, cwd=cwd, env=env, timeout=timeout, log=log)
        finally:
            self._idle.append(worker)

    def start(self) -> None:
        """Start one worker ahead of time, without waiting for it."""
        worker = self._make()
        worker.start()
        self._idle.append(worker)

    def close(self) -> None:
        """End all idle workers and what their functions left behind."""
        while self._idle:
            self._idle.pop().close()


class PythonWorker:
    """One worker process, started at the first call and again after it was lost. Implements `Python`; one call at a time."""

    def __init__(
        self,
        search_path: Sequence[str],
        stop: Stop,
        redactor: Redactor,
        *,
        interpreter: str = sys.executable,
        log_limit: int = LOG_LIMIT,
    ) -> None:
        self._search_path = tuple(search_path)
        self._stop = stop
        self._redactor = redactor
        self._interpreter = interpreter
        self._log_limit = log_limit
        self._process: _Process | None = None

    def call(
        self,
        function: str,
        arguments: Mapping[str, Json],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        log: Path | None = None,
    ) -> PythonResult:
        self._stop.check()
        deadline = time.monotonic() + timeout
        request = {"function": function, "arguments": dict(arguments), "cwd": str(cwd), "env": dict(env)}
        capture = Capture(self._redactor, log, _KEEP, self._log_limit)
        try:
            process = self._living()
            answer = process.exchange(json.dumps(request).encode(), deadline, capture, self._stop)
        except OSError as problem:
            return PythonResult(NOTHING, f"cannot start a Python worker: {problem.strerror}", "WorkerError", lost=True)
        finally:
            # Whatever else comes through here (the run is being stopped) leaves a worker in the middle of a call.
            if self._process is not None and self._process.busy:
                self.close()
            output, _ = capture.finish()
        return self._result(process, answer, function, timeout)._replace(output=output)

    def start(self) -> None:
        """Start the process ahead of the first call, without waiting for it."""
        self._living()

    def close(self) -> None:
        """Kill the worker's process group; the next call starts a fresh one."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def _living(self) -> _Process:
        if self._process is not None and not self._process.is_ready():
            self.close()
        if self._process is None:
            self._process = _start(self._interpreter, self._search_path, self._stop)
        return self._process

    def _result(self, process: _Process, answer: bytes | None, function: str, timeout: float) -> PythonResult:
        if answer is not None:
            return _read_answer(answer, self._redactor)
        if process.timed_out:
            reason = f"{function} did not end within {timeout:g} s; its worker was killed"
            return PythonResult(NOTHING, reason, "TimeoutError", timed_out=True, lost=True)
        return PythonResult(NOTHING, f"{function}: {_last_words(process.child.returncode)}", "WorkerLost", lost=True)


def _read_answer(answer: bytes, redactor: Redactor) -> PythonResult:
    message: dict[str, Json] = json.loads(answer)
    outputs = message.get("outputs")
    if isinstance(outputs, Mapping):
        return PythonResult(outputs)
    wait = message.get("retry_after")
    return PythonResult(
        NOTHING,
        error=redactor.text(str(message.get("error"))),
        error_type=str(message.get("error_type")),
        retry_after=wait if isinstance(wait, float) else None,
    )


def _last_words(status: int | None) -> str:
    if status == -signal.SIGKILL:
        return "the worker was killed by SIGKILL in the middle of the call; the machine may have run out of memory"
    if status is not None and status < 0:
        return f"the worker was killed by {signal.Signals(-status).name} in the middle of the call"
    return f"the worker ended with status {status} in the middle of the call"


class _Pipes(NamedTuple):
    """The runner's ends: requests go in, answers and what is printed come out; `death` is readable when the process ends."""

    requests: int
    answers: int
    output: int
    death: int


def _start(interpreter: str, search_path: Sequence[str], stop: Stop) -> _Process:
    import subprocess

    request_reader, requests = os.pipe()
    answers, answer_writer = os.pipe()
    output, output_writer = os.pipe()
    theirs = (request_reader, answer_writer, output_writer)
    # Isolated mode: no PYTHON* variable, no user site, no directory of the script. The environment is empty, so that
    # /proc/PID/environ never holds anything; a call's own environment is set inside of the process and taken away after it.
    command = (interpreter, "-I", "-X", "utf8", str(_MAIN), str(request_reader), str(answer_writer), json.dumps(search_path))
    try:
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
    except OSError:
        for descriptor in (requests, answers, output):
            os.close(descriptor)
        raise
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    for descriptor in (requests, answers, output):
        os.set_blocking(descriptor, False)
    return _Process(child, _Pipes(requests, answers, output, open_pidfd(child.pid)), stop)


class _Process:
    """A running worker. Once an exchange has ended without an answer it is `busy` for ever: end it."""

    def __init__(self, child: Popen[bytes], pipes: _Pipes, stop: Stop) -> None:
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
        return not self.busy and self.child.poll() is None

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

        # The status tells why it died: give a worker that closed its pipe the moment that its end takes.
        if self.busy and not self.timed_out:
            with suppress(TimeoutExpired):
                self.child.wait(0.05)
        signal_group(self.child, signal.SIGKILL)
        with suppress(TimeoutExpired):
            self.child.wait(_REAP)
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
