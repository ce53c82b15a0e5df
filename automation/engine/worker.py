"""Python callables in worker processes that are kept between calls: the runner's side of `worker_main`."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from automation.engine.capture import LOG_LIMIT, Capture
from automation.engine.leftovers import Running
from automation.engine.ports import PythonResult
from automation.engine.redact import Redactor
from automation.engine.stop import Stop
from automation.engine.worker_process import WorkerProcess, start_worker
from automation.plan.model import NOTHING, Json

_KEEP = 65_536


class WorkerPool:
    """Implements `Python`: a worker for each call that goes on at the same time, reused by later ones.

    `search_path` is what the workers' functions are imported from first, in order. What a function leaves running in
    the background lives as long as its worker: to `close` at the latest, when each worker's process group is killed.
    """

    def __init__(
        self,
        search_path: Sequence[str],
        stop: Stop,
        redactor: Redactor,
        *,
        interpreter: str = sys.executable,
        log_limit: int = LOG_LIMIT,
        running: Running = Running(None),  # noqa: B008 - without a folder it does nothing
    ) -> None:
        self._make = partial(
            PythonWorker, search_path, stop, redactor, interpreter=interpreter, log_limit=log_limit, running=running
        )
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
    """Implements `Python`, one call at a time: starts a worker process when there is none, also after one was lost."""

    def __init__(
        self,
        search_path: Sequence[str],
        stop: Stop,
        redactor: Redactor,
        *,
        interpreter: str = sys.executable,
        log_limit: int = LOG_LIMIT,
        running: Running = Running(None),  # noqa: B008 - without a folder it does nothing
    ) -> None:
        self._running = running
        self._search_path = tuple(search_path)
        self._stop = stop
        self._redactor = redactor
        self._interpreter = interpreter
        self._log_limit = log_limit
        self._process: WorkerProcess | None = None

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
            self._running.forget(self._process.child.pid)
            self._process = None

    def _living(self) -> WorkerProcess:
        if self._process is not None and not self._process.is_ready():
            self.close()
        if self._process is None:
            self._process = start_worker(self._interpreter, self._search_path, self._stop)
            self._running.note(self._process.child.pid)
        return self._process

    def _result(self, process: WorkerProcess, answer: bytes | None, function: str, timeout: float) -> PythonResult:
        if answer is not None:
            return _read_answer(answer, self._redactor)
        if process.timed_out:
            reason = f"{function} did not end within {timeout:.3g} s; its worker was killed"
            return PythonResult(NOTHING, reason, "TimeoutError", timed_out=True, lost=True)
        return PythonResult(NOTHING, f"{function}: {_last_words(process.child.returncode)}", "WorkerLost", lost=True)


def _read_answer(answer: bytes, redactor: Redactor) -> PythonResult:
    message: dict[str, Json] = json.loads(answer)
    outputs = message.get("outputs")
    if isinstance(outputs, Mapping):
        return PythonResult(outputs)
    wait, bases = message.get("retry_after"), message.get("error_bases")
    return PythonResult(
        NOTHING,
        error=redactor.text(str(message.get("error"))),
        error_type=str(message.get("error_type")),
        retry_after=wait if isinstance(wait, float) else None,
        error_bases=tuple(map(str, bases)) if isinstance(bases, list) else (),
    )


def _last_words(status: int | None) -> str:
    if status == -signal.SIGKILL:
        return "the worker was killed by SIGKILL in the middle of the call; the machine may have run out of memory"
    if status is not None and status < 0:
        return f"the worker was killed by {signal.Signals(-status).name} in the middle of the call"
    return f"the worker ended with status {status} in the middle of the call"
