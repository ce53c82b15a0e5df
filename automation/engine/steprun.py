"""One step: local, real or mocked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from automation.engine.attempts import Rest, Result, StepContext, attempts, failed
from automation.engine.calls import Surroundings, call_of, with_key, with_secrets
from automation.engine.events import StepFinished
from automation.engine.external import external, sent_as
from automation.engine.modes import Mocked, reality, tainted
from automation.engine.ports import ActionLike, BadInput, Call
from automation.engine.state import StepState
from automation.plan import expressions
from automation.plan.model import Step


def run_step(context: StepContext, step: Step) -> tuple[StepFinished, Rest | None]:
    """Run the step to its end and tell it. Raises `Stopped`, and then tells nothing."""
    clock, bench = context.tools.clock, context.bench
    begun = clock.monotonic()
    log = _Log(bench.logs, context.task.id, step.id)
    try:
        call = _call(context, step, log.place)
        state, rest = _real_or_mocked(context, step, call)
    except expressions.ExpressionError as error:
        state, rest = failed("configuration", f"an expression cannot be evaluated: {error}"), None
    except BadInput as error:
        state, rest = failed("configuration", str(error)), None
    seconds = round(clock.monotonic() - begun, 6)
    status, attempts, _, outputs, missing, sent, error_text, kind, _, adopted = state
    told = StepState(status, attempts, seconds, outputs, missing, sent, error_text, kind, log.written(), adopted)
    return bench.emit(StepFinished(bench.at(), context.task.id, context.slot, step.id, *told)), rest


class _Log:
    """The file for what a step prints: named only when an action asks for it, told only when it was written."""

    def __init__(self, folder: Path, task: str, step: str) -> None:
        self._where = (folder, task, step)
        self._path: Path | None = None

    def place(self) -> Path:
        folder, task, step = self._where
        self._path = folder / task / f"{step}.log"
        return self._path

    def written(self) -> str:
        """The path below the state folder, so that nothing that is published tells where the machine keeps it."""
        if self._path is None or not self._path.exists():
            return ""
        return self._path.relative_to(self._where[0].parent.parent).as_posix()


def _call(context: StepContext, step: Step, log: Callable[[], Path]) -> Call:
    bench = context.bench
    around = Surroundings(context.tools, bench.workdir, bench.plan_folder, bench.base_env, bench.history)
    return call_of(around, context.task, step, context.scope, log)


def _real_or_mocked(context: StepContext, step: Step, call: Call) -> Result:
    bench = context.bench
    action, effect = bench.actions[step.uses], bench.effect(step)
    real = reality(step, effect, bench.mode, frozenset(bench.secrets), context.mocked)
    if effect == "external":
        call = with_key(call, bench.lineage, context.task.id, context.slot, step.id)
    if isinstance(real, Mocked):
        return _mocked(step, action, call, real), None
    if effect == "external":
        return external(context, step, action, with_secrets(call, step, bench.secrets))
    state, rest, _ = attempts(context, step, action.perform, call)
    closure = tainted(step.reads, context.mocked)
    if closure is not None and state.status == "done":
        state = state._replace(status="mocked", missing=tuple(sorted(closure)))
    return state, rest


def _mocked(step: Step, action: ActionLike, call: Call, real: Mocked) -> StepState:
    sent = tuple(sent_as(call, draft, real=False) for draft in action.prepare(call))
    outputs = {**action.mock, **step.mock}
    return StepState("mocked", 0, outputs=outputs, missing=tuple(sorted(real.missing)), sent=sent)
