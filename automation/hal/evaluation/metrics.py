"""Performance metrics: what a metric report may hold (a JSON Schema), and this run's report made from its gates."""

import copy
from collections.abc import Callable, Iterator

from automation.hal.detection.documents import Json
from automation.hal.evaluation.history import GateOutcome, RunHistory, TaskOutcome

SCHEMA_VERSION = 1

Schema = dict[str, Json]

METRIC_KEYS = ("name", "task", "component", "day", "value", "bound", "verdict")

METRIC: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": list(METRIC_KEYS),
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "task": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"},
        "component": {"type": "string"},
        "day": {"type": "integer", "minimum": 0},
        "value": {"type": "number"},
        "bound": {"type": "string"},
        "verdict": {"enum": ["passed", "failed", "not-judged"]},
    },
}

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Performance metrics of a run",
    "description": "Every number that a gate of the run measured, with its bound and what was judged.",
    "type": "object",
    "additionalProperties": False,
    "required": ["schema-version", "plan", "run", "metrics"],
    "properties": {
        "schema-version": {"const": SCHEMA_VERSION},
        "plan": {"type": "string", "minLength": 1},
        "run": {"type": "string", "minLength": 1},
        "metrics": {"type": "array", "minItems": 1, "items": METRIC},
    },
}


def metric_report(history: RunHistory) -> dict[str, Json]:
    """Every numeric measurement of the run's gates, in the order of the history."""
    found: list[Json] = list(metrics(history))
    return {"schema-version": SCHEMA_VERSION, "plan": history.plan, "run": history.run, "metrics": found}


def metrics(history: RunHistory) -> Iterator[dict[str, Json]]:
    """Numeric measurements of all gates; gates that measured something else (a file, a text) are left out."""
    for task in history.tasks:
        for gate in task.gates:
            if isinstance(gate.measured, int | float) and not isinstance(gate.measured, bool):
                yield _metric(task, gate, float(gate.measured))


def complaints_by(schema: Schema) -> Callable[[Json], list[str]]:
    """What a JSON Schema finds wrong with documents, each with its place; ValueError if the schema is invalid."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"the metric schema is not a valid JSON Schema: {error.message}") from None
    rules = Draft202012Validator(schema)
    return lambda document: [f"{error.json_path}: {error.message}" for error in rules.iter_errors(document)]


def spoiled(report: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The report with one thing wrong at a time, which its schema has to refuse: a key gone, odd or of a wrong type."""
    for key in report:
        yield {name: value for name, value in report.items() if name != key}
        yield {**report, key: None}
    yield {**report, "extra": 1}
    rows = report["metrics"]
    first = rows[0] if isinstance(rows, list) and rows else {}
    for key in first if isinstance(first, dict) else {}:
        for change in ("gone", "odd"):
            changed = copy.deepcopy(first)
            changed.pop(key)
            yield {**report, "metrics": [changed if change == "gone" else {**changed, key: ["odd"]}]}


def _metric(task: TaskOutcome, gate: GateOutcome, value: float) -> dict[str, Json]:
    return {
        "name": gate.name,
        "task": task.id,
        "component": task.component,
        "day": task.day,
        "value": value,
        "bound": gate.bound,
        "verdict": gate.verdict,
    }
