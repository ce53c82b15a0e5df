"""The engine alone, journal on: a chain and a layered graph of no-ops against a bare graphlib loop with WAL commits.

Run by hand: `python tests/bench/engine_bench.py [--rounds 7] [--check]`. Each measurement is a process of its own.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from graphlib import TopologicalSorter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.compare import ROOT, Result, conclude, interleaved, prepare, ratio, rounds

CHAIN, FEW, MANY = 10_000, 1_000, 100_000
LAYERS = 100


def chain(count: int) -> dict[str, tuple[str, ...]]:
    """Each task needs the one before it."""
    return {f"task-{number:06d}": (f"task-{number - 1:06d}",) if number else () for number in range(count)}


def layers(count: int) -> dict[str, tuple[str, ...]]:
    """Layers of a hundred tasks; each needs two of the layer before it."""
    width = count // LAYERS
    return {
        f"task-{layer:03d}-{place:03d}": tuple(
            f"task-{layer - 1:03d}-{(place + step) % width:03d}" for step in (0, 7) if layer
        )
        for layer in range(LAYERS)
        for place in range(width)
    }


def ztr(needs: dict[str, tuple[str, ...]], folder: Path) -> tuple[float, float]:
    """Microseconds a task of a run, and of saving the snapshot after it."""
    sys.path.insert(0, str(ROOT))
    from automation.__main__ import collect_seldom
    from automation.actions.base import Action, Done
    from automation.engine.clock import SystemClock
    from automation.engine.due import Situation
    from automation.engine.events import RunStarted
    from automation.engine.objects import Objects
    from automation.engine.ports import Tools
    from automation.engine.redact import Redactor
    from automation.engine.runner import Setting, run
    from automation.engine.state import State, evolve
    from automation.engine.stop import Stop
    from automation.engine.store import Store
    from automation.plan.model import Calendar, Plan, Step, Task
    from tests.fakes import FakeHttp, FakeProcesses, FakePython

    noop = Action("noop", "", "", "none", {"type": "object"}, lambda _call: Done(), "")
    tasks = {name: Task(name, name, (Step("act", "noop"),), needs=needs[name], definition="0" * 16) for name in needs}
    plan = Plan("bench", "Bench", Calendar(date(2025, 1, 6)), tasks)
    store = Store(folder, "local:bench")
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    writer, opened = store.open_journal(1, "run", at, "bench", Redactor({"KEY": "a-secret-of-twenty-signs"}).line)
    clock = SystemClock(Stop())
    setting = Setting(
        plan,
        Situation(now=datetime.now(UTC), mode="mock"),
        RunStarted(at, "run", "digest", "mock", "mock", 1),
        "local:bench",
        {"noop": noop},
        {},
        lambda: Tools(clock, FakeProcesses(), FakePython(), FakeHttp()),
        Objects(folder / "objects"),
        folder / "work",
        folder / "logs",
        lambda: datetime.now(UTC),
        base_env={"PATH": "/usr/bin", "ZTR_RUN": "run"},
        jitter=random.random,
    )
    collect_seldom()
    begun = time.perf_counter()
    ended = run(setting, evolve(State(), opened), writer)
    between = time.perf_counter()
    store.save(ended.state, {})
    saved = time.perf_counter() - between
    if ended.state.runs[-1].counts != {"done": len(needs)}:
        raise RuntimeError(f"not all were done: {ended.state.runs[-1].counts}")
    return (between - begun) / len(needs) * 1e6, saved / len(needs) * 1e6


def bare(needs: dict[str, tuple[str, ...]], folder: Path) -> tuple[float, float]:
    """Microseconds a task of graphlib's loop with a no-op and a WAL commit each."""
    database = sqlite3.connect(folder / "state.db", isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    database.execute("create table done (id text primary key, status text)")
    begun = time.perf_counter()
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    while sorter.is_active():
        for name in sorter.get_ready():
            database.execute("insert into done values (?, 'done')", (name,))
            sorter.done(name)
    return (time.perf_counter() - begun) / len(needs) * 1e6, 0.0


SHAPES = {"chain": chain, "layers": layers}
PROGRAMS = {"ztr": ztr, "bare": bare}


def child(program: str, shape: str, count: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        print(*PROGRAMS[program](SHAPES[shape](int(count)), Path(name)))


def measure(program: str, shape: str, count: int, saved: list[float] | None = None) -> Callable[[], float]:
    """Microseconds a task, in a process of its own."""

    def once() -> float:
        command = [sys.executable, str(Path(__file__).resolve()), program, shape, str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        ran, save = map(float, done.stdout.split())
        if saved is not None:
            saved.append(save)
        return ran

    return once


def main() -> int:
    pairs = rounds(7)
    prepare()
    saves: list[float] = []
    line, plain, graph, plain_graph, few, many = interleaved(
        pairs,
        measure("ztr", "chain", CHAIN, saves),
        measure("bare", "chain", CHAIN),
        measure("ztr", "layers", CHAIN),
        measure("bare", "layers", CHAIN),
        measure("ztr", "chain", FEW),
        measure("ztr", "chain", CHAIN),
    )
    of_bare, of_graph = f"bare {statistics.median(plain):.0f} us", f"bare {statistics.median(plain_graph):.0f} us"
    longest = measure("ztr", "chain", MANY)()
    code = conclude(
        [
            Result("chain of 10,000, a task (by this machine's clock)", statistics.median(line), 60, "us"),
            Result("chain of 10,000, against graphlib with WAL commits", ratio(line, plain), 3.5, how=of_bare),
            Result("100 layers of 100, a task (by this machine's clock)", statistics.median(graph), 60, "us"),
            Result("100 layers of 100, against the same", ratio(graph, plain_graph), 3.5, how=of_graph),
            Result("a task among 10,000 against one among 1,000", ratio(many, few), 1.2),
            Result("chain of 100,000 ends, no recursion error; a task", longest / statistics.median(line), 1.5),
        ]
    )
    print(f"       snapshot after 10,000: {statistics.median(saves):.0f} us a task, once a run, apart from the above")
    return code


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] in PROGRAMS:
        child(*sys.argv[1:])
    else:
        raise SystemExit(main())
