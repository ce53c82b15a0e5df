"""What starting costs: `ztr --version` against a bare Python, and a captured no-op against a bare posix_spawn.

Run by hand: `python tests/bench/start_bench.py [--rounds 21] [--check]`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import process_bench
from tests.bench.compare import PYTHON, Result, conclude, interleaved, prepare, ratio, rounds, spend

SPAWNS = 300


def main() -> int:
    pairs = rounds(21)
    prepare()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        version, bare = interleaved(
            pairs,
            lambda: spend((*PYTHON, "-m", "automation", "--version"), folder).seconds * 1000,
            lambda: spend((*PYTHON, "-c", "pass"), folder).seconds * 1000,
        )
    spawn, run = process_bench.measure(SPAWNS)
    how = f"bare Python {statistics.median(bare):.0f} ms, {ratio(version, bare):.1f} times that"
    return conclude(
        [
            Result("ztr --version (by this machine's clock)", statistics.median(version), 50, "ms", how),
            Result("a captured no-op, against posix_spawn", run / spawn, process_bench.TARGET),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
