"""What starting a command costs: `LocalProcesses.run` against a bare posix_spawn of the same no-op, interleaved.

Run by hand: `python tests/bench/process_bench.py [rounds]`. The target is a ratio of at most 1.5.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from automation.engine.process import LocalProcesses
from automation.engine.redact import Redactor
from automation.engine.stop import Stop

COMMAND = "/bin/true"
TARGET = 1.5


def measure(rounds: int) -> tuple[float, float]:
    """Median seconds of a spawn and of a captured run."""
    processes = LocalProcesses(Stop(), Redactor({}))
    directory = Path.cwd()
    spawned: list[float] = []
    captured: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        os.waitpid(os.posix_spawn(COMMAND, [COMMAND], {}), 0)
        between = time.perf_counter()
        processes.run([COMMAND], cwd=directory, env={}, timeout=10)
        captured.append(time.perf_counter() - between)
        spawned.append(between - started)
    return statistics.median(spawned), statistics.median(captured)


def main() -> int:
    spawn, run = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    print(f"posix_spawn {spawn * 1e6:.0f} us, captured {run * 1e6:.0f} us, ratio {run / spawn:.2f} (target {TARGET})")
    return 0 if run / spawn <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
