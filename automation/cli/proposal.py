"""What a run would do to the services outside, read from them without changing anything, and its digest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from automation.cli.execute import Wish, situation_of
from automation.cli.foresight import Foreseen, TaskPlan
from automation.cli.kept_files import FILE_INPUTS, latest_products
from automation.cli.session import Session
from automation.engine.calls import Surroundings, call_of, with_key, with_secrets
from automation.engine.due import slot_for, today
from automation.engine.effects import Adopt, input_hash, resolve
from automation.engine.external import class_of
from automation.engine.history import history
from automation.engine.ports import BadInput, Call, Change, Failed, Tools
from automation.engine.scope import plan_facts, run_facts, task_scope, tasks_read
from automation.engine.state import SlotState, State
from automation.errors import UsageError
from automation.plan.expressions import ExpressionError
from automation.plan.model import Json, Step, Task

LOOK_SECONDS = 60.0
"""Seconds in which a service has to tell what it holds."""


class StepProposal(NamedTuple):
    """What one step would change outside. `after`: the step whose outputs or files it waits for, so that nothing can
    be told yet; `problem`: why the service could not be read. `basis`: what it is told from, where that was made by
    an earlier run and may be made anew. `requests`: the hash of what would be sent to a service that holds nothing.
    """

    task: str
    slot: str
    step: str
    uses: str
    changes: tuple[Change, ...] = ()
    after: str = ""
    problem: str = ""
    basis: str = ""
    requests: str = ""


class Proposal(NamedTuple):
    """All real external steps of a run that would start now, and the digest of them, of their requests, of the plan
    and of all that is due.
    """

    steps: tuple[StepProposal, ...]
    digest: str

    def count(self, kind: Literal["create", "update", "unchanged", "send"]) -> int:
        """How many things would be changed in this way."""
        return sum(change.change == kind for step in self.steps for change in step.changes)


def propose(session: Session, state: State, wish: Wish, found: Foreseen) -> Proposal:
    """Read the services. Nothing is written, neither there nor here."""
    with ExitStack() as stack:
        tools = session.tools()
        stack.callback(tools.close)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="ztr-plan-")))
        look = _Look(session, state, wish, tools, folder, frozenset(one.task for one in found.due))
        steps = tuple(step for task in found.due for step in look.task(task))
    due: Json = [[task.task, task.slot, [[step.id, step.how] for step in task.steps]] for task in found.due]
    return Proposal(steps, digest_of(steps, [session.plan.digest, session.plan.vars, due]))


def digest_of(steps: tuple[StepProposal, ...], run: Json = None) -> str:
    """Sixteen hex digits: the same as long as the same would be done to what the services hold, by the same `run`.

    Commands and what is known only after a step are held by the plan's own text.
    """
    text = json.dumps([run, [step._asdict() for step in steps]], sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def require(session: Session, state: State, wish: Wish, found: Foreseen, expected: str) -> None:
    """Raises `UsageError` when what would be done is not what was looked at."""
    now = propose(session, state, wish, found).digest
    if now != expected.strip().lower():
        raise UsageError(
            f"--expect {expected}: what would be done has changed since, its digest is {now}; nothing was started",
            f"look at it again: `ztr plan --mode {wish.mode}`",
        )


class _Known(NamedTuple):
    """What is known of a task before the run: its steps so far, and those of the tasks that it reads."""

    steps: SlotState | None
    needs: Mapping[str, SlotState | None]


class _Look:
    def __init__(
        self, session: Session, state: State, wish: Wish, tools: Tools, folder: Path, due: frozenset[str]
    ) -> None:
        self._session, self._state, self._tools, self._folder, self._due = session, state, tools, folder, due
        self._situation = situation_of(session, state, wish)
        self._mode = wish.mode
        self._products = latest_products(state)

    def task(self, planned: TaskPlan) -> Iterator[StepProposal]:
        """Its real external steps."""
        task = self._session.plan.tasks[planned.task]
        real = {step.id for step in planned.steps if step.how == "real"}
        known = _Known(
            self._state.slot(task.id, planned.slot), {name: self._slot_of(name) for name in tasks_read(task)}
        )
        for step in task.steps:
            if step.id in real:
                yield self._step(task, planned.slot, step, known)

    def _slot_of(self, name: str) -> SlotState | None:
        slot = slot_for(self._session.plan.tasks[name], self._session.plan, self._state, self._situation)
        return self._state.slot(name, slot) if slot else None

    def _step(self, task: Task, slot: str, step: Step, known: _Known) -> StepProposal:
        told = StepProposal(task.id, slot, step.id, step.uses)
        after = _waits_for(task, step, known)
        if after:
            return told._replace(after=after)
        try:
            call = self._call(task, slot, step, known)
            absent = self._absent_file(task, step, call)
            if absent:
                return told._replace(after=absent)
            return self._looked(told, task, step, call, known)
        except (ExpressionError, BadInput) as error:
            return told._replace(problem=self._clean(str(error)))

    def _looked(self, told: StepProposal, task: Task, step: Step, call: Call, known: _Known) -> StepProposal:
        action = self._session.actions[step.uses]
        drafts = action.prepare(call)
        before = known.steps.effects.get(step.id) if known.steps else None
        digest = input_hash([draft.request for draft in drafts])
        told = told._replace(requests=digest)
        if isinstance(resolve(before, digest, class_of(action, call.inputs), step.on_unknown), Adopt):
            at = before.at[:16].replace("T", " ") if before else ""
            return told._replace(changes=(Change("unchanged", f"what a former run did at {at}"),))
        changes: tuple[Change, ...] | Failed = (
            action.inspect(call)
            if action.inspect
            else tuple(Change("send", draft.target, None, draft.request) for draft in drafts)
        )
        if isinstance(changes, Failed):
            return told._replace(problem=self._clean(changes.message))
        return told._replace(changes=tuple(map(self._redacted, changes)), basis=self._basis(task, step, known))

    def _basis(self, task: Task, step: Step, known: _Known) -> str:
        """Which steps have given what this was told from and would run again: they may give something else."""
        earlier = [one.id for one in task.steps[: [one.id for one in task.steps].index(step.id)]]
        ran = [name for name in earlier if known.steps and name in known.steps.steps]
        read = [f"{one.task}/{one.step}" for one in step.reads if one.task in self._due]
        return ", ".join(dict.fromkeys((*ran, *read)))

    def _call(self, task: Task, slot: str, step: Step, known: _Known) -> Call:
        session, situation = self._session, self._situation
        day = today(session.plan, self._state, situation)
        facts: dict[str, Json] = {
            "vars": session.plan.vars,
            "plan": plan_facts(session.plan),
            "run": run_facts("", self._mode, day, situation.now.isoformat(timespec="seconds")),
            "event": {},
        }
        steps = known.steps.steps if known.steps else {}
        scope = task_scope(facts, steps, known.needs, failed=False, slot=slot)
        workdir = self._workdir(step)
        around = Surroundings(
            self._tools,
            workdir,
            Path(session.plan.folder),
            session.settings.base_env,
            lambda: history(session.plan, self._state, session.all_events()),
        )
        call = call_of(around, task, step, scope, lambda: None)
        call = with_key(call, session.store.lineage, task.id, slot, step.id)
        return with_secrets(call, step, session.settings.secrets)._replace(timeout=LOOK_SECONDS)

    def _workdir(self, step: Step) -> Path:
        """The work directory; or one of our own with the files that it has no more, as they were kept."""
        named = [str(value) for key, value in step.inputs.items() if key.endswith(FILE_INPUTS)]
        here = self._session.store.workdir
        if all((here / name).exists() for name in named):
            return here
        for name in named:
            product = self._products.get(name)
            if product is not None:
                self._session.objects.restore(product, self._folder)
        return self._folder

    def _absent_file(self, task: Task, step: Step, call: Call) -> str:
        """The step or task that has yet to write a file which the step reads."""
        for key, value in call.inputs.items():
            if key.endswith(FILE_INPUTS) and not (call.workdir / str(value)).is_file():
                return self._writer(task, step, str(value))
        return ""

    def _writer(self, task: Task, step: Step, name: str) -> str:
        makers = [one.id for one in self._session.plan.tasks.values() if name in one.produces and one.id != task.id]
        earlier = [one.id for one in task.steps[: [one.id for one in task.steps].index(step.id)]]
        if makers and name not in task.produces:
            return makers[-1]
        return earlier[-1] if earlier else name

    def _redacted(self, change: Change) -> Change:
        clean = self._session.redactor.json
        return Change(change.change, self._clean(change.what), clean(change.before), clean(change.after))

    def _clean(self, text: str) -> str:
        return self._session.redactor.text(text)


def _waits_for(task: Task, step: Step, known: _Known) -> str:
    """The first step whose outputs this one reads and which nobody knows yet: never run, or mocked."""
    for read in step.reads:
        slot = known.needs.get(read.task) if read.task else known.steps
        if read.step:
            found = slot.steps.get(read.step) if slot else None
            if found is None or found.status != "done":
                return f"{read.task}/{read.step}" if read.task and read.task != task.id else read.step
        elif slot is None:
            return read.task or task.id
    return ""
