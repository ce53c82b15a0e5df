"""A report as one self-contained page: no script, nothing loaded from elsewhere, all foreign text escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from automation.engine.events import Verdict
from monitoring.model import ORDER, Report, SlotReport, TaskReport
from monitoring.render.escape import DASH, html
from monitoring.render.words import ICON, MEASURE, VERDICT, count, day, duration, instant, value

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --good: #1a7f37; --bad: #cf222e; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0 } h2 { margin-top: 2rem } p.headline { font-size: 1.15rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem }
tr { border-bottom: 1px solid var(--line) } code { background: var(--soft); padding: 0 .25em; border-radius: 3px }
td, code { overflow-wrap: anywhere } progress { width: 100% } details { margin: .2rem 0 } small { opacity: .75 }
.failed { color: var(--bad) } .passed { color: var(--good) }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: Report) -> str:
    """The page as a string."""
    body = "\n".join(part for part in (part(report) for part in _PARTS) if part)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{html(report.plan.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _top(report: Report) -> str:
    plan, run, done = report.plan, report.run, report.progress
    facts = [day(plan)] if plan.days else []
    if run is not None:
        facts += [run.mode, f"run {html(run.run)}", instant(run.started), duration(run.seconds), run.outcome]
    facts += ["<strong>paused</strong>"] if plan.paused else []
    bar = f'<progress max="{max(done.total, 1)}" value="{done.finished}">{done.finished} of {done.total}</progress>'
    return f"""<h1>{html(plan.title)}</h1>
<p>{" · ".join(facts)}</p>
<p class="headline">{html(report.headline)}</p>
<p><label>{done.finished} of {count(done.total, "task")} finished {bar}</label></p>"""


def _tasks(report: Report) -> str:
    tasks = sorted(report.tasks, key=lambda task: ORDER.index(task.status))
    rows = ([_status(task), _about(task), _gates(task), _took(task.latest)] for task in tasks)
    return "<h2>Tasks</h2>" + _table(("status", "task", "gates", "took"), rows)


def _metrics(report: Report) -> str:
    if not report.metrics:
        return ""
    rows = (
        [MEASURE[m.status], html(m.title), html(f"{value(m.measured)} {m.unit}"), html(m.bound), m.status]
        for m in report.metrics
    )
    return "<h2>Success metrics</h2>" + _table(("", "metric", "measured", "target", ""), rows)


def _unlock(report: Report) -> str:
    if not report.unlock:
        return ""
    rows = ([_codes(one.secrets), _codes(one.tasks)] for one in report.unlock)
    return "<h2>Make more of it real</h2>" + _table(("add these secrets", "and these become real"), rows)


def _progress(report: Report) -> str:
    shares = (*report.progress.weeks, *report.progress.components)
    if not shares:
        return ""
    rows = (
        [
            html(f"{share.id} {share.title}" if share.first else share.title),
            f'<progress max="{max(share.total, 1)}" value="{share.finished}"></progress>',
            f"{share.finished} / {share.total}",
        ]
        for share in shares
    )
    return "<h2>Progress</h2>" + _table(("week or component", "", "finished"), rows)


def _outlook(report: Report) -> str:
    path = report.critical_path
    lines = [f"<p>Forecast: {html(report.forecast.text)}.</p>"]
    if path.tasks:
        lines.append(f"<p>Critical path ({count(path.days, 'working day')}): {_codes(path.tasks, ' → ')}</p>")
    if report.risks:
        lines.append(_table(("risk", ""), ([risk.level, html(risk.text)] for risk in report.risks)))
    return "<h2>Outlook</h2>" + "\n".join(lines)


def _history(report: Report) -> str:
    if not report.history:
        return ""
    rows = (
        [
            f"<code>{html(run.run)}</code>",
            instant(run.started),
            str(run.day),
            run.mode,
            run.outcome,
            duration(run.seconds),
        ]
        for run in report.history
    )
    return "<h2>Last runs</h2>" + _table(("run", "started", "day", "mode", "outcome", "took"), rows)


def _foot(report: Report) -> str:
    where = report.environment
    made = f"ztr {where.version}, Python {where.python}, {where.platform}" if where.version else ""
    return f"<p><small>{html(made)} · generated {instant(report.generated)}</small></p>"


_PARTS: tuple[Callable[[Report], str], ...] = (_top, _metrics, _tasks, _unlock, _progress, _outlook, _history, _foot)


def _status(task: TaskReport) -> str:
    return f'<span class="{task.status}">{ICON[task.status]} {task.status.replace("-", " ")}</span>'


def _about(task: TaskReport) -> str:
    lines = [f"<code>{html(task.id)}</code> {html(task.title)}"]
    lines += [html(task.reason)] if task.reason else []
    lines += [f"<strong>{html(task.next_step.replace('`', ''))}</strong>"] if task.next_step else []
    return "<br>".join(lines) + _steps(task.latest)


def _steps(slot: SlotReport | None) -> str:
    if slot is None or not slot.steps:
        return ""
    rows = (
        [html(step.id), step.status, duration(step.seconds), html(step.error or ", ".join(step.missing))]
        for step in slot.steps
    )
    table = _table(("step", "", "took", ""), rows)
    return f"<details><summary>{count(len(slot.steps), 'step')}</summary>{table}</details>"


def _gates(task: TaskReport) -> str:
    gates = task.latest.gates if task.latest else ()
    return "<br>".join(_verdict(gate) for gate in gates) or DASH


def _verdict(gate: Verdict) -> str:
    measured = f"{gate.gate} {value(gate.measured)} {VERDICT[gate.status]} {gate.bound}"
    return f'<span class="{gate.status}">{html(measured)}</span> {html(gate.reason)}'.rstrip()


def _took(slot: SlotReport | None) -> str:
    return duration(slot.seconds) if slot else DASH


def _codes(names: Iterable[str], between: str = ", ") -> str:
    return between.join(f"<code>{html(name)}</code>" for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are escaped already."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
