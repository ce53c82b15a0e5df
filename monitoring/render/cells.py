"""The cells and phrases of Markdown for people: summary, issue and job summary share them. All is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from automation.engine.events import Verdict
from monitoring.model import ORDER, MetricReport, PastRun, Report, TaskReport
from monitoring.render.escape import DASH, code, markdown
from monitoring.render.words import ICON, VERDICT, duration, note, value

NAMES = 60
"""At most so many names in a row; the rest is counted."""


def verdict(gate: Verdict) -> str:
    """A gate with its measured value and its bound."""
    sign = VERDICT[gate.status]
    if gate.status == "not-judged":
        return f"{markdown(gate.gate)} {sign} not judged"
    measured = f" {markdown(value(gate.measured), 80)}" if gate.measured is not None else ""
    bound = f" {markdown(gate.bound, 80)}" if gate.bound else ""
    return f"{markdown(gate.gate)}{measured} {sign}{bound}"


def because(gate: Verdict) -> str:
    """What a verdict has to say beyond its value, and where the value came from."""
    more = f" — {markdown(note(gate))}" if note(gate) else ""
    return more + (f" (from {code(gate.source)})" if gate.source else "")


def gates(task: TaskReport) -> str:
    """The verdicts of a task's latest slot."""
    found = task.latest.gates if task.latest else ()
    return " · ".join(verdict(gate) for gate in found) or DASH


def took(task: TaskReport) -> str:
    """How long the latest slot took."""
    return duration(task.latest.seconds) if task.latest else DASH


def worded(text: str) -> str:
    """Foreign text in which the commands between backticks stay code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return markdown(text)
    return "".join((code if at % 2 else _between)(part) for at, part in enumerate(parts) if part)


def measured(metric: MetricReport) -> str:
    """What was measured for a success metric, or since when it should have been."""
    if metric.status == "not-measured":
        return "not yet measured" + (f" (day {metric.day})" if metric.day is not None else "")
    shown = f"{markdown(value(metric.measured), 80)} {markdown(metric.unit)}".strip()
    return f"{shown} (mocked: not judged)" if metric.status == "not-judged" else shown


def target(metric: MetricReport) -> str:
    """What a success metric has to meet."""
    return markdown(f"{metric.bound} {metric.unit}".strip())


def result(run: PastRun) -> str:
    """In which statuses a run left how many tasks."""
    left = [f"{ICON[status]} {run.counts[status]}" for status in ORDER if run.counts.get(status)]
    outcome = [] if run.outcome == "completed" else [run.outcome]
    return " · ".join([*outcome, *left]) or "nothing was due"


def names(found: Sequence[str], between: str = ", ", most: int = NAMES) -> str:
    """Names as code, the rest counted."""
    more = [f"{len(found) - most:,} more"] if len(found) > most else []
    return between.join([*(code(name) for name in found[:most]), *more])


def link(url: str) -> str:
    """An address that cannot end its Markdown link early; one that is not of the web leads nowhere."""
    from urllib.parse import quote

    return quote(url, safe=":/?#@!$&'*+,;=%~") if url.startswith(("https://", "http://")) else "#"


def run_page(report: Report, run: str, anchor: str = "") -> str:
    """The page of a run of ours, from the address of the latest and the run's id; empty where there is none."""
    before, found, _ = report.environment.url.partition("/actions/runs/")
    number, _, attempt = run.partition("-")
    if not found or not number.isdecimal():
        return ""
    tries = f"/attempts/{attempt}" if attempt.isdecimal() and attempt != "1" else ""
    return link(f"{before}{found}{number}{tries}{anchor}")


def report_link(report: Report) -> str:
    """Where files and logs of the latest run are, as a link where there is one."""
    page = run_page(report, report.run.run, "#artifacts") if report.run else ""
    return f"[`ztr-report`]({page})" if page else "the report"


def _between(part: str) -> str:
    """Escaped, with the blanks at its ends kept."""
    return f"{' ' * part.startswith(' ')}{markdown(part)}{' ' * (part.strip() != '' and part.endswith(' '))}"
