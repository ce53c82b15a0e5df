"""Hand-written doubles of the engine's ports: they record what they were asked and answer as they were told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from automation.actions.base import Call
from automation.engine.ports import HttpFailed, HttpRequest, HttpResponse, ProcessResult, PythonResult, Tools
from automation.gates.base import Look
from automation.plan.model import NO_TEXT, Json

WEDNESDAY = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


class FakeClock:
    """Time that passes only when somebody sleeps or the test says so; `slept` lists the naps."""

    def __init__(self, now: datetime = WEDNESDAY) -> None:
        self._now = now
        self._passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._passed += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        self._passed += seconds


class Ran(NamedTuple):
    """One command that was to be run."""

    command: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    timeout: float
    log: Path | None


class FakeProcesses:
    """Answers with the results in order, the last one again and again. `effect` stands for what the command does."""

    def __init__(self, *results: ProcessResult, effect: Callable[[Ran], None] | None = None) -> None:
        self._results = list(results) or [ProcessResult(0)]
        self._effect = effect
        self.runs: list[Ran] = []

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
        ran = Ran(tuple(command), cwd, dict(env), timeout, log)
        self.runs.append(ran)
        if self._effect:
            self._effect(ran)
        return self._results.pop(0) if len(self._results) > 1 else self._results[0]


class Called(NamedTuple):
    """One callable that was to be called."""

    function: str
    arguments: Mapping[str, Json]
    cwd: Path
    env: Mapping[str, str]
    timeout: float


class FakePython:
    """Answers with the results in order, the last one again and again."""

    def __init__(self, *results: PythonResult) -> None:
        self._results = list(results) or [PythonResult({})]
        self.calls: list[Called] = []

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
        self.calls.append(Called(function, dict(arguments), cwd, dict(env), timeout))
        return self._results.pop(0) if len(self._results) > 1 else self._results[0]


class FakeHttp:
    """Answers with the responses in order, the last one again and again; an `HttpFailed` among them is raised."""

    def __init__(self, *answers: HttpResponse | HttpFailed) -> None:
        self._answers = list(answers) or [HttpResponse(200, {}, b"")]
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, HttpFailed):
            raise answer
        return answer


def fake_tools(
    *,
    clock: FakeClock | None = None,
    processes: FakeProcesses | None = None,
    python: FakePython | None = None,
    http: FakeHttp | None = None,
) -> Tools:
    """All ports, faked; give the ones that the test looks at."""
    return Tools(clock or FakeClock(), processes or FakeProcesses(), python or FakePython(), http or FakeHttp())


def a_call(
    inputs: Mapping[str, Json],
    workdir: Path = Path("/nonexistent"),
    *,
    tools: Tools | None = None,
    plan_folder: Path | None = None,
    timeout: float = 30.0,
    key: str = "effect-key",
    env: Mapping[str, str] = NO_TEXT,
    secrets: Mapping[str, str] = NO_TEXT,
    outputs: Mapping[str, str] = NO_TEXT,
) -> Call:
    """One attempt of a step."""
    folder = plan_folder or workdir
    return Call(inputs, workdir, folder, tools or fake_tools(), timeout, key, env, secrets, outputs)


def a_look(
    inputs: Mapping[str, Json],
    workdir: Path = Path("/nonexistent"),
    *,
    tools: Tools | None = None,
    plan_folder: Path | None = None,
    env: Mapping[str, str] = NO_TEXT,
) -> Look:
    """One measurement of a gate."""
    return Look(inputs, workdir, plan_folder or workdir, tools or fake_tools(), env=env)
