"""The flagship plan's mock run, measuring gates included, from an empty state folder.

Run by hand: `python tests/bench/flagship_bench.py [--rounds 1] [--check]`.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from subprocess import DEVNULL, run

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.compare import PYTHON, ROOT, Result, conclude, prepare, rounds

PLAN = "tasks/hal-phase3"


def once() -> tuple[float, str]:
    """Seconds, and how the tasks ended. A missed gate (exit code 1) is not this benchmark's business."""
    with tempfile.TemporaryDirectory() as state:
        begun = time.perf_counter()
        command = [*PYTHON, "-m", "automation", "run", "--mode", "mock", "--plan", PLAN, "--state", state, "--quiet"]
        done = run(command, cwd=ROOT, stdout=DEVNULL, check=False)
        seconds = time.perf_counter() - begun
        if done.returncode not in (0, 1):
            raise RuntimeError(f"ztr ended with {done.returncode}")
        report = json.loads(next(Path(state).glob("*/report/report.json")).read_text(encoding="utf-8"))
        return seconds, ", ".join(f"{count} {status}" for status, count in report["counts"].items())


def main() -> int:
    times = rounds(1)
    prepare()
    runs = [once() for _ in range(times)]
    seconds = statistics.median(seconds for seconds, _ in runs)
    return conclude([Result("the flagship's mock run", seconds, 60, "s", runs[-1][1])])


if __name__ == "__main__":
    raise SystemExit(main())
