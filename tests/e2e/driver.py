"""The real command line in a folder of its own: a plan as text, `python -m automation` as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, cast

from automation.engine.state import State
from automation.engine.store import Store
from automation.plan.model import Json

ROOT = Path(__file__).parents[2]
PLAN = "id: demo\ntitle: Demo\nstart: 2025-09-08\n"
PATIENCE = 60.0
"""Seconds after which a command counts as hanging."""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def text(self) -> str:
        return self.out + self.err


class Place:
    """A folder with one plan, `demo`, and its state."""

    def __init__(self, folder: Path, tasks: Mapping[str, str], plan: str = PLAN, state: Path | None = None) -> None:
        self.folder = folder
        self.state_root = state or folder / ".ztr"
        plans = folder / "tasks" / "demo"
        plans.mkdir(parents=True, exist_ok=True)
        (plans / "plan.yaml").write_text(plan)
        for name, text in tasks.items():
            (plans / f"{name}.yaml").write_text(f"id: {name}\ntitle: {name}\n{text}")

    @property
    def state_folder(self) -> Path:
        return self.state_root / "demo"

    @property
    def work(self) -> Path:
        return self.state_folder / "work"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "automation", *arguments]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What the command gets: little, and nothing that measures coverage, so that times are a user's."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            **(more or {}),
        }

    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None, prefix: Iterable[str] = ()
    ) -> subprocess.Popen[str]:
        """Start it and let it go on; in a session of its own, so that no test kills more than it started."""
        return subprocess.Popen(
            [*prefix, *self.command(*arguments)],
            cwd=self.folder,
            env=self.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def ztr(self, *arguments: str, env: Mapping[str, str] | None = None, prefix: Iterable[str] = ()) -> Ended:
        begun = time.monotonic()
        with self.start(*arguments, env=env, prefix=prefix) as process:
            try:
                out, err = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Ended(process.returncode, out, err, time.monotonic() - begun)

    def state(self) -> State:
        """The state as somebody reads it who does not hold the lock."""
        return Store(self.state_folder, "local:demo").load(mend=False).state

    def statuses(self) -> dict[str, str]:
        return {task: slot.status for task, slots in self.state().slots.items() for slot in slots.values()}

    def events(self) -> list[dict[str, Json]]:
        """All whole lines of all journals."""
        lines = [
            line
            for path in sorted((self.state_folder / "journal").glob("*.jsonl"))
            for line in path.read_bytes().split(b"\n")[:-1]
        ]
        return [cast(dict[str, Json], json.loads(line)) for line in lines]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def note(name: str, value: float) -> None:
    """Add a measured figure to the file that $ZTR_FIGURES names, for whoever wants to know more than passed."""
    path = os.environ.get("ZTR_FIGURES")
    if path:
        with Path(path).open("a") as file:
            file.write(f"{name} {value:.3f}\n")


def until(condition: object, what: str, patience: float = 20.0) -> None:
    """Wait, in steps of two milliseconds, until the callable says yes; fails by name when it never does."""
    assert callable(condition)
    limit = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < limit, f"never happened: {what}"
        time.sleep(0.002)
