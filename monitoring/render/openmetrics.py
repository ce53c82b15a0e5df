"""A report as OpenMetrics 1.0 text, for a scraper or a text-file collector. Names begin with `ztr_`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import get_args

from monitoring.model import Report, Status
from monitoring.render.escape import label

Sample = tuple[dict[str, str], float]


def render(report: Report) -> str:
    """The exposition, ended by `# EOF`. Every sample carries the plan's id."""
    lines: list[str] = []
    for name, unit, about, samples in _families(report):
        lines.append(f"# TYPE {name} gauge")
        lines += [f"# UNIT {name} {unit}"] if unit else []
        lines.append(f"# HELP {name} {about}")
        lines += [_sample(name, {"plan": report.plan.id, **labels}, value) for labels, value in samples]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _families(report: Report) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    """Name, unit, help and samples of each metric family."""
    statuses: tuple[str, ...] = tuple(get_args(Status))
    counts = [({"status": status}, report.counts.get(status, 0)) for status in statuses]
    yield "ztr_tasks", "", "Tasks by status.", counts
    yield "ztr_tasks_overdue", "", "Unfinished tasks whose day is over.", [({}, len(report.overdue))]
    yield "ztr_progress_ratio", "ratio", "Finished tasks, of all that have an end.", [({}, _ratio(report))]
    yield "ztr_plan_day", "", "The working day of the plan.", [({}, report.plan.day)]
    yield "ztr_plan_days", "", "The last planned working day.", [({}, report.plan.days)]
    late = report.forecast.late
    yield "ztr_forecast_late_days", "days", "Working days that the forecast lies after the target.", [({}, late)]
    secrets = [({"secret": secret.name}, int(secret.present)) for secret in report.secrets]
    yield "ztr_secret_present", "", "Whether the secret is there.", secrets
    yield "ztr_metric_value", "", "Success metrics: the measured value.", _measured(report)
    met = [({"metric": metric.id}, int(metric.status == "met")) for metric in report.metrics]
    yield "ztr_metric_met", "", "Success metrics: whether the bound is met.", met
    if report.run is not None:
        yield "ztr_run_duration_seconds", "seconds", "How long the latest run took.", [({}, report.run.seconds)]
        started = datetime.fromisoformat(report.run.started).timestamp()
        yield "ztr_run_start_timestamp_seconds", "seconds", "When the latest run started.", [({}, started)]
    yield "ztr_task_duration_seconds", "seconds", "How long the task last took.", _durations(report)


def _ratio(report: Report) -> float:
    return report.progress.finished / report.progress.total if report.progress.total else 1.0


def _measured(report: Report) -> list[Sample]:
    return [
        ({"metric": metric.id, "unit": metric.unit}, float(metric.measured))
        for metric in report.metrics
        if isinstance(metric.measured, (int, float))
    ]


def _durations(report: Report) -> list[Sample]:
    ran = ((task, task.latest) for task in report.tasks)
    return [({"task": task.id, "status": task.status}, slot.seconds) for task, slot in ran if slot and slot.seconds]


def _sample(name: str, labels: dict[str, str], value: float) -> str:
    written = ",".join(f'{key}="{label(text)}"' for key, text in labels.items())
    return f"{name}{{{written}}} {value!r}"
