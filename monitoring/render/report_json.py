"""A report as the text of `report.json`, per `automation/plan/schema/report.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO
from typing import cast

from automation.plan.model import Json
from monitoring.lateness import missed_days, stillness
from monitoring.model import Report, SlotReport, StepReport, TaskReport


def render(report: Report) -> str:
    """One JSON object, a task a line, with a newline at the end. Numbers that JSON lacks are written as text.

    It is ASCII: one sign beyond the 65,536th would make Python keep four bytes for each of a big report's millions.
    """
    text = StringIO()  # the lines of a big report beside their sum would double what a run takes at its peak
    text.write(f'{_encoded(_head(report))[:-1]}, "tasks": [\n')
    for number, task in enumerate(report.tasks):
        text.write(f",\n{_line(task)}" if number else _line(task))
    text.write("\n]}\n")
    return text.getvalue()


def document(report: Report) -> dict[str, Json]:
    """The report as JSON values, as a reader of `report.json` gets them."""
    return cast("dict[str, Json]", json.loads(render(report)))


def _head(report: Report) -> dict[str, object]:
    """All but the tasks."""
    found = report._asdict()
    del found["tasks"]
    found["plan"] = report.plan._asdict()
    found["run"] = report.run._asdict() if report.run else None
    weeks, components = _rows(report.progress.weeks), _rows(report.progress.components)
    found["progress"] = {**report.progress._asdict(), "weeks": weeks, "components": components}
    found["critical_path"] = report.critical_path._asdict()
    found["forecast"] = report.forecast._asdict()
    found["environment"] = report.environment._asdict()
    found["spent"] = report.spent._asdict()
    for name in ("secrets", "unlock", "metrics", "overdue", "risks", "requests", "history"):
        found[name] = _rows(found[name])
    found["missed"] = _rows(missed_days(report))
    still = stillness(report)
    found["stillness"] = {**still._asdict(), "waiting": dict(still.waiting)} if still else None
    return {"schema": found.pop("schema"), **found}


def _line(task: TaskReport) -> str:
    return _encoded(_task(task))


def _encoded(value: object) -> str:
    try:
        return _ENCODER.encode(value)
    except ValueError:  # a task gave NaN or an infinity
        return _ENCODER.encode(_spelt(value))


def _rows(values: tuple[tuple[object, ...], ...]) -> list[dict[str, Json]]:
    return [cast("dict[str, Json]", value._asdict()) for value in values]  # type: ignore[attr-defined]  # named tuples all


def _task(task: TaskReport) -> dict[str, object]:
    found = task._asdict()
    found["slots"] = [_slot(slot) for slot in task.slots]
    found["approval"] = task.approval._asdict() if task.approval else None
    return found


def _slot(slot: SlotReport) -> dict[str, object]:
    found = slot._asdict()
    found["steps"] = [_step(step) for step in slot.steps]
    found["gates"] = _rows(slot.gates)
    found["products"] = _rows(slot.products)
    found["effects"] = _rows(slot.effects)
    return found


def _step(step: StepReport) -> dict[str, object]:
    found = step._asdict()
    found["sent"] = _rows(step.sent)
    return found


def _mapping(value: object) -> dict[str, Json]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a report holds a {type(value).__name__}, which is no JSON value")


def _spelt(value: object) -> Json:
    """A copy in which NaN and the infinities are the texts NaN, Infinity and -Infinity."""
    if isinstance(value, float):
        return value if value - value == 0 else json.dumps(value)
    if isinstance(value, Mapping):
        return {key: _spelt(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_spelt(inner) for inner in value]
    return cast("Json", value)


_ENCODER = json.JSONEncoder(check_circular=False, allow_nan=False, default=_mapping)
