"""A report as the last words on a terminal or in a log: a screenful, failures first. Plain, or with ANSI colours."""

from __future__ import annotations

from collections.abc import Iterator

from automation.engine.events import Verdict
from monitoring.model import ORDER, Report, TaskReport
from monitoring.render.escape import line
from monitoring.render.hints import repeated
from monitoring.render.words import ICON, MEASURE, VERDICT, bar, count, day, duration, note, question, value, why

TASKS, NAMES, TITLE = 8, 12, 60
_SUMMARY = "report/summary.md"
_ATTENTION = ("failed", "unknown", "awaiting-approval", "interrupted", "deferred")
_BOLD, _RED, _GREEN, _YELLOW, _DIM = "1", "31", "32", "33", "2"


class _Sheet:
    """Lines that are cut to a width, and coloured if asked for; commands in them repeat `options`."""

    def __init__(self, width: int, colour: bool, options: str) -> None:
        self.lines: list[str] = []
        self._width = max(width, 20)
        self._colour = colour
        self._options = options

    def add(self, text: str = "", style: str = "") -> None:
        shown = text if len(text) <= self._width else text[: self._width - 1] + "…"
        self.lines.append(f"\x1b[{style}m{shown}\x1b[0m" if style and self._colour else shown)

    def wrap(self, text: str, indent: int, style: str = "") -> None:
        """The text on as many lines as it wants, none of its words cut unless longer than a line."""
        from textwrap import wrap

        first, rest = " " * indent, " " * (indent + 2 if indent else 3)
        hinted = repeated(text, self._options)
        for part in wrap(hinted, self._width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False):
            words = part.lstrip()
            blanks = " " * (len(part) - len(words))
            # Wrapping may bring a `::` to the start of a line, where the Actions runner takes it for a command.
            self.add(blanks + line(words) if words.startswith("::") else part, style)


def render(report: Report, *, colour: bool = False, width: int = 100, where: str = "", options: str = "") -> str:
    """The summary in lines of at most `width` characters, no newline at the end; `where` names the report's file.

    `options` are what the commands in hints have to repeat: the plan and the state that this call named.
    """
    sheet = _Sheet(width, colour, options)
    failed = report.counts.get("failed", 0)
    sheet.wrap(line(report.headline), 0, _RED if failed else _BOLD)
    progress = report.progress
    bars = f"{bar(progress.finished, progress.total)} {progress.finished}/{progress.total}"
    sheet.add(" · ".join([bars, *([day(report.plan)] if report.plan.days else []), *_mode(report)]))
    _attention(report, sheet, where)
    _metrics(report, sheet)
    _mocked(report, sheet)
    _changed(report, sheet)
    _after(report, sheet, where)
    return "\n".join(sheet.lines)


def _mode(report: Report) -> list[str]:
    if report.run is None:
        return []
    outcome = [report.run.outcome] if report.run.outcome != "completed" else []
    return [report.run.mode, duration(report.run.seconds), *outcome]


def _attention(report: Report, sheet: _Sheet, where: str) -> None:
    tasks = sorted(
        (task for task in report.tasks if task.status in _ATTENTION), key=lambda task: ORDER.index(task.status)
    )
    blocked = [task.id for task in report.tasks if task.status == "blocked"]
    if tasks or blocked:
        sheet.add()
    for task in tasks[:TASKS]:
        _task(task, sheet, where)
    if len(tasks) > TASKS:
        sheet.wrap(f"and {len(tasks) - TASKS:,} more: `ztr status` lists them", 2)
    if blocked:
        sheet.wrap(f"{ICON['blocked']} {count(len(blocked), 'task')} blocked until then: {_names(blocked)}", 0)


def _task(task: TaskReport, sheet: _Sheet, where: str) -> None:
    sheet.wrap(f"{ICON[task.status]} {task.id}: {line(why(task)) or task.status}", 0, _RED * (task.status == "failed"))
    gates = task.latest.gates if task.latest else ()
    for gate in gates:
        if gate.status == "failed":
            sheet.wrap(_verdict(gate), 3)
    if task.approval:
        sheet.wrap(question(task.approval), 3)
    steps = task.latest.steps if task.latest and task.status == "failed" else ()
    logs = [step.log for step in steps if step.log]
    if logs and where.endswith(_SUMMARY):  # the last step that printed anything is the one to look at
        sheet.wrap(f"log: {line(where.removesuffix(_SUMMARY) + logs[-1])}", 3)
    if task.next_step:
        sheet.wrap(f"→ {line(task.next_step)}", 3)


def _verdict(gate: Verdict) -> str:
    reason = f" ({line(note(gate))})" if note(gate) else ""
    measured = f"{line(value(gate.measured), 80)}, needs {line(gate.bound, 80)}"
    return f"{VERDICT[gate.status]} {line(gate.gate)}: {measured}{reason}"


def _metrics(report: Report, sheet: _Sheet) -> None:
    if not report.metrics:
        return
    sheet.add()
    sheet.add("Success metrics", _BOLD)
    length = max(len(line(metric.title, TITLE)) for metric in report.metrics)
    for metric in report.metrics:
        words = {"not-measured": f"not yet measured{_on(metric.day)}", "not-judged": "mocked, not judged"}
        shown = words.get(metric.status) or f"{line(value(metric.measured), 40)} {line(metric.unit)}".strip()
        style = {"met": _GREEN, "missed": _RED}.get(metric.status, _DIM)
        sheet.add(
            f"{MEASURE[metric.status]} {line(metric.title, TITLE):{length}}  {shown}  ({line(metric.bound, 40)})", style
        )


def _on(day: int | None) -> str:
    return f" (day {day})" if day is not None else ""


def _mocked(report: Report, sheet: _Sheet) -> None:
    mocked = [task.id for task in report.tasks if task.status == "mocked"]
    if not mocked:
        return
    sheet.add()
    sheet.wrap(f"🎭 {count(len(mocked), 'task')} mocked: {_names(mocked)}", 0, _YELLOW)
    for one in report.unlock[:NAMES]:
        sheet.wrap(f"add {' + '.join(one.secrets)} → {_names(one.tasks)}", 3)
    if len(report.unlock) > NAMES:
        sheet.wrap(f"and {len(report.unlock) - NAMES} more: `ztr secrets` lists them", 3)
    if not report.unlock:
        sheet.wrap("every secret is there: `ztr run --mode auto` makes them real", 3)


def _after(report: Report, sheet: _Sheet, where: str) -> None:
    sheet.add()
    if where:
        sheet.add(f"Report: {line(where)}")
    for text in _next(report):
        sheet.wrap(f"Next: {text}", 0, _BOLD)


def _changed(report: Report, sheet: _Sheet) -> None:
    """Finished tasks stay finished: who edits one has to be told so."""
    changed = [task.id for task in report.tasks if task.changed]
    if changed:
        sheet.add()
        words = count(len(changed), "finished task")
        sheet.wrap(f"✎ {words} changed since and not run again: {_names(changed)}", 0, _YELLOW)
        sheet.wrap(f"`ztr reset {' '.join(changed[:NAMES])}` runs the new definition", 3)


def _next(report: Report) -> Iterator[str]:
    """The one thing to do now."""
    grave = next((task for status in _ATTENTION for task in report.tasks if task.status == status), None)
    if report.plan.paused:
        yield "the plan is paused; `ztr pause --off` goes on with it"
    elif grave is not None:
        yield f"{grave.id}: {line(grave.next_step)}"
    elif any(task.status == "pending" and task.next_step for task in report.tasks):
        yield "`ztr run` runs what is due"
    elif any(task.status == "mocked" for task in report.tasks):
        yield "`ztr secrets` shows where to put the secrets that make the mocked tasks real"
    else:
        coming = [task for task in report.tasks if task.status == "pending" and task.date]
        if coming:
            first = min(coming, key=lambda task: task.date or "")
            yield f"nothing until {first.date}, day {first.day}"


def _names(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - NAMES:,} more" if len(names) > NAMES else ""
    return ", ".join(names[:NAMES]) + more
