"""The whole process: 42 YAML files to report.json against doit; 10,000 against the least that does the same; memory.

Run by hand: `python tests/bench/whole_bench.py [--rounds 11] [--check]`.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.compare import BENCH, PYTHON, Result, Spent, conclude, interleaved, prepare, ratio, rounds, spend
from tests.bench.plans import write_dodo, write_plan

SMALL, LARGE = 42, 10_000
DOIT = str(Path(sys.executable).with_name("doit"))


class Runs:
    """One program's runs, each in a fresh folder; `peak` is the most memory that any of them took."""

    def __init__(self, folder: Path, *command: str) -> None:
        self._folder, self._command = folder, command
        self.peak = 0.0

    def __call__(self) -> float:
        state = self._folder / "state"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        spent: Spent = spend([part.replace("STATE", str(state)) for part in self._command], self._folder)
        self.peak = max(self.peak, spent.megabytes)
        return spent.seconds


def ztr(folder: Path, plan: Path) -> Runs:
    """`ztr run` with a no-op action, all of it: options, plan, lock, journal, snapshot, progress, report."""
    command = (*PYTHON, str(BENCH / "noop_ztr.py"), "run", "--mode", "mock", "--jobs", "1", "--plan", str(plan))
    return Runs(folder, *command, "--state", "STATE")


def small(folder: Path, pairs: int) -> list[Result]:
    plan, dodo = write_plan(folder / "plan-42", SMALL), write_dodo(folder, SMALL)
    ours = ztr(folder, plan)
    theirs = Runs(folder, DOIT, "-f", str(dodo), "--db-file", "STATE/doit.db")
    mine, yours = interleaved(pairs, ours, theirs)
    milliseconds = statistics.median(mine) * 1000
    how = f"{milliseconds:.0f} ms against {statistics.median(yours) * 1000:.0f} ms"
    return [
        Result("42 tasks, YAML to report, against doit", ratio(mine, yours), 1.25, how=how),
        Result("42 tasks, YAML to report (an aim; by this machine's clock)", milliseconds, 100, "ms"),
        Result("peak memory at 42 tasks", ours.peak, 40, "MB", f"doit {theirs.peak:.0f} MB"),
    ]


def large(folder: Path, pairs: int) -> list[Result]:
    plan = write_plan(folder / "plan-10000", LARGE)
    ours, theirs = ztr(folder, plan), Runs(folder, *PYTHON, str(BENCH / "bare_run.py"), str(plan), "STATE")
    mine, yours = interleaved(pairs, ours, theirs)
    how = f"{statistics.median(mine):.2f} s against {statistics.median(yours):.2f} s"
    return [
        Result("10,000 tasks, YAML to report, against the least that does the same", ratio(mine, yours), 1.5, how=how),
        Result("peak memory at 10,000 tasks", ours.peak, 100, "MB", f"the least {theirs.peak:.0f} MB"),
    ]


def main() -> int:
    pairs = rounds(11)
    prepare()
    with tempfile.TemporaryDirectory() as name:
        return conclude([*small(Path(name), pairs), *large(Path(name), max(1, pairs // 3))])


if __name__ == "__main__":
    raise SystemExit(main())
