"""The run so far, as the runner hands it to tasks in `run/history.json`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from automation.hal.detection.documents import Json, read_object

GOOD = ("done", "mocked")


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """One judged gate; `verdict` is passed, failed or not-judged, `measured` a number or a text."""

    name: str
    kind: str
    verdict: str
    measured: Json
    bound: str


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One finished slot of a task; `outputs` is step → output → value."""

    id: str
    slot: str
    status: str
    component: str
    day: int
    seconds: float
    attempts: int
    reason: str
    gates: tuple[GateOutcome, ...]
    outputs: Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class RunHistory:
    """Finished slots in order, the journal's own count of them by status, and which tasks waited for a person."""

    plan: str
    run: str
    mode: str
    tasks: tuple[TaskOutcome, ...]
    journal_finished: Mapping[str, int]
    journal_events: int
    waits: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Finished slots by status."""
        return dict(sorted(Counter(task.status for task in self.tasks).items()))

    def task(self, name: str) -> TaskOutcome:
        """The latest finished slot of a task; ValueError if it has none."""
        found = [task for task in self.tasks if task.id == name]
        if not found:
            raise ValueError(f"the run history holds no finished task {name!r}; run it first")
        return found[-1]


def load_history(path: Path) -> RunHistory:
    """Read and check the file; ValueError names the first thing that is not as promised."""
    document = read_object(path)
    journal = _mapping(document.get("journal"), "journal")
    finished = _mapping(journal.get("finished"), "journal.finished")
    tasks = _items(document.get("tasks"), "tasks")
    return RunHistory(
        plan=_text(document, "plan", ""),
        run=_text(document, "run", ""),
        mode=_text(document, "mode", ""),
        tasks=tuple(_task(entry, f"tasks[{place}]") for place, entry in enumerate(tasks)),
        journal_finished={key: _whole(value, f"journal.finished.{key}") for key, value in finished.items()},
        journal_events=_whole(journal.get("events"), "journal.events"),
        waits=tuple(_waiting(entry) for entry in _items(document.get("waits"), "waits")),
    )


def _task(entry: Json, place: str) -> TaskOutcome:
    task = _mapping(entry, place)
    gates = _items(task.get("gates"), f"{place}.gates")
    outputs = _mapping(task.get("outputs"), f"{place}.outputs")
    return TaskOutcome(
        id=_text(task, "id", place),
        slot=str(task.get("slot") or ""),
        status=_text(task, "status", place),
        component=str(task.get("component") or ""),
        day=_whole(task.get("day") or 0, f"{place}.day"),
        seconds=_number(task.get("seconds"), f"{place}.seconds"),
        attempts=_whole(task.get("attempts"), f"{place}.attempts"),
        reason=str(task.get("reason") or ""),
        gates=tuple(_gate(gate, f"{place}.gates[{number}]") for number, gate in enumerate(gates)),
        outputs={step: _mapping(values, f"{place}.outputs.{step}") for step, values in outputs.items()},
    )


def _gate(entry: Json, place: str) -> GateOutcome:
    gate = _mapping(entry, place)
    return GateOutcome(
        name=_text(gate, "name", place),
        kind=_text(gate, "kind", place),
        verdict=_text(gate, "verdict", place),
        measured=gate.get("measured"),
        bound=str(gate.get("bound") or ""),
    )


def _waiting(entry: Json) -> str:
    """A task's id, given as such or as an object's `task` (or `id`)."""
    if isinstance(entry, Mapping):
        return str(entry.get("task") or entry.get("id") or "?")
    return str(entry)


def _mapping(value: Json, place: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise ValueError(f"run history: {place} is not an object")  # noqa: TRY004 - a file's fault
    return value


def _items(value: Json, place: str) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError(f"run history: {place} is not a list")  # noqa: TRY004 - a file's fault
    return value


def _text(entry: Mapping[str, Json], key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"run history: {place}.{key} is not a text".replace(": .", ": "))
    return value


def _number(value: Json, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"run history: {place} is not a number")  # noqa: TRY004 - a file's fault
    return float(value)


def _whole(value: Json, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"run history: {place} is not a whole number")  # noqa: TRY004 - a file's fault
    return value
