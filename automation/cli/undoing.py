"""What a run made outside, from its journal, and its removal: shown first, then done, each told in a journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from automation.cli.kept_files import FILE_INPUTS, latest_products
from automation.cli.session import Session
from automation.engine.calls import Surroundings, call_of, with_key, with_secrets
from automation.engine.due import Situation, slot_for, today
from automation.engine.events import (
    EffectFinished,
    EffectStarted,
    EffectUndone,
    Event,
    Opened,
    RunStarted,
    StepFinished,
)
from automation.engine.external import class_of
from automation.engine.journal import read_journal
from automation.engine.ports import ActionLike, BadInput, Call, Failed, Stopped, Tools
from automation.engine.scope import plan_facts, run_facts, task_scope, tasks_read
from automation.engine.state import SlotState, State, evolve
from automation.errors import UsageError
from automation.plan.expressions import ExpressionError
from automation.plan.model import Json, Step

UNDO_SECONDS = 120.0
"""Seconds in which a service has to remove what one effect made."""


class Made(NamedTuple):
    """One effect of a run: where it was made, with which key, the ids of it, and whether its end was told at all.

    `since` is when it was announced.
    """

    task: str
    slot: str
    step: str
    key: str
    target: str
    remote: str
    unknown: bool = False
    since: str = ""


class Removal(NamedTuple):
    """What becomes of it. `kept` says why it stays; `done` that it was removed just now, `problem` why it was not."""

    made: Made
    uses: str = ""
    kept: str = ""
    done: bool = False
    problem: str = ""


def made_by(session: Session, run: str) -> list[Made]:
    """What that run made, the latest first; what it found there is not among it. Raises `UsageError`."""
    found: dict[tuple[str, str, str], Made] = {}
    begun = ""
    for event in _events_of(session, run):
        if isinstance(event, RunStarted):
            begun = event.at
        elif isinstance(event, EffectStarted):
            place = (event.task, event.slot, event.step)
            since = event.at if event.input_hash else begun  # without it this is what is assumed of a run that was lost
            found[place] = Made(*place, event.key, event.target, "", unknown=True, since=since)
        elif isinstance(event, EffectFinished):
            place = (event.task, event.slot, event.step)
            if event.happened and not event.found:
                before = found.get(place, Made(*place, event.key, "", ""))
                half = bool(event.error) and not event.remote  # it failed in the middle: the ids were never told
                found[place] = before._replace(key=event.key, remote=event.remote, unknown=half)
            else:
                found.pop(place, None)
        elif isinstance(event, StepFinished) and event.adopted:
            found.pop((event.task, event.slot, event.step), None)
    return [*reversed(found.values())]


def made_by_others(session: Session, run: str) -> frozenset[str]:
    """The ids of what all other runs have made, as far as they know them: a run that died may have been changing it."""
    found: dict[tuple[str, str, str, str], str] = {}
    of = ""
    for event in session.all_events():
        if isinstance(event, Opened):
            of = ""
        elif isinstance(event, RunStarted):
            of = event.run
        elif isinstance(event, EffectFinished) and of != run and event.happened:
            found[of, event.task, event.slot, event.step] = event.remote
        elif isinstance(event, StepFinished) and event.adopted:
            found.pop((of, event.task, event.slot, event.step), None)
    return frozenset(one for remote in found.values() for one in remote.split(",") if one)


def _events_of(session: Session, run: str) -> Iterator[Event]:
    """The events of the run's journal. Raises `UsageError` where there is no such run."""
    runs: list[str] = []
    for path in sorted((session.store.folder / "journal").glob("*.jsonl")):
        events = read_journal(path).events
        begun = next((event.run for event in events if isinstance(event, RunStarted)), "")
        if begun == run:
            return iter(events)
        runs += [begun] if begun else []
    told = f"the latest is {runs[-1]}" if runs else "nothing has run yet"
    raise UsageError(f"the plan {session.plan.id} has no run {run}", f"{told}; `ztr report` lists them")


class Undoing:
    """Removes what was made. `others` are the ids of what other runs made: that stays."""

    def __init__(self, session: Session, state: State, tools: Tools, others: frozenset[str] = frozenset()) -> None:
        self._session, self._state, self._tools, self._others = session, state, tools, others
        self._products = latest_products(state)

    def duplicates(self, made: Made) -> list[str]:
        """Remove what has turned up beside the first of its key; the ids. What cannot be looked up is left as it is."""
        step = self._step(made)
        action = self._session.actions[step.uses] if step else None
        if step is None or action is None or action.find is None or action.undo is None:
            return []
        try:
            call = self._call(made, step)
            found = action.find(call)
            extras = [] if isinstance(found, Failed) else [one.remote for one in found[1:]]
            return [remote for remote in extras if not isinstance(action.undo(call, remote), Failed)]
        except (BadInput, ExpressionError):
            return []

    def foreseen(self, made: Made) -> Removal:
        """What would become of it, from what is known here: no service is asked."""
        step = self._step(made)
        if step is None:
            return Removal(made, kept="the plan has no such step any more: remove it by hand")
        action = self._session.actions[step.uses]
        told = Removal(made, step.uses)
        if self._undone(made):
            return told._replace(kept="it was removed already")
        missing = [name for name in step.secrets if name not in self._session.settings.secrets]
        if missing:
            return told._replace(kept=f"the secret {', '.join(missing)} is missing")
        return told._replace(kept=self._stays(action, made, step))

    def remove(self, removal: Removal) -> Removal:
        """Remove it; what is gone already counts as removed. Raises `Stopped`."""
        made, step = removal.made, self._step(removal.made)
        if removal.kept or step is None:
            return removal
        action = self._session.actions[step.uses]
        try:
            call = self._call(made, step)
            remotes = self._found(action, call) if made.unknown else [made.remote]
            if isinstance(remotes, Failed):
                return removal._replace(problem=self._clean(remotes.message))
            own = [remote for remote in remotes if remote not in self._others] if made.unknown else remotes
            if remotes and not own:
                return removal._replace(kept="it was made by another run, and this one was changing it at most")
            for remote in own:
                outcome = action.undo(call, remote) if action.undo else Failed("permanent", "it cannot be removed")
                if isinstance(outcome, Failed):
                    return removal._replace(problem=self._clean(outcome.message))
        except (BadInput, ExpressionError) as error:
            return removal._replace(problem=self._clean(str(error)))
        except Stopped:
            raise
        except Exception as error:  # noqa: BLE001 - an action's own mistake must not keep the others from being undone
            return removal._replace(problem=self._clean(f"internal error in the action {step.uses}: {error!r}"))
        return removal._replace(done=True)

    def _stays(self, action: ActionLike, made: Made, step: Step) -> str:
        """Why it cannot be removed, empty where it can."""
        if class_of(action, step.inputs) == "blind":
            return "it cannot be taken back: nobody can ask the service for it"
        if action.undo is None:
            return "it left nothing that could be removed"
        if made.unknown:
            return "" if action.find else "nobody knows whether it arrived, and it cannot be looked up"
        return "" if made.remote else "nothing was made that stays"

    def _found(self, action: ActionLike, call: Call) -> list[str] | Failed:
        if action.find is None:
            return []
        found = action.find(call)
        return found if isinstance(found, Failed) else [one.remote for one in found]

    def _step(self, made: Made) -> Step | None:
        task = self._session.plan.tasks.get(made.task)
        return task.step(made.step) if task else None

    def _undone(self, made: Made) -> bool:
        slot = self._state.slot(made.task, made.slot)
        effect = slot.effects.get(made.step) if slot else None
        return effect is not None and effect.key == made.key and bool(effect.undone)

    def _call(self, made: Made, step: Step) -> Call:
        """The step's call, as the run made it: with the outputs that it read, as far as they are still known."""
        session = self._session
        task = session.plan.tasks[made.task]
        situation = Situation(session.now(), "auto", frozenset(session.settings.secrets))
        known = self._state.slot(made.task, made.slot)
        needs = {name: self._latest(name, situation) for name in tasks_read(task)}
        day = today(session.plan, self._state, situation)
        facts: dict[str, Json] = {
            "vars": session.plan.vars,
            "plan": plan_facts(session.plan),
            "run": run_facts("", "auto", day, situation.now.isoformat(timespec="seconds")),
            "event": {},
        }
        steps = known.steps if known else {}
        scope = task_scope(facts, steps, needs, failed=False, slot=made.slot)
        self._restore(step)
        folder, env = Path(session.plan.folder), session.settings.base_env
        around = Surroundings(self._tools, session.store.workdir, folder, env)
        call = with_key(
            call_of(around, task, step, scope, lambda: None), session.store.lineage, made.task, made.slot, made.step
        )
        return with_secrets(call, step, session.settings.secrets)._replace(timeout=UNDO_SECONDS, since=made.since)

    def _restore(self, step: Step) -> None:
        """The files that the step reads, as they were kept: on a fresh machine the work directory is empty."""
        folder = self._session.store.workdir
        for key, name in step.inputs.items():
            product = self._products.get(str(name)) if key.endswith(FILE_INPUTS) else None
            if product is not None and not (folder / product.path).exists():
                folder.mkdir(parents=True, exist_ok=True)
                self._session.objects.restore(product, folder)

    def _latest(self, name: str, situation: Situation) -> SlotState | None:
        slot = slot_for(self._session.plan.tasks[name], self._session.plan, self._state, situation)
        return self._state.slot(name, slot) if slot else None

    def _clean(self, text: str) -> str:
        return self._session.redactor.text(text)


def remove_all(session: Session, run: str, wanted: Callable[[list[Removal]], bool]) -> tuple[list[Removal], bool]:
    """What that run made and what became of it; nothing is removed unless it is `wanted`. Raises `ZtrError`.

    Each removal is in a journal of its own as soon as it is done, so that a repetition goes on where this one ended.
    """
    at = session.now().isoformat(timespec="milliseconds")
    session.store.lock(session.run_id(), at)
    tools = session.tools()
    try:
        loaded = session.store.load()
        undoing = Undoing(session, loaded.state, tools, made_by_others(session, run))
        foreseen = [undoing.foreseen(made) for made in made_by(session, run)]
        if not any(not one.kept for one in foreseen) or not wanted(foreseen):
            return foreseen, False
        return _journaled(session, undoing, foreseen, loaded.state, loaded.journals), True
    finally:
        tools.close()
        session.store.unlock()


def _journaled(
    session: Session, undoing: Undoing, foreseen: list[Removal], state: State, journals: Mapping[str, tuple[int, int]]
) -> list[Removal]:
    at = session.now().isoformat(timespec="milliseconds")
    writer, opened = session.store.open_journal(
        state.serial + 1, session.run_id(), at, session.plan.id, session.redactor.line
    )
    state, ended = evolve(state, opened), list[Removal]()
    try:
        for one in foreseen:
            removal = undoing.remove(one)
            ended.append(removal)
            if removal.done:
                made, now = removal.made, session.now().isoformat(timespec="milliseconds")
                undone = EffectUndone(now, made.task, made.slot, made.step, made.key, made.remote)
                state = evolve(state, writer.append(undone))
                writer.sync()
    finally:
        writer.close()
    name = writer.path.name
    session.store.save(state, {**journals, name: session.store.measure(name)})
    return ended
