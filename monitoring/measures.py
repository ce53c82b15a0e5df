"""The plan's success metrics: what their tasks measured, against their bounds. Pure."""

from __future__ import annotations

from automation.plan.comparison import miss
from automation.plan.model import Metric, Plan
from monitoring.model import MetricReport, SlotReport, StepReport, TaskReport


def measure(plan: Plan, tasks: dict[str, TaskReport]) -> tuple[MetricReport, ...]:
    """Each metric with the value that its task's latest slot gave, and whether it meets the bound."""
    return tuple(_measured(metric, tasks.get(metric.reads.task)) for metric in plan.metrics)


def _measured(metric: Metric, task: TaskReport | None) -> MetricReport:
    reads = metric.reads
    day = metric.day if metric.day is not None else (task.day if task else None)
    source = f"tasks.{reads.task}.steps.{reads.step}.outputs.{reads.output}"
    step = _step(task.latest if task else None, reads.step)
    value = step.outputs.get(reads.output) if step else None
    if step is None or value is None:
        status = "not-measured"
    elif step.status == "mocked":
        status = "not-judged"
    else:
        status = "missed" if miss(value, metric.bound) else "met"
    return MetricReport(metric.id, metric.title, status, value, str(metric.bound), metric.unit, day, source)


def _step(slot: SlotReport | None, name: str) -> StepReport | None:
    return next((step for step in slot.steps if step.id == name), None) if slot else None
