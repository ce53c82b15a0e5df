"""The runner: from `decide`'s commands to tasks on job slots, and from their events to journal, state and observers."""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from automation.engine.approvals import answer
from automation.engine.bench import Bench
from automation.engine.decide import Agenda, Command, Finish, Start, begin, decide, is_told
from automation.engine.due import Situation, slot_for
from automation.engine.events import Event, Product, Requested, RunFinished, RunStarted, TaskFinished
from automation.engine.ports import ActionLike, GateLike, Stopped, Tools
from automation.engine.scope import plan_facts, run_facts
from automation.engine.state import SlotState, State, evolve
from automation.engine.taskrun import run_task
from automation.plan.model import NOTHING, Json, Plan

if TYPE_CHECKING:
    from queue import SimpleQueue

E = TypeVar("E", bound=Event)


class Observer(Protocol):
    """Is told every event with the state after it; whatever it raises is dropped, and so is the observer."""

    def on_event(self, event: Event, state: State) -> None: ...


class Journal(Protocol):
    """Where events are written before anything else happens with them."""

    def append(self, event: E) -> E:
        """Write it; the event as it was written, redacted."""

    def sync(self) -> None:
        """Make everything so far survive a power cut."""


class Products(Protocol):
    """The files that tasks produced."""

    def keep(self, workdir: Path, path: str) -> Product: ...

    def restore(self, product: Product, workdir: Path) -> bool: ...

    def is_there(self, product: Product, workdir: Path) -> bool: ...


class Setting(NamedTuple):
    """What a run is given. `tools` makes the ports of one job slot; `begun` is the run's first event.

    `event` is what `event.*` reads, `requests` are asked for as the run begins. `stopping` tells that no more tasks may
    start; `halt` makes running ones stop.
    """

    plan: Plan
    situation: Situation
    begun: RunStarted
    lineage: str
    actions: Mapping[str, ActionLike]
    gates: Mapping[str, GateLike]
    tools: Callable[[], Tools]
    products: Products
    workdir: Path
    logs: Path
    now: Callable[[], datetime]
    secrets: Mapping[str, str] = {}
    base_env: Mapping[str, str] = {}
    jobs: int = 1
    jitter: Callable[[], float] = lambda: 0.5
    history: Callable[[State], Json] = lambda _state: None
    event: Mapping[str, Json] = NOTHING
    requests: tuple[Requested, ...] = ()
    stopping: Callable[[], bool] = lambda: False
    halt: Callable[[], None] = lambda: None


class Ended(NamedTuple):
    """How a run ended: the state after it, what it had on its agenda, and whether it was stopped in the middle."""

    state: State
    agenda: Agenda
    interrupted: bool


def run(setting: Setting, state: State, journal: Journal, observers: Sequence[Observer] = ()) -> Ended:
    """Run everything that is due. Raises what the journal raises: without it nothing may go on."""
    return _Run(setting, state, journal, observers).run()


class _Run:
    def __init__(self, setting: Setting, state: State, journal: Journal, observers: Sequence[Observer]) -> None:
        self._setting, self._state, self._journal = setting, state, journal
        self._observers = list(observers)
        self._lock = threading.Lock()
        self._looked_at: set[str] = set()
        self._restored: dict[str, tuple[str, Product]] = {}
        self._bench = self._make_bench()

    def run(self) -> Ended:
        setting = self._setting
        clock = setting.tools().clock
        begun = clock.monotonic()
        self._emit(setting.begun)
        for request in setting.requests:
            self._emit(request)
        for event in answer(setting.plan, self._state, setting.situation):
            self._emit(event)
        agenda, commands = begin(setting.plan, self._state, setting.situation)
        interrupted = False
        crew = (
            _Inline(self._work, setting.tools) if setting.jobs == 1 else _Crew(self._work, setting.tools, setting.jobs)
        )
        try:
            agenda = self._loop(agenda, commands, crew)
        except Stopped:
            interrupted = True
        except BaseException:
            setting.halt()
            raise
        finally:
            crew.close()
        finished = RunFinished(
            self._bench.at(),
            setting.begun.run,
            "interrupted" if interrupted else "completed",
            round(clock.monotonic() - begun, 6),
        )
        self._emit(finished, sync=True)
        return Ended(self._state, agenda, interrupted)

    def _loop(self, agenda: Agenda, commands: Iterable[Command], crew: _Inline | _Crew) -> Agenda:
        ready: list[tuple[int, str, str]] = []
        todo = deque(commands)
        while True:
            while todo:
                command = todo.popleft()
                if isinstance(command, Start):
                    heapq.heappush(ready, (command.order, command.task, command.slot))
                else:
                    agenda, more = decide(agenda, self._end(command))
                    todo.extend(more)
            if self._setting.stopping():
                raise Stopped
            while ready and crew.idle:
                crew.start(*heapq.heappop(ready)[1:])
            if not crew.busy:
                return agenda
            agenda, more = decide(agenda, crew.wait())
            todo.extend(more)

    def _work(self, task: str, slot: str, tools: Tools) -> TaskFinished:
        return run_task(self._bench, self._setting.plan.tasks[task], slot, tools)

    def _end(self, command: Finish) -> TaskFinished:
        event = TaskFinished(self._bench.at(), command.task, command.slot, command.status, command.reason)
        return event if is_told(self._state, command) else self._emit(event)

    def _emit(self, event: E, *, sync: bool = False) -> E:
        with self._lock:
            written = self._journal.append(event)
            self._state = evolve(self._state, written)
            if sync:
                self._journal.sync()
            for observer in tuple(self._observers):
                try:
                    observer.on_event(written, self._state)
                except Exception:  # noqa: BLE001 - who watches must never break what is watched
                    self._observers.remove(observer)
        return written

    def _make_bench(self) -> Bench:
        setting, situation = self._setting, self._setting.situation
        now = situation.now.isoformat(timespec="seconds")
        facts: dict[str, Json] = {
            "vars": setting.plan.vars,
            "plan": plan_facts(setting.plan),
            "run": run_facts(setting.begun.run, setting.begun.mode, setting.begun.day, now),
            "event": setting.event,
        }
        return Bench(
            plan=setting.plan,
            plan_folder=Path(setting.plan.folder),
            run=setting.begun.run,
            begun=setting.begun.at,
            mode=setting.begun.mode,
            lineage=setting.lineage,
            secrets=setting.secrets,
            actions=setting.actions,
            gates=setting.gates,
            facts=facts,
            base_env=setting.base_env,
            workdir=setting.workdir,
            logs=setting.logs,
            emit=self._emit,
            slot=self._slot,
            need=self._need,
            restore=self._restore,
            keep=lambda path: setting.products.keep(setting.workdir, path),
            history=lambda: setting.history(self._state),
            jitter=setting.jitter,
            now=setting.now,
            approvals=situation.approvals,
        )

    def _slot(self, task: str, slot: str) -> SlotState | None:
        return self._state.slot(task, slot)

    def _need(self, name: str) -> SlotState | None:
        plan = self._setting.plan
        slot = slot_for(plan.tasks[name], plan, self._state, self._setting.situation)
        return self._state.slot(name, slot) if slot else None

    def _restore(self, task: str) -> None:
        """Put the products of all tasks that this one needs, directly or not, back where they are not on disk.

        Where several of them produced the same path, the one that did so last wins.
        """
        with self._lock:
            for name in self._new_needs(task):
                state = self._need(name)
                for product in state.products if state else ():
                    self._put_back(state.since if state else "", product)

    def _put_back(self, since: str, product: Product) -> None:
        products, workdir = self._setting.products, self._setting.workdir
        before = self._restored.get(product.path)
        if before is None and (workdir / product.path).exists():
            return
        if before is not None and (since <= before[0] or not products.is_there(before[1], workdir)):
            return  # an older version of it, or a task of this run has written it since
        if products.restore(product, workdir):
            self._restored[product.path] = (since, product)

    def _new_needs(self, task: str) -> list[str]:
        """All direct and indirect needs, each looked at once a run."""
        found, open_needs = [], list(self._setting.plan.tasks[task].needs)
        while open_needs:
            name = open_needs.pop()
            if name not in self._looked_at:
                self._looked_at.add(name)
                found.append(name)
                open_needs.extend(self._setting.plan.tasks[name].needs)
        return found


Work = Callable[[str, str, Tools], TaskFinished]


class _Inline:
    """One job slot: the task runs right where it is started."""

    def __init__(self, work: Work, tools: Callable[[], Tools]) -> None:
        self._work, self._tools = work, tools()
        self._finished: TaskFinished | None = None

    @property
    def idle(self) -> bool:
        return self._finished is None

    @property
    def busy(self) -> bool:
        return self._finished is not None

    def start(self, task: str, slot: str) -> None:
        self._finished = self._work(task, slot, self._tools)

    def wait(self) -> TaskFinished:
        finished, self._finished = self._finished, None
        if finished is None:
            raise RuntimeError("nothing is running")
        return finished

    def close(self) -> None:
        self._tools.close()


class _Crew:
    """Several job slots: a thread each, with tools of its own."""

    def __init__(self, work: Work, tools: Callable[[], Tools], jobs: int) -> None:
        from queue import SimpleQueue  # one job slot, the quickest start, needs none

        self._todo: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
        self._told: SimpleQueue[TaskFinished | BaseException] = SimpleQueue()
        self._running = 0
        self._jobs = jobs
        self._threads = [
            threading.Thread(target=self._serve, args=(work, tools), name=f"ztr-job-{number}", daemon=True)
            for number in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def idle(self) -> bool:
        return self._running < self._jobs

    @property
    def busy(self) -> bool:
        return self._running > 0

    def start(self, task: str, slot: str) -> None:
        self._running += 1
        self._todo.put((task, slot))

    def wait(self) -> TaskFinished:
        told = self._told.get()
        self._running -= 1
        if isinstance(told, BaseException):
            raise told
        return told

    def close(self) -> None:
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, work: Work, make_tools: Callable[[], Tools]) -> None:
        tools = make_tools()
        try:
            while (job := self._todo.get()) is not None:
                try:
                    self._told.put(work(*job, tools))
                except BaseException as error:  # noqa: BLE001 - the main thread raises it
                    self._told.put(error)
        finally:
            tools.close()
