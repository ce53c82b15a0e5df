"""Starts scanners and test runs as programs of their own, with a time limit and an environment of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from automation.hal.evaluation.security import Completed

SCAN_SECONDS = 60.0
# A scanner needs to find programs and its home; nothing else of the surroundings, least of all secrets.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")


Start = Callable[[Sequence[str], Path, Mapping[str, str], float], Completed]


def start_program(argv: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Completed:
    """Run a program to its end without input; subprocess.TimeoutExpired if it had to be ended after so many seconds."""
    done = subprocess.run(
        argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Completed(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


@dataclass(frozen=True, slots=True)
class InstalledTools:
    """Tools of this interpreter's environment: a module of that name, else a program beside the interpreter."""

    seconds: float = SCAN_SECONDS
    environment: Mapping[str, str] = field(default_factory=dict)
    start: Start = start_program

    def run(self, tool: str, arguments: Sequence[str], folder: Path) -> Completed | None:
        """Run a tool in a folder; None if it is not installed or was ended after its time."""
        command = _command(tool)
        if command is None:
            return None
        surroundings = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment = {**surroundings, "PYTHONDONTWRITEBYTECODE": "1", **self.environment}
        try:
            return self.start([*command, *arguments], folder, environment, self.seconds)
        except subprocess.TimeoutExpired:
            return None


def _command(tool: str) -> list[str] | None:
    module = find_spec(tool)
    if module is not None and (not module.submodule_search_locations or find_spec(f"{tool}.__main__") is not None):
        return [sys.executable, "-m", tool]
    program = Path(sys.executable).with_name(tool)
    return [str(program)] if program.is_file() else None
