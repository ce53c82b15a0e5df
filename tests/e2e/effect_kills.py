"""Runs that are killed around real effects of every class, with replies that are lost and requests that land late.

Each run is a fork of this process, so that nothing but the run itself takes time; the services stand in this process
and keep state. Time is the world's: it passes when a run sleeps and between runs, and what is late lands when its
time has come. A kill is at a named point of one effect's way, and is counted by class and point.
"""

from __future__ import annotations

import heapq
import os
import random
import shutil
import signal
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.request import urlopen

from automation.cli.execute import Wish, execute
from automation.cli.requests import Asked as Request
from automation.cli.requests import ask
from automation.cli.session import Session, Where
from automation.engine.events import EffectFinished, EffectStarted, Event, RequestKind
from automation.engine.ports import Tools
from tests.e2e.effect_kill_plan import CLASSES, EACH, steps, write_plan
from tests.services.base import Asked, Kind, Reply, Service, serving
from tests.services.outside import Outside

E = TypeVar("E", bound=Event)

POINTS = ("before intent", "intent", "sent", "landed", "answered", "told")
"""Where a run is killed: nothing is journaled yet; the intent is; the service has the request; it has done it; the
answer is here; the end is journaled.
"""
SETTLED = 35.0
"""Seconds by which a request has landed or never will: the engine's promise to what is late."""
BEGIN = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


class Aim(NamedTuple):
    """One kill: at this point of the next effect of this class."""

    kind: str
    point: str


class Keyed(Service):
    """Takes each Idempotency-Key once. `events` are what it has taken."""

    name = "keyed"

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, Any] = {}

    def do(self, asked: Asked) -> Reply:
        self.events.setdefault(asked.headers["idempotency-key"], asked.json)
        return Reply(json={"ok": True})


class Control(Service):
    """Lets the world's time pass for a run that sleeps."""

    name = "control"

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def do(self, asked: Asked) -> Reply:
        self._world.passes(float(asked.query["seconds"]))
        return Reply(json={})


class World:
    """The services, the time, what is on its way, and the run that is going on."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.outside, self.keyed, self.control = Outside(), Keyed(), Control(self)
        self.services = (self.outside.notion, self.outside.airtable, self.outside.slack, self.keyed)
        self.seconds = 0.0
        self.aim: Aim | None = None
        self.child = 0
        self.reaped = threading.Event()
        self._late: list[tuple[float, int, Callable[[], object]]] = []
        self._number = 0
        self._lock = threading.RLock()
        for service in self.services:
            service.take = self._taking(service)  # type: ignore[method-assign, assignment]  # in front of the service itself

    @property
    def all(self) -> tuple[Service, ...]:
        return (*self.outside.services, self.keyed, self.control)

    def passes(self, seconds: float) -> None:
        """So much time goes by, and what is due lands in its order."""
        with self._lock:
            self.seconds += seconds
            while self._late and self._late[0][0] <= self.seconds:
                heapq.heappop(self._late)[2]()

    def _taking(self, service: Service) -> Callable[[Asked], Reply | Kind]:
        carry_out = service.take
        kind = CLASSES[service.name]

        def take(asked: Asked) -> Reply | Kind:
            if asked.method == "GET":
                return carry_out(asked)
            if self._hit(Aim(kind, "sent")):
                self._kill()
                self._one_way_or_another(lambda: carry_out(asked))
                return "lost"
            if self._hit(Aim(kind, "landed")):
                carry_out(asked)
                self._kill()
                return "lost"
            if self.dice.random() < 0.1:
                self._one_way_or_another(lambda: carry_out(asked))
                return "lost"
            return carry_out(asked)

        return take

    def _one_way_or_another(self, carry_out: Callable[[], object]) -> None:
        """A request without an answer: it never arrives, arrives at once, or lands late."""
        match self.dice.choice(("never", "at once", "late", "late")):
            case "at once":
                carry_out()
            case "late":
                with self._lock:
                    self._number += 1
                    due = self.seconds + self.dice.uniform(0.1, SETTLED - 1)
                    heapq.heappush(self._late, (due, self._number, carry_out))

    def _hit(self, aim: Aim) -> bool:
        with self._lock:
            return self.aim == aim

    def _kill(self) -> None:
        self.aim = None
        os.kill(self.child, signal.SIGKILL)
        self.reaped.wait(10)


class WorldClock:
    """The world's time, in a run: it passes there when the run sleeps here."""

    def __init__(self, seconds: float, address: str) -> None:
        self._passed, self._address = seconds, address

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._passed += seconds
            with urlopen(f"{self._address}/wait?seconds={seconds}", timeout=30) as answer:
                answer.read()


class Deadly:
    """A journal's writer that kills its own process at a point of an effect of a class."""

    def __init__(self, writer: Any, aim: Aim | None) -> None:
        self._writer, self._aim = writer, aim
        self._begun = False

    @property
    def path(self) -> Path:
        path: Path = self._writer.path
        return path

    def append(self, event: E) -> E:
        self._maybe("before intent", event, EffectStarted)
        self._maybe("answered", event, EffectFinished)
        written: E = self._writer.append(event)
        self._begun = self._aim is not None and isinstance(event, EffectStarted) and self._is_aimed_at(event)
        self._maybe("told", event, EffectFinished)
        return written

    def sync(self) -> None:
        self._writer.sync()
        if self._begun and self._aim is not None and self._aim.point == "intent":
            os.kill(os.getpid(), signal.SIGKILL)

    def close(self) -> None:
        self._writer.close()

    def _maybe(self, point: str, event: Event, kind: type) -> None:
        if self._aim is not None and self._aim.point == point and isinstance(event, kind) and self._is_aimed_at(event):
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_aimed_at(self, event: Any) -> bool:
        return self._aim is not None and event.task.startswith(self._aim.kind)


class Fated(Session):
    """A session in the world's time, whose journal may be deadly."""

    def __init__(self, world: World, place: Path) -> None:
        addresses = tuple(f"{service.name}-url={service.address}" for service in (*world.services,))
        where = Where(str(place / "plan"), str(place / "state"), None, addresses, place)
        super().__init__(where, world.outside.secrets)
        self._clock = WorldClock(world.seconds, world.control.address)
        self.now = self._clock.now
        opened, aim = self.store.open_journal, world.aim

        def open_journal(*arguments: Any) -> Any:
            writer, event = opened(*arguments)
            return Deadly(writer, aim), event

        self.store.open_journal = open_journal  # type: ignore[method-assign, assignment]  # in front of the store itself

    def tools(self) -> Tools:
        return super().tools()._replace(clock=self._clock)


class Cycle:
    """One plan with effects of all classes, killed again and again until it is finished."""

    def __init__(self, place: Path, world: World) -> None:
        self.place, self.world = place, world
        self.hits: list[Aim] = []
        self.problems: list[str] = []
        self.person: Counter[str] = Counter()
        write_plan(place / "plan")

    def run(self, aim: Aim | None, tasks: Iterable[str] = ()) -> bool:
        """One run of these tasks, killed or not; whether it was. Then time goes by, and a person is asked."""
        world = self.world
        world.aim = aim
        world.reaped.clear()
        code = self._forked(tuple(tasks))
        world.aim = None
        world.passes(world.dice.choice((0.0, 0.5, 5.0, 40.0)))
        if code < 0:
            self.hits += [aim] if aim else []
            return True
        if code not in (0, 1):
            self.problems.append(f"a run ended with {code}: {(self.place / 'error').read_text()[-500:]}")
        self._be_asked()
        return False

    def statuses(self) -> dict[str, str]:
        state = self._session().store.load().state
        return {task: slot.status for task, slots in state.slots.items() for slot in slots.values()}

    def unfinished(self) -> list[str]:
        """The tasks that are not finished, in their order."""
        found = self.statuses() if (self.place / "state").exists() else {}
        return [name for name, _ in steps() if found.get(name) not in ("done", "skipped")]

    def wrong(self) -> tuple[list[str], list[str]]:
        """What is lost and what is doubled, once all that was on its way has landed."""
        self.world.passes(SETTLED)
        found = self._there()
        lost = [task for task, number in found.items() if not number]
        return lost, [f"{task} {number} times" for task, number in found.items() if number > 1]

    def _there(self) -> dict[str, int]:
        outside = self.world.outside
        found: dict[str, int] = {}
        for number in range(EACH):
            found[f"findable-{number}"] = outside.notion.titles().count(f"findable-{number}")
            rows = outside.airtable.rows(f"upsert-{number}") if f"upsert-{number}" in outside.airtable.tables else []
            found[f"upsert-{number}"] = len(rows) // 12 + len(rows) % 12
            keyed = [event for event in self.world.keyed.events.values() if event["task"] == f"keyed-{number}"]
            found[f"keyed-{number}"] = len(keyed)
            posted = [message for message in outside.slack.posted if message["text"] == f"blind-{number}"]
            found[f"blind-{number}"] = len(posted)
        return found

    def _forked(self, tasks: tuple[str, ...]) -> int:
        self.world.child = pid = os.fork()
        if pid == 0:
            self._as_child(tasks)
        _, status = os.waitpid(pid, 0)
        self.world.reaped.set()
        return os.waitstatus_to_exitcode(status)

    def _as_child(self, tasks: tuple[str, ...]) -> None:
        """The run. Never comes back: the process is a copy of the one with the services."""
        code = 99
        try:
            outcome = execute(self._session(), Wish(mode="auto", tasks=tasks))
            failed = [s for slots in outcome.state.slots.values() for s in slots.values() if s.status == "failed"]
            code = 1 if failed else 0
        except BaseException:  # noqa: BLE001 - whatever it is, this process must not go on as its parent does
            with suppress(OSError):
                (self.place / "error").write_text(traceback.format_exc())
        finally:
            os._exit(code)

    def _session(self) -> Fated:
        return Fated(self.world, self.place)

    def _be_asked(self) -> None:
        """Who is asked looks at the channel, once everything has landed: what is there is left, else it is sent."""
        for task, status in self.statuses().items():
            if status == "unknown":
                if not task.startswith("blind"):
                    self.problems.append(f"{task} is not blind and asks")
                self.world.passes(SETTLED)
                verb: RequestKind = "skip" if self._there()[task] else "retry"
                self.person[verb] += 1
                ask(self._session(), [Request(verb, task)])


class Tally(NamedTuple):
    """What many killed runs came to."""

    cycles: int
    hits: Counter[Aim]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    problems: tuple[str, ...]
    person: Counter[str]


LONGEST = 400
ON_ONE = 5
"""Kills around one effect at most, before it may come to its end."""


def kill_around_effects(folder: Path, kills: int, dice: random.Random) -> Tally:
    """So many kills, over as many fresh plans as they take; every plan is then run to its end."""
    tally = Tally(0, Counter(), (), (), (), Counter())
    while sum(tally.hits.values()) < kills:
        world = World(dice)
        with serving(*world.all):
            cycle = Cycle(folder / f"cycle-{tally.cycles}", world)
            _to_the_end(cycle, tally.hits, kills)
            lost, doubled = cycle.wrong()
        if not (lost or doubled or cycle.problems):
            shutil.rmtree(cycle.place)
        tally = Tally(
            tally.cycles + 1,
            tally.hits + Counter(cycle.hits),
            (*tally.lost, *lost),
            (*tally.doubled, *doubled),
            (*tally.problems, *cycle.problems),
            tally.person + cycle.person,
        )
    return tally


def _to_the_end(cycle: Cycle, before: Counter[Aim], kills: int) -> None:
    tried: Counter[str] = Counter()
    for _ in range(LONGEST):
        left = cycle.unfinished()
        if not left:
            return
        hits = before + Counter(cycle.hits)
        target = next((task for task in left if tried[task] < ON_ONE), "")
        tried[target] += 1
        enough = not target or sum(hits.values()) >= kills
        if enough:
            cycle.run(None)
        else:
            aim = _aim(target.partition("-")[0], hits, cycle.world.dice)
            cycle.run(aim, left[: left.index(target) + 1])
    cycle.problems.append(f"not finished after {LONGEST} runs: {cycle.statuses()}")


def _aim(kind: str, hits: Counter[Aim], dice: random.Random) -> Aim:
    """At the point of that class that was hit least."""
    points = [*POINTS]
    dice.shuffle(points)
    return min((Aim(kind, point) for point in points), key=lambda aim: hits[aim])
