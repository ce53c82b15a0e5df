"""The page about a plan, made from its files (pure: a loaded plan in, text out)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from automation.engine.measure import gate_name
from automation.gates.bounds import ONE_SIDED
from automation.plan.calendar import date_of
from automation.plan.graph import mermaid
from automation.plan.model import Bound, Gate, Plan, Task, Week, all_steps
from scripts.pages import overview

_BOUNDS = (*ONE_SIDED, "equals")
_TASKS = ("#", "Task", "Needs", "Gates", "Secrets", "Products")


def plan_page(plan: Plan, folder: str) -> str:
    """The page about the plan that stands in `folder` (relative to the root of the repository), as Markdown."""
    parts = [
        f"<!-- Written by scripts/generate.py from {folder}: change the files there. -->\n# {plan.title}\n",
        f"{plan.description.strip()}\n",
        _summary(plan, folder),
        "## Success metrics\n\n" + overview(("Metric", "Wanted", "By day", "Measured by"), _metrics(plan)),
        *(["## Secrets\n\n" + overview(("Secret", "What for", "Tasks"), _wanted(plan))] if plan.secrets else []),
        *([] if plan.weeks else (_component(plan, part.id, part.title, folder) for part in plan.components)),
        *(_week(plan, number, week, folder) for number, week in enumerate(plan.weeks, start=1)),
    ]
    return "\n".join(parts)


def _summary(plan: Plan, folder: str) -> str:
    calendar = plan.calendar
    if not plan.days:
        return (
            f"{len(plan.tasks)} tasks without days: each is due as soon as those that it needs are finished. "
            f"The files are in [`{folder}`](../{folder}).\n"
        )
    outside = sum(bool(_secrets(task)) for task in plan.tasks.values())
    verbs = "has an outside step and ends" if outside == 1 else "have an outside step and end"
    return (
        f"{len(plan.tasks)} tasks in {plan.days} working days, from {calendar.start} to "
        f"{date_of(calendar, plan.days)} ({calendar.zone}); the files are in [`{folder}`](../{folder}). "
        f"Without any secret {len(plan.tasks) - outside} of them can end `done`; {outside} {verbs} `mocked`.\n"
    )


def _metrics(plan: Plan) -> Iterator[Sequence[str]]:
    for metric in plan.metrics:
        wanted = f"{metric.bound} {metric.unit}".strip()
        yield metric.title, wanted, str(metric.day or ""), f"`{metric.reads.task}`"


def _wanted(plan: Plan) -> Iterator[Sequence[str]]:
    for secret in plan.secrets:
        tasks = [task.id for task in plan.tasks.values() if secret.name in _secrets(task)]
        yield f"`{secret.name}`", secret.description, _codes(tasks)


def _week(plan: Plan, number: int, week: Week, folder: str) -> str:
    members = {name: task for name, task in plan.tasks.items() if week.first <= (task.day or 0) <= week.last}
    parts = [f"## Week {number}: {week.title} (days {week.first} to {week.last})\n"]
    parts.append("What needs what within the week:\n")
    parts.append(f"```mermaid\n{mermaid(plan._replace(tasks=MappingProxyType(members)))}```\n")
    for day in sorted({task.day for task in members.values() if task.day}):
        rows = (_row(plan, task, folder) for task in members.values() if task.day == day)
        parts.append(f"### Day {day}, {date_of(plan.calendar, day):%A %d %B %Y}\n\n" + overview(_TASKS, rows))
    return "\n".join(parts)


def _component(plan: Plan, name: str, title: str, folder: str) -> str:
    """The tasks of a component, for a plan without weeks."""
    rows = (_row(plan, task, folder) for task in plan.tasks.values() if task.component == name)
    return f"## {title}\n\n" + overview(_TASKS, rows)


def _row(plan: Plan, task: Task, folder: str) -> Sequence[str]:
    number = list(plan.tasks).index(task.id) + 1
    file = task.place.file.rpartition("/")[2]
    link = f"[`{task.id}`](../{folder}/{file}): {task.title}"
    gates = "; ".join(map(_gate, task.gates))
    return str(number), link, _codes(task.needs), gates, _codes(_secrets(task)), _codes(task.produces)


def _gate(gate: Gate) -> str:
    """What the gate proves, with its bound."""
    bounds = [Bound(kind, gate.inputs[kind]) for kind in _BOUNDS if kind in gate.inputs]
    between = gate.inputs.get("between")
    told = f" {between[0]} … {between[1]}" if isinstance(between, list | tuple) else ""
    return gate_name(gate) + "".join(f" {bound}" for bound in bounds) + told


def _secrets(task: Task) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for step in all_steps(task) for name in step.secrets))


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "-"
