"""The success metrics of the plan, each met, missed or not measured, with the value that a task really measured.

Which task and output a metric comes from stands in `automation/hal/data/success-metrics.json`; values are read from the
run's history and nowhere else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from automation.hal.detection.documents import Json
from automation.hal.evaluation.history import GOOD, RunHistory

DATA = Path(__file__).parent.parent / "data" / "success-metrics.json"

MET, MISSED, LATER, UNMEASURED = "met", "missed", "measured by sign-off", "not measured"


@dataclass(frozen=True, slots=True)
class Target:
    """A success metric: its bound (one of above, at-least, below, at-most) and where its value comes from."""

    id: str
    title: str
    area: str
    unit: str
    bound: str
    limit: float
    task: str
    output: str

    def holds(self, value: float) -> bool:
        """Whether a value meets the bound."""
        match self.bound:
            case "above":
                return value > self.limit
            case "at-least":
                return value >= self.limit
            case "below":
                return value < self.limit
            case _:
                return value <= self.limit


@dataclass(frozen=True, slots=True)
class Result:
    """One metric's verdict; `reason` says why it has no value."""

    target: Target
    verdict: str
    value: float | None
    reason: str = ""


def load_targets(path: Path = DATA) -> tuple[Target, ...]:
    """The success metrics in the plan's order."""
    return tuple(_target(entry) for entry in json.loads(path.read_text(encoding="utf-8")))


def judge(targets: Sequence[Target], history: RunHistory, sign_off: str) -> list[Result]:
    """Look every metric up in the history; those of the sign-off task are named as measured later."""
    return [
        Result(target, LATER, None, f"by task {sign_off}") if target.task == sign_off else _judge_one(target, history)
        for target in targets
    ]


def measured(targets: Sequence[Target], history: RunHistory) -> dict[str, float]:
    """The success metrics that have a value so far, by id."""
    results = [_judge_one(target, history) for target in targets]
    return {result.target.id: result.value for result in results if result.value is not None}


def markdown(results: Sequence[Result], run: str) -> str:
    """The acceptance report as a page."""
    count = {verdict: sum(result.verdict == verdict for result in results) for verdict in (MET, MISSED, UNMEASURED)}
    head = [
        "# Acceptance of HAL Phase 3",
        "",
        f"Run {run}: {count[MET]} of {len(results)} success metrics met, {count[MISSED]} missed, "
        f"{count[UNMEASURED]} not measured.",
        "",
        "| area | metric | bound | measured | verdict | source |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(result) for result in results)]) + "\n"


def as_json(results: Sequence[Result], run: str) -> dict[str, Json]:
    """The acceptance report as a document."""
    rows: list[Json] = [
        {
            "id": result.target.id,
            "title": result.target.title,
            "area": result.target.area,
            "bound": {result.target.bound: result.target.limit},
            "unit": result.target.unit,
            "value": result.value,
            "verdict": result.verdict,
            "source": f"{result.target.task}: {result.target.output}",
            "reason": result.reason,
        }
        for result in results
    ]
    return {"run": run, "metrics": rows}


def _judge_one(target: Target, history: RunHistory) -> Result:
    found = [task for task in history.tasks if task.id == target.task]
    if not found:
        return Result(target, UNMEASURED, None, f"task {target.task} has not finished in this run")
    task = found[-1]
    step, _, name = target.output.partition(".")
    value = _number(task.outputs.get(step, {}), name)
    if value is None:
        return Result(target, UNMEASURED, None, f"task {target.task} ({task.status}) has no number {target.output}")
    if task.status not in GOOD:
        return Result(target, MISSED, value, f"task {target.task} is {task.status}: {task.reason}".rstrip(": "))
    return Result(target, MET if target.holds(value) else MISSED, value)


def _number(outputs: Mapping[str, Json], name: str) -> float | None:
    value = outputs.get(name, outputs.get(name.replace("-", "_")))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _row(result: Result) -> str:
    target = result.target
    shown = result.reason if result.value is None else f"{result.value:.4g} {target.unit}"
    bound = f"{target.bound.replace('-', ' ')} {target.limit:g}"
    cells = (target.area, target.title, bound, shown, result.verdict, f"`{target.task}`")
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _target(entry: Mapping[str, object]) -> Target:
    bound = next(key for key in ("above", "at-least", "below", "at-most") if key in entry)
    texts = {key: str(entry[key]) for key in ("id", "title", "area", "unit", "task", "output")}
    return Target(**texts, bound=bound, limit=float(str(entry[bound])))
