"""Runs the unified plan as a user would, and reads what it leaves."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[3]
PHASES = 16
_PASSED = ("PATH", "HOME", "COVERAGE_PROCESS_START")


class Run(NamedTuple):
    """A run of the plan: its exit status, what it printed, and its work directory."""

    status: int
    output: str
    folder: Path

    def document(self, name: str) -> Any:
        """A JSON document that a phase has left."""
        return json.loads((self.folder / f"{name}.json").read_text())

    def documents(self) -> list[Any]:
        """The documents of all phases, in order."""
        return [json.loads(path.read_text()) for path in sorted(self.folder.glob("[0-9][0-9]-*.json"))]

    def findings(self) -> list[Any]:
        """The findings of all phases."""
        return [finding for document in self.documents() for finding in document["findings"]]


def run_plan(
    state: Path,
    targets: Sequence[Path],
    *more: str,
    mode: str = "mock",
    environment: Mapping[str, str] = MappingProxyType({}),
    **variables: str,
) -> Run:
    """Run the plan over targets with a state folder of its own."""
    given = {"targets": ",".join(map(str, targets)), **variables}
    words = [word for name, value in given.items() for word in ("--var", f"{name.replace('_', '-')}={value}")]
    argv = [sys.executable, "-m", "automation", "run", "--plan", "tasks/unified-plan", "--mode", mode]
    done = subprocess.run(
        [*argv, "--state", str(state), *words, *more],
        cwd=ROOT,
        env={name: os.environ[name] for name in _PASSED if name in os.environ} | {**environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout + done.stderr, state / "unified-plan" / "work" / "consolidation")


def hashes(root: Path) -> Mapping[str, str]:
    """Every file, link and folder below a root, objects and index of git included, with mode, times and content."""
    return dict(_hashes(root))


def _hashes(root: Path) -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(root):
        for name in (*folders, *names):
            place = Path(folder, name)
            found = place.lstat()
            content = ""
            if place.is_symlink():
                content = str(place.readlink())
            elif place.is_file():
                content = hashlib.sha256(place.read_bytes()).hexdigest()
            yield str(place.relative_to(root)), f"{found.st_mode:o} {found.st_mtime_ns} {content}"
