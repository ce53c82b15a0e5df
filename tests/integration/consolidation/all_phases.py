"""Calls the phases one after the other, as a worker does: with the work directory as the current one."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from automation.consolidation import phases

STEPS: tuple[tuple[Callable[..., object], dict[str, Any]], ...] = (
    (phases.discover, {}),
    (phases.analyse, {"commits": 20000}),
    (phases.map_components, {}),
    (phases.plan_merge, {}),
    (phases.resolve_conflicts, {}),
    (phases.test, {"commands": "auto", "seconds": 60}),
    (phases.document, {}),
    (phases.integrate, {"services": "auto"}),
    (phases.configure, {}),
    (phases.harden, {"commits": 20000, "online": False}),
    (phases.provision, {}),
    (phases.observe, {}),
    (phases.load, {"services": "auto", "benchmarks": "auto", "budget_ms": 500, "benchmark_ms": 2000}),
    (phases.examine, {}),
    (phases.recover, {}),
    (phases.validate, {}),
)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The folder as the current one while the block lasts."""
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def run_all(workdir: Path, targets: Sequence[Path], upto: int = len(STEPS)) -> dict[str, Any]:
    """Run the first phases over targets; the documents by their names."""
    with inside(workdir):
        for step, more in STEPS[:upto]:
            step(targets=[str(target) for target in targets], stop_at="none", **more)
    folder = workdir / "consolidation"
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("[0-9][0-9]-*.json"))}


def reasons(documents: dict[str, Any]) -> set[str]:
    """Everything that is named as not checked."""
    return {f"{one['what']}: {one['reason']}" for document in documents.values() for one in document["not-checked"]}


def kinds(documents: dict[str, Any]) -> set[tuple[str, str]]:
    """Kind and path of every finding."""
    return {(one["kind"], one["path"]) for document in documents.values() for one in document["findings"]}
