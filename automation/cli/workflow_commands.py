"""Failed tasks and missed gates as GitHub's annotations at their lines, and a run's outputs for later steps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from automation.cli.annotations import escape_message, escape_property, relative
from automation.engine.neutral import neutralise
from automation.plan.model import Plan
from monitoring.model import ORDER, Report, TaskReport
from monitoring.render.words import value, why

SHOWN = 10
"""GitHub shows so many errors and so many warnings of a step, and drops the rest without a word."""

_LONGEST = 1_000
_GRAVE = {"critical": 0, "high": 1, "medium": 2, "low": 3}
_ERRORS = frozenset({"failed", "unknown"})
_WARNINGS = frozenset({"awaiting-approval", "interrupted", "blocked"})


class Annotation(NamedTuple):
    """`file` is named from the checkout's root; empty: it belongs to no line."""

    level: str
    title: str
    message: str
    file: str = ""
    line: int = 0


def annotate_tasks(report: Report, plan: Plan, root: Path) -> list[str]:
    """Workflow commands, gravest first: at most `SHOWN` errors and as many warnings; the last counts the rest."""
    tasks = sorted(report.tasks, key=lambda task: (ORDER.index(task.status), _GRAVE.get(task.criticality, 4)))
    errors = [one for task in tasks if task.status in _ERRORS for one in _of(task, plan, root)]
    warnings = [_at(task, "warning", why(task), root) for task in tasks if task.status in _WARNINGS]
    return [_command(one) for found in (errors, warnings) for one in _within(found)]


def outputs(report: Report, folder: str, code: int) -> dict[str, str]:
    """What later steps may read: words of ours, numbers, and the folder of the report."""
    counts: dict[str, str] = {status: str(report.counts.get(status, 0)) for status in ORDER}
    return {
        "status": _status(report, code),
        "exit-code": str(code),
        "day": str(report.plan.day),
        "total": str(report.progress.total),
        "finished": str(report.progress.finished),
        **counts,
        "ran": str(len(report.run.tasks) if report.run else 0),
        "serial": str(report.plan.serial),
        "report": folder,
    }


def as_output_file(found: Mapping[str, str], delimiter: str) -> str:
    """The lines for `GITHUB_OUTPUT`. `delimiter` has to be a fresh random word, so that no value can end itself."""
    return "".join(f"{name}<<{delimiter}\n{told}\n{delimiter}\n" for name, told in found.items())


def _status(report: Report, code: int) -> str:
    if code == 130:  # noqa: PLR2004 - DESIGN §8: interrupted
        return "interrupted"
    if code:
        return "failed"
    if report.progress.finished == report.progress.total:
        return "finished"
    return "waiting" if report.counts.get("awaiting-approval") else "ok"


def _of(task: TaskReport, plan: Plan, root: Path) -> Iterable[Annotation]:
    """Each missed gate at its line, or the task at its own."""
    missed = [gate for gate in (task.latest.gates if task.latest else ()) if gate.status == "failed"]
    lines = {gate.name or gate.kind: gate.line for gate in plan.tasks[task.id].gates}
    if not missed or not task.reason.startswith("gate missed"):
        yield _at(task, "error", task.reason or "failed", root, _step_line(task, plan))
        return
    for gate in missed:
        told = f"measured {value(gate.measured)}, needs {gate.bound}" if gate.measured is not None else gate.reason
        yield _at(task, "error", f"{gate.gate}: {told}", root, lines.get(gate.gate, 0))


def _step_line(task: TaskReport, plan: Plan) -> int:
    """The line of the first step that failed."""
    failed = [step.id for step in (task.latest.steps if task.latest else ()) if step.status == "failed"]
    step = plan.tasks[task.id].step(failed[0]) if failed else None
    return step.line if step else 0


def _at(task: TaskReport, level: str, message: str, root: Path, line: int = 0) -> Annotation:
    title = f"{task.id} {task.status.replace('-', ' ')}"
    return Annotation(level, title, message, relative(task.file, root), line or task.line)


def _within(found: list[Annotation]) -> list[Annotation]:
    if len(found) <= SHOWN:
        return found
    rest = found[SHOWN - 1 :]
    names = ", ".join(one.title for one in rest[:5])
    return [*found[: SHOWN - 1], Annotation(rest[0].level, f"+{len(rest)} more", f"{names}: see the job summary")]


def _command(one: Annotation) -> str:
    facts = {"file": one.file, "line": str(one.line)} if one.file else {}
    facts = {name: told for name, told in facts.items() if told not in ("", "0")} | {"title": one.title}
    head = ",".join(f"{name}={escape_property(neutralise(told))}" for name, told in facts.items())
    return f"::{one.level} {head}::{escape_message(neutralise(one.message)[:_LONGEST])}"
