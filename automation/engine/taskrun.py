"""One task in one slot, from its first step to its rest: steps, what is tried on failure, gates, products, approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from automation.engine.attempts import Rest, StepContext
from automation.engine.bench import Bench
from automation.engine.events import (
    GatesJudged,
    ProductsKept,
    StepFinished,
    TaskFinished,
    TaskStarted,
    TaskStatus,
    Verdict,
)
from automation.engine.measure import judge_gate
from automation.engine.modes import tainted
from automation.engine.objects import ProductRefused
from automation.engine.ports import Tools
from automation.engine.scope import has_expression, mocked_steps, task_scope, tasks_read
from automation.engine.state import SlotState, StepState, evidence
from automation.engine.steprun import run_step
from automation.plan.expressions import ExpressionError, evaluate, expression_references, truthy, uses_status
from automation.plan.model import Json, OnFailure, Step, Task

Unlock = tuple[tuple[str, ...], ...]


def run_task(bench: Bench, task: Task, slot: str, tools: Tools) -> TaskFinished:
    """Run the task to its rest. Every event goes through `bench.emit`; the last one is given back. Raises `Stopped`."""
    bench.emit(TaskStarted(bench.at(), task.id, slot, task.definition))
    return TaskRun(bench, task, slot, tools).run()


class _Proof(NamedTuple):
    """What the gates said: all verdicts, and for those not judged the secrets that would let them be."""

    verdicts: tuple[Verdict, ...] = ()
    unlock: Unlock = ()

    @property
    def missed(self) -> str:
        if not self.verdicts:
            return ""
        failed = [verdict for verdict in self.verdicts if verdict.status == "failed"]
        return "; ".join(f"gate missed: {verdict.gate}: {verdict.reason}" for verdict in failed)


class TaskRun:
    """The state of one task while it runs."""

    def __init__(self, bench: Bench, task: Task, slot: str, tools: Tools) -> None:
        self._bench, self._task, self._slot, self._tools = bench, task, slot, tools
        self._begun = tools.clock.monotonic()
        self._deadline = self._begun + task.timeout
        self._steps: dict[str, StepState] = {}
        self._needs: Mapping[str, SlotState | None] = {name: bench.need(name) for name in tasks_read(task)}
        self._failure = ""

    def run(self) -> TaskFinished:
        """From the first step to the task's rest."""
        task = self._task
        if task.condition and not self._holds(task.condition, failed=self._a_need_failed()):
            return self._left_out(task.condition)
        self._bench.restore(task.id)
        rest = self._run_steps(task.steps)
        if rest:
            return self._finish(rest.status, rest.reason, not_before=rest.not_before)
        proof = _Proof() if self._failure else self._prove()
        if (self._failure or proof.missed) and task.on_failure:
            return self._recover(task.on_failure, self._failure or proof.missed)
        return self._conclude(proof)

    def _recover(self, on_failure: OnFailure, why: str) -> TaskFinished:
        """The steps to try; when they succeed the gates are asked (again). Where none ran, nothing is mended."""
        self._failure = ""
        rest = self._run_steps(on_failure.steps)
        if rest:
            return self._finish(rest.status, rest.reason, not_before=rest.not_before)
        proof = _Proof() if self._failure else self._prove()
        second = self._failure or proof.missed
        ran = any(self._steps[step.id].status != "skipped" for step in on_failure.steps)
        if ran and not second:
            return self._conclude(proof, f"recovered by what was tried: {why}")
        told = f"{why}; what was tried then failed too ({second})" if ran else why
        if on_failure.then == "skip":
            return self._finish("skipped", f"{told}, and the plan says: skip")
        return self._finish("failed", told)

    def _conclude(self, proof: _Proof, note: str = "") -> TaskFinished:
        # What was made is kept even when a gate was missed: tasks that run after a failure read it, and so do people.
        why = self._failure or "; ".join(part for part in (proof.missed, self._keep_products()) if part)
        if why:
            return self._finish("failed", why)
        unlock = (*self._unlock(), *proof.unlock)
        asks = self._task.approval is not None or self._bench.approvals == "manual"
        if unlock or (asks and self._bench.mode == "mock"):
            return self._finish("mocked", _mock_reason(unlock, self._bench.mode), unlock=unlock or ((),))
        if asks and self._is_approved():
            return self._finish("done", "approved before, and neither its definition nor what it made has changed")
        if asks:
            return self._finish("awaiting-approval", "all gates passed; it waits for an approval")
        return self._finish("done", note)

    def _is_approved(self) -> bool:
        slot = self._bench.slot(self._task.id, self._slot)
        return slot is not None and slot.approved == evidence(slot)

    def _run_steps(self, steps: Sequence[Step]) -> Rest | None:
        for step in steps:
            if not self._wanted(step):
                self._note(self._left_out_step(step), tell=True)
                continue
            finished, rest = run_step(self._context(step), step)
            self._note(finished)
            if rest:
                return rest
            if finished.status == "failed" and not step.continue_on_error and not self._failure:
                self._failure = f"step {step.id} failed ({finished.error_kind}): {finished.error}"
        return None

    def _wanted(self, step: Step) -> bool:
        """As on GitHub: without a status function in its `if`, a step runs only while nothing has failed."""
        if not step.condition:
            return not self._failure
        if self._failure and not uses_status(step.condition):
            return False
        return self._holds(step.condition, failed=bool(self._failure))

    def _left_out(self, condition: str) -> TaskFinished:
        """The rest of a task whose condition is false; one that read a mocked output is not settled by that."""
        mocked = self._mocked_behind(condition)
        if self._failure:
            return self._finish("failed", self._failure)
        if mocked is None:
            return self._finish("skipped", f"its condition is false: {condition}")
        why = f"its condition is false with mocked outputs: {condition}"
        return self._finish("mocked", why, unlock=(tuple(sorted(mocked)),))

    def _left_out_step(self, step: Step) -> StepFinished:
        """The same of a step."""
        mocked = self._mocked_behind(step.condition) if step.condition else None
        at, task, slot = self._bench.at(), self._task.id, self._slot
        if mocked is None:
            return StepFinished(at, task, slot, step.id, "skipped", 0)
        return StepFinished(at, task, slot, step.id, "mocked", 0, missing=tuple(sorted(mocked)))

    def _mocked_behind(self, condition: str) -> frozenset[str] | None:
        return tainted(expression_references(condition), mocked_steps(self._steps, self._needs))

    def _a_need_failed(self) -> bool:
        found = (self._needs[name] for name in self._task.needs)
        return any(need is not None and need.status in ("failed", "blocked", "unknown") for need in found)

    def _holds(self, condition: str, *, failed: bool) -> bool:
        try:
            return truthy(evaluate(condition, self._scope(failed=failed)))
        except ExpressionError as error:
            self._failure = self._failure or f"`if: {condition}` cannot be evaluated: {error}"
            return False

    def _note(self, finished: StepFinished, *, tell: bool = False) -> None:
        if tell:
            finished = self._bench.emit(finished)
        self._steps[finished.step] = StepState(*finished[4:])

    def _context(self, step: Step) -> StepContext:
        needed = step.reads or step.env or self._task.env or has_expression(step.inputs)
        scope = self._scope(failed=bool(self._failure)) if needed else {}
        mocked = mocked_steps(self._steps, self._needs) if step.reads else {}
        return StepContext(self._bench, self._task, self._slot, self._tools, scope, mocked, self._deadline)

    def _scope(self, *, failed: bool = False) -> dict[str, Json]:
        return task_scope(self._bench.facts, self._steps, self._needs, failed=failed, slot=self._slot)

    def _prove(self) -> _Proof:
        if not self._task.gates:
            return _Proof()
        scope, mocked = self._scope(), mocked_steps(self._steps, self._needs)
        verdicts: list[Verdict] = []
        unlock: list[tuple[str, ...]] = []
        for gate in self._task.gates:
            left = max(self._deadline - self._tools.clock.monotonic(), 0.1)
            verdict, closure = judge_gate(self._bench, gate, scope, mocked, self._tools, left)
            verdicts.append(verdict)
            unlock.extend(() if closure is None else (tuple(sorted(closure)),))
        told = self._bench.emit(GatesJudged(self._bench.at(), self._task.id, self._slot, tuple(verdicts)))
        return _Proof(told.verdicts, tuple(unlock))

    def _keep_products(self) -> str:
        """Keep what the task produces; why not, where it cannot.

        A mocked task may lack what its real step would have made.
        """
        kept = []
        for path in self._task.produces:
            try:
                kept.append(self._bench.keep(path))
            except ProductRefused as error:
                if not self._unlock():
                    return str(error)
        if kept:
            self._bench.emit(ProductsKept(self._bench.at(), self._task.id, self._slot, tuple(kept)))
        return ""

    def _unlock(self) -> Unlock:
        return tuple(state.missing for state in self._steps.values() if state.status == "mocked")

    def _finish(
        self, status: TaskStatus, reason: str = "", *, not_before: str = "", unlock: Unlock = ()
    ) -> TaskFinished:
        seconds = round(self._tools.clock.monotonic() - self._begun, 6)
        event = TaskFinished(
            self._bench.at(),
            self._task.id,
            self._slot,
            status,
            reason,
            seconds,
            not_before,
            tuple(dict.fromkeys(unlock)),
        )
        return self._bench.emit(event)


def _mock_reason(unlock: Unlock, mode: str) -> str:
    names = ", ".join(sorted({name for missing in unlock for name in missing}))
    return f"{names} missing" if names else f"this run is {mode}"
