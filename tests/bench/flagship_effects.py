"""The flagship in provision mode with all six secrets against local services: what arrives there, and in what time.

Run by hand: `python tests/bench/flagship_effects.py [--check]`. It measures everything anew, which takes a minute.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.compare import PYTHON, ROOT, prepare
from tests.e2e.nine import EXTERNAL
from tests.services.six import Six, six


def provision(outside: Six, state: Path) -> subprocess.CompletedProcess[str]:
    command = [*PYTHON, "-m", "automation", "run", "--mode", "provision", "--plan", "tasks/hal-phase3", "--quiet"]
    command += ["--state", str(state)]
    for name, value in outside.addresses.items():
        command += ["--var", f"{name}={value}"]
    environment = {**os.environ, **outside.secrets}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def main() -> int:
    prepare()
    with six("0" * 32) as outside, tempfile.TemporaryDirectory() as name:
        begun = time.perf_counter()
        done = provision(outside, Path(name))
        seconds = time.perf_counter() - begun
        report = json.loads((Path(name) / "hal-phase3" / "report" / "report.json").read_text(encoding="utf-8"))
    tasks = {task["id"]: task for task in report["tasks"]}
    taken = outside.counts()
    print(f"exit {done.returncode} after {seconds:.0f} s; requests: {dict(sorted(taken.items()))}{done.stderr}")
    missed = 0
    for task, steps in EXTERNAL.items():
        slots = tasks[task]["slots"]
        found = {step["id"]: step["status"] for step in slots[-1]["steps"]} if slots else {}
        real = all(found.get(step) == "done" for step in steps)
        missed += not real
        word = "met   " if real else "MISSED"
        print(f"{word} {task}: {tasks[task]['status']}, {', '.join(f'{step} {found.get(step)}' for step in steps)}")
    return 1 if missed and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
