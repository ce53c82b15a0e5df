"""The attempts at one step: tried until it is done, the tries are used up, or it has to wait."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, timedelta
from typing import NamedTuple

from automation.engine.bench import Bench
from automation.engine.events import ErrorKind, StepRetried, TaskStatus
from automation.engine.modes import Closures
from automation.engine.ports import BadInput, Call, Done, Failed, Outcome, Stopped, Tools
from automation.engine.retry import Again, Defer, GiveUp, Next, after_failure
from automation.engine.state import StepState
from automation.plan.model import Json, Retry, Step, Task

LARGEST_OUTPUTS = 1_000_000
"""Characters of a step's outputs as JSON; larger results belong into a file."""

Perform = Callable[[Call], Outcome]


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


def failed(kind: ErrorKind, message: str, attempts: int = 1) -> StepState:
    """The state of a step that failed."""
    return StepState("failed", attempts, error=message, error_kind=kind)


def attempts(
    context: StepContext, step: Step, perform: Perform, call: Call, *, blind: bool = False
) -> tuple[StepState, Rest | None, Outcome]:
    """Try until it is done, the tries are used up, or it has to wait.

    A blind effect that may have arrived is not tried again.
    """
    clock, bench = context.tools.clock, context.bench
    retry = step.retry or context.task.retry
    attempt = 0
    while True:
        attempt += 1
        outcome = _attempt(context, step, perform, call)
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
                return failed(outcome.kind, outcome.message, attempt), rest, outcome
            case GiveUp():
                return failed(outcome.kind, outcome.message, attempt), None, outcome


def _following(context: StepContext, retry: Retry, attempt: int, outcome: Failed, *, blind: bool) -> Next:
    if blind and outcome.happened is not False:
        return GiveUp()
    left = context.deadline - context.tools.clock.monotonic()
    return after_failure(
        retry, attempt, outcome.kind, retry_after=outcome.retry_after, left=left, jitter=context.bench.jitter()
    )


def _attempt(context: StepContext, step: Step, perform: Perform, call: Call) -> Outcome:
    left = context.deadline - context.tools.clock.monotonic()
    if left <= 0:
        return Failed("permanent", f"the task's time limit of {context.task.timeout:g} s was used up before it began")
    timeout = left if step.timeout is None else min(step.timeout, left)
    try:
        return _checked(perform(call._replace(timeout=timeout)))
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
