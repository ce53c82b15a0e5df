"""One step: real or mocked, its attempts, and for a real external effect its intent before and its result after."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from pathlib import Path
from typing import NamedTuple, cast

from automation.engine.bench import Bench
from automation.engine.effects import Adopt, Ask, FailAgain, LeaveOut, effect_key, input_hash, may_repeat, resolve
from automation.engine.events import (
    EffectFinished,
    EffectStarted,
    ErrorKind,
    Sent,
    StepFinished,
    StepRetried,
    TaskStatus,
)
from automation.engine.modes import Closures, Mocked, reality, tainted
from automation.engine.ports import ActionLike, BadInput, Call, Done, Draft, Failed, Outcome, Stopped, Tools
from automation.engine.redact import Redactor
from automation.engine.retry import Again, Defer, GiveUp, Next, after_failure
from automation.engine.scope import has_expression
from automation.engine.secret_forms import DERIVED_AT_LEAST
from automation.engine.state import StepState
from automation.plan import expressions
from automation.plan.model import Json, Retry, Step, Task

LARGEST_OUTPUTS = 1_000_000
"""Characters of a step's outputs as JSON; larger results belong into a file."""


class Rest(NamedTuple):
    """The task has to come to rest at this step: deferred, or with an effect whose end is unknown."""

    status: TaskStatus
    reason: str
    not_before: str = ""


class StepContext(NamedTuple):
    """Where a step stands: its task and slot, what it may read, and until when (monotonic seconds)."""

    bench: Bench
    task: Task
    slot: str
    tools: Tools
    scope: Mapping[str, Json]
    mocked: Closures
    deadline: float


Result = tuple[StepState, Rest | None]


def run_step(context: StepContext, step: Step) -> tuple[StepFinished, Rest | None]:
    """Run the step to its end and tell it. Raises `Stopped`, and then tells nothing."""
    clock, bench = context.tools.clock, context.bench
    begun = clock.monotonic()
    log = _Log(bench.logs, context.task.id, step.id)
    try:
        call = _call(context, step, log.place)
        state, rest = _real_or_mocked(context, step, call)
    except expressions.ExpressionError as error:
        state, rest = _failed("configuration", f"an expression cannot be evaluated: {error}"), None
    except BadInput as error:
        state, rest = _failed("configuration", str(error)), None
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
    bench, task = context.bench, context.task
    inputs = step.inputs
    if has_expression(inputs):
        resolved = expressions.resolve(inputs, context.scope)
        if not isinstance(resolved, Mapping):
            raise BadInput("`with` has to be a mapping")
        inputs = resolved
    env = {**bench.base_env, "ZTR_TASK": task.id, "ZTR_STEP": step.id}
    for name, value in (*task.env.items(), *step.env.items()):
        env[name] = expressions.to_text(expressions.resolve(value, context.scope)) if "${{" in value else value
    return Call(
        inputs=inputs,
        workdir=bench.workdir,
        plan_folder=bench.plan_folder,
        tools=context.tools,
        timeout=0.0,
        env=env,
        outputs=step.outputs,
        log=log,
        history=bench.history,
    )


def _real_or_mocked(context: StepContext, step: Step, call: Call) -> Result:
    bench = context.bench
    action, effect = bench.actions[step.uses], bench.effect(step)
    real = reality(step, effect, bench.mode, frozenset(bench.secrets), context.mocked)
    if effect == "external":
        key = effect_key(bench.lineage, context.task.id, context.slot, step.id)
        call = call._replace(key=key, env={**call.env, "ZTR_IDEMPOTENCY_KEY": key})
    if isinstance(real, Mocked):
        return _mocked(step, action, call, real), None
    if effect == "external":
        secrets = {name: bench.secrets[name] for name in step.secrets}
        return _external(context, step, action, call._replace(secrets=secrets, env={**call.env, **secrets}))
    state, rest, _ = _attempts(context, step, action, call)
    closure = tainted(step.reads, context.mocked)
    if closure is not None and state.status == "done":
        state = state._replace(status="mocked", missing=tuple(sorted(closure)))
    return state, rest


def _mocked(step: Step, action: ActionLike, call: Call, real: Mocked) -> StepState:
    sent = tuple(_sent(call, draft, real=False) for draft in action.prepare(call))
    outputs = {**action.mock, **step.mock}
    return StepState("mocked", 0, outputs=outputs, missing=tuple(sorted(real.missing)), sent=sent)


def _external(context: StepContext, step: Step, action: ActionLike, call: Call) -> Result:
    """A real effect: a former attempt's is adopted or asked about; a new one is announced durably, made, and told."""
    bench, task, slot = context.bench, context.task, context.slot
    drafts = action.prepare(call)
    digest = input_hash([draft.request for draft in drafts])
    sent = tuple(_sent(call, draft, real=True) for draft in drafts)
    known = bench.slot(task.id, slot)
    repeat = action.repeat_of(call.inputs) if action.repeat_of else action.repeat
    match resolve(known.effects.get(step.id) if known else None, digest, repeat, step.on_unknown):
        case Adopt(effect):
            told = tuple(one._replace(remote=effect.remote) for one in sent)
            return StepState("done", 0, outputs=effect.outputs, sent=told, adopted=True), None
        case LeaveOut(why):
            return StepState("done", 0, error=f"left out: it {why}", sent=(), adopted=True), None
        case FailAgain(why):
            return _failed("permanent", f"{why}: `ztr retry {task.id}` does so", 0), None
        case Ask(why):
            return _unknown(step, f"{step.id}: the effect {why}")
        case _:
            pass
    target = drafts[0].target if drafts else step.uses
    bench.emit(EffectStarted(bench.at(), task.id, slot, step.id, call.key, digest, target), sync=True)
    blind = not may_repeat(repeat, step.on_unknown)
    state, rest, outcome = _attempts(context, step, action, call, blind=blind)
    state = _without_short_secrets(state, call.secrets)
    if isinstance(outcome, Failed) and outcome.happened is None:
        if blind:
            if step.on_unknown == "skip":
                return StepState("done", state.attempts, error=f"left out: {outcome.message}", sent=sent), None
            return _unknown(step, f"{step.id}: nobody knows whether it arrived ({outcome.message})", state.attempts)
        return state, rest
    remote = outcome.remote if isinstance(outcome, Done) else ""
    happened = isinstance(outcome, Done) or outcome.happened is True
    error = state.error if happened and isinstance(outcome, Failed) else ""
    bench.emit(
        EffectFinished(bench.at(), task.id, slot, step.id, call.key, digest, happened, state.outputs, remote, error)
    )
    return state._replace(sent=tuple(one._replace(remote=remote) for one in sent) if happened else ()), rest


def _without_short_secrets(state: StepState, secrets: Mapping[str, str]) -> StepState:
    """Journal and report look for secrets of 8 characters and more, for shorter ones would turn up in any text; in what
    a step gives back that was handed such a one they are looked for all the same.
    """
    short = {name: value for name, value in secrets.items() if len(value.strip()) < DERIVED_AT_LEAST}
    if not short:
        return state
    redactor = Redactor(short)
    outputs = cast(Mapping[str, Json], redactor.json(state.outputs))
    return state._replace(outputs=outputs, error=redactor.text(state.error))


def _attempts(
    context: StepContext, step: Step, action: ActionLike, call: Call, *, blind: bool = False
) -> tuple[StepState, Rest | None, Outcome]:
    """Try until it is done, the tries are used up, or it has to wait.

    A blind effect that may have arrived is not tried again.
    """
    clock, bench = context.tools.clock, context.bench
    retry = step.retry or context.task.retry
    attempt = 0
    while True:
        attempt += 1
        outcome = _attempt(context, step, action, call)
        if isinstance(outcome, Done):
            return StepState("done", attempt, outputs=outcome.outputs), None, outcome
        following = _following(context, retry, attempt, outcome, blind=blind)
        match following:
            case Again(wait):
                bench.emit(
                    StepRetried(
                        bench.at(), context.task.id, context.slot, step.id, attempt, round(wait, 3), outcome.message
                    )
                )
                clock.sleep(wait)
            case Defer(seconds):
                now = bench.now()  # added in UTC: zones add wall-clock time, an hour off across a clock change
                later = (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
                until = later.isoformat(timespec="seconds")
                rest = Rest("deferred", f"{step.id}: {outcome.message}", until)
                return _failed(outcome.kind, outcome.message, attempt), rest, outcome
            case GiveUp():
                return _failed(outcome.kind, outcome.message, attempt), None, outcome


def _following(context: StepContext, retry: Retry, attempt: int, outcome: Failed, *, blind: bool) -> Next:
    if blind and outcome.happened is not False:
        return GiveUp()
    left = context.deadline - context.tools.clock.monotonic()
    return after_failure(
        retry, attempt, outcome.kind, retry_after=outcome.retry_after, left=left, jitter=context.bench.jitter()
    )


def _attempt(context: StepContext, step: Step, action: ActionLike, call: Call) -> Outcome:
    left = context.deadline - context.tools.clock.monotonic()
    if left <= 0:
        return Failed("permanent", f"the task's time limit of {context.task.timeout:g} s was used up before it began")
    timeout = left if step.timeout is None else min(step.timeout, left)
    try:
        return _checked(action.perform(call._replace(timeout=timeout)))
    except Stopped:
        raise
    except BadInput as error:
        return Failed("configuration", str(error))
    except Exception as error:  # noqa: BLE001 - an action's own mistake must fail the step, not the run
        return Failed("permanent", f"internal error in the action {step.uses}: {error!r}", happened=None)


def _checked(outcome: Outcome) -> Outcome:
    """Outputs that cannot be journaled are a failure of the step."""
    if isinstance(outcome, Failed) or not outcome.outputs:
        return outcome
    try:
        text = json.dumps(outcome.outputs, allow_nan=False)
    except (TypeError, ValueError) as error:
        return Failed("permanent", f"its outputs are not JSON: {error}", happened=True)
    if len(text) > LARGEST_OUTPUTS:
        return Failed("permanent", f"its outputs have {len(text):,} characters: write them into a file", happened=True)
    return outcome


def _sent(call: Call, draft: Draft, *, real: bool) -> Sent:
    return Sent(call.key, draft.target, draft.request, input_hash(draft.request), real)


def _failed(kind: ErrorKind, message: str, attempts: int = 1) -> StepState:
    return StepState("failed", attempts, error=message, error_kind=kind)


def _unknown(step: Step, why: str, attempts: int = 0) -> Result:
    state = StepState("failed", attempts, error=why, error_kind="transient")
    return state, Rest("unknown", f"{why}; on-unknown is {step.on_unknown}")
