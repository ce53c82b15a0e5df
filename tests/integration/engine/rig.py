"""A runner on a real state folder, with actions that do what a test says and a clock that only sleeps on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from automation.actions.base import Action, Call, Done, Draft, Failed, Outcome
from automation.actions.catalogue import ACTIONS
from automation.engine.due import Situation
from automation.engine.events import Event, Mode, RunStarted
from automation.engine.history import history
from automation.engine.journal import read_journal
from automation.engine.objects import Objects
from automation.engine.ports import ActionLike, GateLike, Tools
from automation.engine.runner import Ended, Observer, Setting, run
from automation.engine.state import SlotState, State, evolve
from automation.engine.store import Store
from automation.gates.catalogue import GATES
from automation.plan.model import Effect, Gate, Json, Plan, Reference
from tests.fakes import FakeClock, FakeHttp, FakeProcesses, FakePython

Perform = Callable[[Call], Outcome]

TRANSIENT = Failed("transient", "the line is busy")
PERMANENT = Failed("permanent", "no such thing")


def echo(call: Call) -> Outcome:
    """Gives its input back."""
    return Done({"text": call.inputs.get("text")})


def metric(expression: str, above: float) -> Gate:
    """A gate on an output of a step."""
    step = expression.split(".")[1]
    return Gate("metric", {"metric": expression, "above": above}, reads=(Reference("", step, "x"),))


def an_action(name: str, perform: Perform, *, effect: Effect = "none", repeat: str = "blind", **fields: Any) -> Action:
    """An action whose request is its inputs."""
    return Action(
        name,
        name,
        "",
        effect,
        {"type": "object"},
        perform,
        "",
        prepare=lambda call: (Draft(f"POST /{name}", dict(call.inputs)),),
        open_outputs=True,
        repeat=repeat,  # type: ignore[arg-type]  # a literal as text
        **fields,
    )


class Rig:
    """Run a plan again and again on one folder. `done` lists every call of an action as (action, inputs)."""

    def __init__(self, tmp_path: Path, plan: Plan, **performs: Perform | Action) -> None:
        self.plan = plan
        self.store = Store(tmp_path / "state", "local:demo")
        self.objects = Objects(tmp_path / "objects")
        self.clock = FakeClock()
        self.done: list[tuple[str, Mapping[str, Json]]] = []
        self.actions: dict[str, ActionLike] = {"file": ACTIONS["file"]}
        for name, perform in {"noop": lambda _call: Done(), **performs}.items():
            action = perform if isinstance(perform, Action) else an_action(name, perform)
            self.actions[name] = action._replace(perform=self._told(name, action.perform))
        self.gates: dict[str, GateLike] = {**GATES}
        self.http = FakeHttp()
        self.stopping = False

    def run(
        self,
        mode: Mode = "auto",
        *,
        secrets: Mapping[str, str] | None = None,
        observers: Sequence[Observer] = (),
        jobs: int = 1,
        **situation: Any,
    ) -> Ended:
        """One run, as the command line makes it."""
        loaded = self.store.load()
        now = self.clock.now()
        at = now.isoformat()
        name = f"r{loaded.state.serial + 1}"
        writer, opened = self.store.open_journal(loaded.state.serial + 1, name, at, "demo", lambda text: text)
        self.store.workdir.mkdir(parents=True, exist_ok=True)
        setting = Setting(
            plan=self.plan,
            situation=Situation(now, mode, frozenset(secrets or {}), **situation),
            begun=RunStarted(at, name, "digest", mode, mode, 1),
            lineage="local:demo",
            actions=self.actions,
            gates=self.gates,
            tools=lambda: Tools(self.clock, FakeProcesses(), FakePython(), self.http),
            products=self.objects,
            workdir=self.store.workdir,
            logs=self.store.folder / "logs" / name,
            now=self.clock.now,
            secrets=secrets or {},
            base_env={"PATH": "/usr/bin:/bin"},
            jobs=jobs,
            history=lambda state: history(self.plan, state, self.events()),
            stopping=lambda: self.stopping,
        )
        try:
            return run(setting, evolve(loaded.state, opened), writer, observers)
        finally:
            writer.close()

    def slot(self, task: str, slot: str = "once") -> SlotState:
        """Where the slot stands, as a fresh process reads it."""
        found = self.state().slot(task, slot)
        assert found is not None
        return found

    def state(self) -> State:
        return self.store.load().state

    def statuses(self) -> dict[str, str]:
        return {task: slot.status for task, slots in sorted(self.state().slots.items()) for slot in slots.values()}

    def events(self) -> list[Event]:
        return [
            event
            for path in sorted((self.store.folder / "journal").glob("*.jsonl"))
            for event in read_journal(path).events
        ]

    def _told(self, name: str, perform: Perform) -> Perform:
        def told(call: Call) -> Outcome:
            self.done.append((name, call.inputs))
            return perform(call)

        return told


def in_turn(*outcomes: Outcome) -> Perform:
    """Answers in order, the last one for ever."""
    left = list(outcomes)
    return lambda _call: left.pop(0) if len(left) > 1 else left[0]
