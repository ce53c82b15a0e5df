"""A step's real external effect: announced durably, made once, and told; or settled from what a former run left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from automation.engine.attempts import Perform, Rest, Result, StepContext, attempts, failed
from automation.engine.effects import (
    Adopt,
    Ask,
    FailAgain,
    LeaveOut,
    Resolution,
    input_hash,
    may_repeat,
    resolve,
    seconds_between,
    settling,
    still_to_settle,
)
from automation.engine.events import EffectFinished, EffectStarted, Sent
from automation.engine.finding import Finding
from automation.engine.ports import ActionLike, Call, Done, Draft, Failed, Outcome, Repeat
from automation.engine.redact import Redactor
from automation.engine.secret_forms import DERIVED_AT_LEAST
from automation.engine.state import EffectState, StepState
from automation.plan.model import Json, Step


class _Effect(NamedTuple):
    """One effect: who makes it with what, its class, the hash of what is sent, and a former attempt at it."""

    action: ActionLike
    call: Call
    repeat: Repeat
    digest: str
    sent: tuple[Sent, ...]
    before: EffectState | None


def sent_as(call: Call, draft: Draft, *, real: bool) -> Sent:
    """The request as the report has it."""
    return Sent(call.key, draft.target, draft.request, input_hash(draft.request), real)


def class_of(action: ActionLike, inputs: Mapping[str, Json]) -> Repeat:
    """What may be done about the effect. What calls itself findable and cannot be looked up is blind."""
    repeat = action.repeat_of(inputs) if action.repeat_of else action.repeat
    return "blind" if repeat == "findable" and action.find is None else repeat


def external(context: StepContext, step: Step, action: ActionLike, call: Call) -> Result:
    """A real effect: a former attempt's is adopted or asked about; a new one is announced durably, made, and told."""
    bench = context.bench
    drafts = action.prepare(call)
    known = bench.slot(context.task.id, context.slot)
    effect = _Effect(
        action,
        call,
        class_of(action, call.inputs),
        input_hash([draft.request for draft in drafts]),
        tuple(sent_as(call, draft, real=True) for draft in drafts),
        known.effects.get(step.id) if known else None,
    )
    settled = _settled(context, step, effect)
    return settled or _made(context, step, effect, drafts[0].target if drafts else step.uses)


def _settled(context: StepContext, step: Step, effect: _Effect) -> Result | None:
    """The step's end where nothing is to be sent."""
    match _resolution(context, step, effect):
        case Adopt(before):
            told = tuple(one._replace(remote=before.remote) for one in effect.sent)
            return StepState("done", 0, outputs=before.outputs, sent=told, adopted=True), None
        case LeaveOut(why):
            return StepState("done", 0, error=f"left out: it {why}", sent=(), adopted=True), None
        case FailAgain(why):
            return failed("permanent", f"{why}: `ztr retry {context.task.id}` does so", 0), None
        case Ask(why):
            return _unknown(step, f"{step.id}: the effect {why}")
        case _:
            return None


def _resolution(context: StepContext, step: Step, effect: _Effect) -> Resolution:
    age = seconds_between(effect.before.at, context.bench.now()) if effect.before else 0.0
    return resolve(effect.before, effect.digest, effect.repeat, step.on_unknown, age=age)


def _made(context: StepContext, step: Step, effect: _Effect, target: str) -> Result:
    bench, task, slot = context.bench, context.task.id, context.slot
    call = effect.call._replace(since=context.tools.clock.now().isoformat())
    finding = _finding(context, step, effect) if effect.repeat == "findable" else None
    bench.emit(EffectStarted(bench.at(), task, slot, step.id, call.key, effect.digest, target), sync=True)
    blind = finding is None and not may_repeat(effect.repeat, step.on_unknown)
    perform: Perform = finding or effect.action.perform
    state, rest, outcome = attempts(context, step, perform, call, blind=blind)
    state = _without_short_secrets(state, call.secrets)
    if finding is not None:
        state, outcome = _as_found(finding, state, outcome)
    if isinstance(outcome, Failed) and outcome.happened is None:
        return _left_unknown(step, effect, state, rest, blind=blind)
    remote = outcome.remote if isinstance(outcome, Done) else ""
    happened = isinstance(outcome, Done) or outcome.happened is True
    error = state.error if happened and isinstance(outcome, Failed) else ""
    outputs = state.outputs
    ended = EffectFinished(bench.at(), task, slot, step.id, call.key, effect.digest, happened, outputs, remote, error)
    if finding is not None:
        ended = ended._replace(found=finding.found, doubtful=finding.unsure)
    bench.emit(ended)
    sent = tuple(one._replace(remote=remote) for one in effect.sent) if happened else ()
    return state._replace(sent=sent), rest


def _finding(context: StepContext, step: Step, effect: _Effect) -> Finding:
    bench, before = context.bench, effect.before
    settle = settling(step.timeout)
    doubtful = before is not None and before.ended is None
    wait = 0.0
    if before is not None and doubtful:
        now = bench.now()
        wait = still_to_settle(
            settle,
            intent=seconds_between(before.at, now),
            limit=context.task.timeout,
            run=seconds_between(bench.begun, now),
        )
    return Finding(effect.action, context.tools.clock, settle, context.deadline, doubtful=doubtful, wait=wait)


def _as_found(finding: Finding, state: StepState, outcome: Outcome) -> tuple[StepState, Outcome]:
    """What is known of the effect in the end: a doubt that no attempt has cleared stays one."""
    if isinstance(outcome, Failed):
        return state, outcome._replace(happened=None) if finding.doubtful and not outcome.happened else outcome
    return state._replace(adopted=finding.adopted, error=finding.note), outcome


def _left_unknown(step: Step, effect: _Effect, state: StepState, rest: Rest | None, *, blind: bool) -> Result:
    """Nobody knows whether the service took it. What can be repeated or looked up fails, and the next run does so."""
    if not blind:
        return state, rest
    if step.on_unknown == "skip":
        return StepState("done", state.attempts, error=f"left out: {state.error}", sent=effect.sent), None
    return _unknown(step, f"{step.id}: nobody knows whether it arrived ({state.error})", state.attempts)


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


def _unknown(step: Step, why: str, tries: int = 0) -> Result:
    state = StepState("failed", tries, error=why, error_kind="transient")
    return state, Rest("unknown", f"{why}; on-unknown is {step.on_unknown}")
