"""A small run history, as the runner would hand it over."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Document = dict[str, object]


def entry(name: str, day: int, status: str = "done", **more: object) -> Document:
    gates = [
        {"name": "accuracy", "kind": "metric", "verdict": "passed", "measured": 0.95, "bound": "above 0.9"},
        {"name": "file", "kind": "file", "verdict": "passed", "measured": "present", "bound": "exists"},
    ]
    task: Document = {"id": name, "slot": f"day-{day}", "status": status, "component": "search", "day": day}
    return task | {"seconds": 0.5, "attempts": 1, "reason": "", "gates": gates, "outputs": {"s": {"p95-ms": 12}}} | more


@pytest.fixture
def document() -> Document:
    failed = {"name": "late", "kind": "metric", "verdict": "failed", "measured": 700, "bound": "below 500"}
    open_gate = {"name": "remote", "kind": "metric", "verdict": "not-judged", "measured": None, "bound": "above 1"}
    tasks = [
        entry("search-accuracy", 4, outputs={"evaluate": {"accuracy": 0.95}}),
        entry("session-store", 5, "mocked", gates=[open_gate]),
        entry("retrieval-latency", 6, "failed", gates=[failed], reason="late was 700", attempts=2),
    ]
    finished = {"done": 1, "mocked": 1, "failed": 1}
    return {
        "plan": "hal-phase3",
        "run": "r1",
        "mode": "mock",
        "tasks": tasks,
        "counts": finished,
        "journal": {"events": 40, "finished": finished},
        "waits": [],
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Document], Path]:
    def written(content: Document) -> Path:
        path = tmp_path / "run" / "history.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return written


@pytest.fixture
def history_path(document: Document, write: Callable[[Document], Path]) -> Path:
    return write(document)
