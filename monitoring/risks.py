"""What may keep a plan from its target: read off the finished parts of a report. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from automation.plan.model import Json
from monitoring.model import Forecast, MetricReport, Overdue, Risk, TaskReport

LEVELS = ("high", "medium", "low")
TOO_LONG = timedelta(days=1)
"""A question that has been open for longer is a risk: everything behind it waits, too."""


def risks(
    tasks: Iterable[TaskReport],
    metrics: Iterable[MetricReport],
    overdue: tuple[Overdue, ...],
    forecast: Forecast,
    day: int,
    now: datetime,
) -> tuple[Risk, ...]:
    """All risks, the gravest first."""
    found = [*_of_plan(overdue, forecast), *_of_metrics(metrics, day)]
    for task in tasks:
        found.extend((*_of_task(task), *_of_waiting(task, now)))
    return tuple(sorted(found, key=lambda risk: LEVELS.index(risk.level)))


def _of_plan(overdue: tuple[Overdue, ...], forecast: Forecast) -> Iterator[Risk]:
    if forecast.state == "late":
        yield Risk("high", "forecast", "", forecast.text)
    if overdue:
        most = overdue[0]
        days = "day" if most.late == 1 else "days"
        text = f"{len(overdue):,} overdue, {most.task} the longest: {most.late:,} working {days}"
        yield Risk("medium", "overdue", "", text)


def _of_metrics(metrics: Iterable[MetricReport], day: int) -> Iterator[Risk]:
    absent: list[str] = []
    for metric in metrics:
        if metric.status == "missed":
            yield Risk("high", "metric", "", f"{metric.title} is {_figure(metric.measured)}, needs {metric.bound}")
        elif metric.status == "not-measured" and metric.day is not None and metric.day < day:
            absent.append(f"{metric.title} (day {metric.day})")
    if absent:
        yield Risk("medium", "metric", "", f"should have been measured by now: {', '.join(absent)}")


def _figure(measured: Json) -> str:
    return f"{measured:.4g}" if isinstance(measured, float) else f"{measured}"


def _of_waiting(task: TaskReport, now: datetime) -> Iterator[Risk]:
    """A question that nobody has answered for a day or more."""
    slot = task.latest
    if slot is None or task.status not in ("awaiting-approval", "unknown"):
        return
    waited = now - datetime.fromisoformat(slot.since)
    if waited >= TOO_LONG:
        days = f"{waited.days} day" if waited.days == 1 else f"{waited.days} days"
        level = "high" if task.criticality in ("critical", "high") else "medium"
        yield Risk(level, "waiting", task.id, f"{task.id} has waited {days} for a person: {task.next_step}")


def _of_task(task: TaskReport) -> Iterator[Risk]:
    if task.status == "failed":
        grave = task.criticality in ("critical", "high")
        yield Risk(
            "high" if grave else "medium", "failed", task.id, f"{task.id} failed, of {task.criticality} criticality"
        )
    elif task.status == "unknown":
        yield Risk("high", "unknown", task.id, f"nobody knows whether an effect of {task.id} happened")
    if task.changed:
        yield Risk("low", "changed", task.id, f"{task.id} was finished under another definition")
    slot = task.latest
    if slot is not None and task.status == "done" and (slot.runs > 1 or any(step.attempts > 1 for step in slot.steps)):
        yield Risk("low", "flaky", task.id, f"{task.id} needed more than one attempt")
