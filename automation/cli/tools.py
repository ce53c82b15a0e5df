"""The ports of one job slot, each made when a step first asks for it: a plan that starts no process pays for none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from automation.engine.clock import SystemClock
from automation.engine.leftovers import Running
from automation.engine.ports import HttpRequest, HttpResponse, ProcessResult, PythonResult, Tools
from automation.engine.redact import Redactor
from automation.engine.stop import Stop
from automation.plan.model import Json

if TYPE_CHECKING:
    from automation.engine.process import LocalProcesses
    from automation.engine.web import HttpClient
    from automation.engine.worker import WorkerPool


def make_tools(stop: Stop, redactor: Redactor, running: Running, search_path: Sequence[str]) -> Tools:
    """The ports; `close` ends the workers, if there are any."""
    python = _Python(stop, redactor, running, search_path)
    return Tools(SystemClock(stop), _Processes(stop, redactor, running), python, _Http(stop), python.close)


class _Processes:
    def __init__(self, stop: Stop, redactor: Redactor, running: Running) -> None:
        self._with = (stop, redactor, running)

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
        return self._made.run(command, cwd=cwd, env=env, timeout=timeout, log=log, keep=keep)

    @cached_property
    def _made(self) -> LocalProcesses:
        from automation.engine.process import LocalProcesses

        stop, redactor, running = self._with
        return LocalProcesses(stop, redactor, running=running)


class _Python:
    def __init__(self, stop: Stop, redactor: Redactor, running: Running, search_path: Sequence[str]) -> None:
        self._with = (search_path, stop, redactor, running)
        self._pool: WorkerPool | None = None

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
        if self._pool is None:
            from automation.engine.worker import WorkerPool

            search_path, stop, redactor, running = self._with
            self._pool = WorkerPool(search_path, stop, redactor, running=running)
        return self._pool.call(function, arguments, cwd=cwd, env=env, timeout=timeout, log=log)

    def close(self) -> None:
        """End the workers; without any nothing happens."""
        if self._pool is not None:
            self._pool.close()


class _Http:
    def __init__(self, stop: Stop) -> None:
        self._stop = stop

    def send(self, request: HttpRequest) -> HttpResponse:
        return self._made.send(request)

    @cached_property
    def _made(self) -> HttpClient:
        from automation.engine.web import HttpClient

        return HttpClient(self._stop)
