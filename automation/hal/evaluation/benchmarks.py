"""Benchmarks of every part, held against fixed targets; what the baseline knows too is compared with it.

Targets are absolute and stand in `automation/hal/data/benchmarks.json`. The ratio to the baseline is told but not
judged: two runs on different machines differ by more than any honest bound.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from automation.hal.detection.delivery import deliver, queue
from automation.hal.detection.drift import first_drift
from automation.hal.detection.rules import Alert
from automation.hal.detection.streams import noise
from automation.hal.evaluation.acceptance import Target
from automation.hal.evaluation.dashboard import page
from automation.hal.evaluation.history import GateOutcome, RunHistory, TaskOutcome
from automation.hal.evaluation.metrics import metric_report
from automation.hal.evaluation.outcomes import outcome_store, record
from automation.hal.guardrails.chain import Guardrails
from automation.hal.guardrails.dataset import load_split
from automation.hal.memory.conversations import ASKED_AT, queries, turns
from automation.hal.memory.embedding import Embedder
from automation.hal.memory.indexing import refresh
from automation.hal.memory.search import Searcher
from automation.hal.memory.store import MemoryStore

DATA = Path(__file__).parent.parent / "data" / "benchmarks.json"
RECORDS, SEARCHES, CHECKS, TASKS, ALERTS, SCANS = 600, 60, 60, 500, 2000, 5
P95 = 95


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One measured metric with its target; `frozen` is the baseline's value, where it has one."""

    target: Target
    value: float
    frozen: float | None

    @property
    def met(self) -> bool:
        """Whether the value meets its target."""
        return self.target.holds(self.value)


def load_benchmarks(path: Path = DATA) -> tuple[Target, ...]:
    """The benchmarks' targets; `output` names the success metric that the baseline has of it, if any."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return tuple(_target(entry) for entry in entries)


def run(guardrails: Guardrails, embedder: Embedder, folder: Path, success: Mapping[str, float]) -> list[Benchmark]:
    """Measure everything once; scratch files go below `folder`."""
    values = {
        **_memory(embedder, folder / "benchmark.db"),
        "guardrail-p95-ms": _guardrails(guardrails),
        "drift-scan-ms": _drift(),
        **_tracking(folder / "benchmark.sqlite"),
        "alerts-per-second": _alerts(),
    }
    return [Benchmark(target, values[target.id], success.get(target.output)) for target in load_benchmarks()]


def _memory(embedder: Embedder, path: Path) -> dict[str, float]:
    records = turns("test")[:RECORDS]
    users = {record.user for record in records}
    asked = [query for query in queries("test") if query.caller.user in users][:SEARCHES]
    with MemoryStore(path) as store:
        start = time.perf_counter()
        store.put(records)
        refresh(store, embedder)
        rate = len(records) / (time.perf_counter() - start)
        searcher = Searcher(store, embedder)
        times = [_milliseconds(partial(searcher.search, query.caller, query.text, 10, ASKED_AT)) for query in asked]
    return {"retrieval-p95-ms": _p95(times), "remember-per-second": rate}


def _guardrails(guardrails: Guardrails) -> float:
    cases = load_split("dev")
    chosen = cases[:: max(1, len(cases) // CHECKS)]
    return _p95([_milliseconds(partial(guardrails.check_input, case.text)) for case in chosen])


def _drift() -> float:
    streams = [noise("level", 672, np.random.default_rng(number)) for number in range(SCANS)]
    return max(_milliseconds(partial(first_drift, values[:336], values[336:])) for values in streams)


def _tracking(path: Path) -> dict[str, float]:
    gate = GateOutcome("gate", "metric", "passed", 1.0, "above 0")
    tasks = tuple(TaskOutcome(f"task-{n}", "", "done", "part", 1, 0.1, 1, "", (gate,), {}) for n in range(TASKS))
    history = RunHistory("benchmark", "benchmark", "mock", tasks, {"done": TASKS}, TASKS, ())
    with outcome_store(path) as store:
        recording = _milliseconds(lambda: record(store, history))
        drawing = _milliseconds(lambda: page(store, metric_report(history), "Benchmark"))
    return {"outcomes-per-second": 1000 * TASKS / recording, "page-ms": drawing}


class _Sink:
    """Confirms whatever it is sent."""

    def send(self, body: dict[str, object]) -> int:
        return 204 if body else 400


def _alerts() -> float:
    alerts = [Alert(f"rule-{n % 7}", "metric", "high", float(n % 500), 1.0, "summary") for n in range(ALERTS)]
    taken = _milliseconds(lambda: deliver(queue(alerts), _Sink()))
    return 1000 * len(alerts) / taken


def _milliseconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def _p95(times: Sequence[float]) -> float:
    return float(np.percentile(times, P95))


def _target(entry: Mapping[str, object]) -> Target:
    bound = "above" if "above" in entry else "below"
    texts = {key: str(entry[key]) for key in ("id", "title", "unit")}
    source = str(entry.get("baseline", ""))
    return Target(**texts, area="", bound=bound, limit=float(str(entry[bound])), task="", output=source)
