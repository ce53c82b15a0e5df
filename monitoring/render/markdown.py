"""A report as `summary.md`, for a manager: failures first, then what ran, what could be real, metrics, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from monitoring.model import ORDER, EffectReport, Report, Spent, TaskReport
from monitoring.render import cells
from monitoring.render.escape import code, markdown
from monitoring.render.words import ICON, MEASURE, bar, count, day, duration, instant, question, why

ROWS = 60
"""At most so many rows a table; the rest is counted, and is in report.json."""

FOLDED = 15
"""A longer table of what ran is folded away."""

_ATTENTION = frozenset({"failed", "unknown", "awaiting-approval", "interrupted", "deferred"})


def render(report: Report) -> str:
    """The whole summary; every foreign text in it is escaped."""
    parts = (part(report) for part in _PARTS)
    return "\n\n".join(part for part in parts if part) + "\n"


def title(report: Report) -> str:
    """The first line: plan, day, mode, run."""
    plan, run = report.plan, report.run
    facts = [f"**{markdown(plan.title)}**", day(plan)]
    if run is not None:
        page = report.environment.url
        name = f"run {code(run.run)}" + (f" ([page]({cells.link(page)}))" if page else "")
        facts += [code(run.mode), f"{name} on {instant(run.started)}", duration(run.seconds)]
        facts += [f"attempt {run.attempt}"] if run.attempt > 1 else []
        facts += [f"**{run.outcome}**"] if run.outcome not in ("completed", "running") else []
    return " · ".join(fact for fact in facts if fact) + ("\n\n**The plan is paused.**" if plan.paused else "")


def overview(report: Report) -> str:
    """The headline and the bar."""
    done = report.progress
    planned = f", {done.planned} planned by now" if report.plan.days and done.planned != done.finished else ""
    return (
        f"> {markdown(report.headline)}\n\n`{bar(done.finished, done.total)}` {done.finished} / {done.total}{planned}"
    )


def attention(report: Report) -> str:
    """What went wrong or waits for somebody, gravest first, each with reason and next step."""
    tasks = [task for task in report.tasks if task.status in _ATTENTION]
    blocked = [task.id for task in report.tasks if task.status == "blocked"]
    if not tasks and not blocked:
        return ""
    grave = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    tasks.sort(key=lambda task: (ORDER.index(task.status), grave.get(task.criticality, 4)))
    blocks = [_attention(task) for task in tasks[:ROWS]]
    blocks += [f"- {ICON['blocked']} {count(len(blocked), 'task')} blocked: {cells.names(blocked)}"] if blocked else []
    return "### Needs attention\n" + "\n".join([*blocks, *_more(len(tasks))])


def ran(report: Report) -> str:
    """What the latest run ran, with its gates; or that nothing was due."""
    if report.run is None:
        return ""
    ids = set(report.run.tasks)
    tasks = sorted((task for task in report.tasks if task.id in ids), key=lambda task: ORDER.index(task.status))
    if not tasks:
        return "### Latest run\nNothing new was due."
    rows = ([ICON[t.status], code(t.id), cells.gates(t), cells.took(t)] for t in tasks[:ROWS])
    table = "\n".join([_table(("", "task", "gates", "took"), rows), *_more(len(tasks))])
    if len(tasks) <= FOLDED:
        return f"### Latest run\n{table}"
    return f"### Latest run\n<details><summary>{count(len(tasks), 'task')} ran</summary>\n\n{table}\n\n</details>"


def outside(report: Report) -> str:
    """What the latest run made or sent outside, with the ids that the services gave."""
    run = report.run.run if report.run else ""
    slots = [(task, task.latest) for task in report.tasks if task.latest and task.latest.run == run]
    found = [(task, one) for task, slot in slots for one in slot.effects if one.outcome in ("happened", "undone")]
    if not found:
        return ""
    rows = ([code(f"{task.id}/{one.step}"), _made(one)] for task, one in found[:ROWS])
    table = "\n".join([_table(("step", "what is there now"), rows), *_more(len(found))])
    told = f"`ztr teardown {run}` shows what of it can be removed, and removes it."
    return f"### Outside\n<details><summary>{count(len(found), 'effect')}</summary>\n\n{table}\n\n</details>\n\n{told}"


def _made(effect: EffectReport) -> str:
    ids = effect.remote.split(",") if effect.remote else []
    shown = ", ".join(code(one) for one in ids[:_IDS]) + (f" and {len(ids) - _IDS} more" if len(ids) > _IDS else "")
    if effect.undone:
        return f"removed again: {shown}"
    if effect.found:
        return f"was there before: {shown}"
    return shown or "nothing with an id of its own: unchanged, or it cannot be taken back"


_IDS = 3


def unlock(report: Report) -> str:
    """What each missing secret would make real."""
    mocked = [task.id for task in report.tasks if task.status == "mocked"]
    if not mocked and not report.unlock:
        return ""
    lines = [f"### Make more of it real\n{count(len(mocked), 'task')} mocked: {cells.names(mocked)}."] if mocked else []
    if not mocked:
        lines = ["### Make more of it real"]
    if report.unlock:
        rows = ([cells.names(one.secrets, " + "), cells.names(one.tasks)] for one in report.unlock)
        lines.append(_table(("add this secret", "and these become real"), rows))
    elif mocked:
        lines.append("Every secret is there: a run in `auto` mode makes them real.")
    return "\n\n".join(lines)


def metrics(report: Report) -> str:
    """The plan's success metrics."""
    if not report.metrics:
        return ""
    rows = ([MEASURE[m.status], markdown(m.title), cells.measured(m), cells.target(m)] for m in report.metrics)
    return "### Success metrics\n" + _table(("", "metric", "measured", "target"), rows)


def weeks(report: Report) -> str:
    """Progress by week and by component."""
    found = []
    for name, shares in (("week", report.progress.weeks), ("component", report.progress.components)):
        if shares:
            rows = (
                [
                    f"{share.id} {markdown(share.title)}" if share.first else markdown(share.title),
                    f"`{bar(share.finished, share.total, 16)}`",
                    f"{share.finished} / {share.total}" + (f" ({share.failed} failed)" if share.failed else ""),
                ]
                for share in shares
            )
            found.append(_table((name, "", "finished"), rows))
    return "### Progress\n" + "\n\n".join(found) if found else ""


def outlook(report: Report) -> str:
    """Forecast, critical path, overdue tasks, risks."""
    lines = [f"### Outlook\nForecast: {markdown(report.forecast.text)}."]
    if report.forecast.target:
        lines[0] += f" Target: {report.forecast.target}."
    path = report.critical_path
    if path.tasks:
        shown = [code(task) for task in path.tasks[:8]] + (["…"] if len(path.tasks) > 8 else [])  # noqa: PLR2004 - a line's worth
        work = f"{count(path.days, 'working day')}, about {duration(path.seconds)} of work"
        lines.append(f"Critical path: {' → '.join(shown)} ({count(len(path.tasks), 'task')}, {work}).")
    if report.overdue:
        rows = ([code(late.task), str(late.day), count(late.late, "working day")] for late in report.overdue)
        lines.append(_table(("overdue", "day", "late by"), rows, 10))
    if report.spent.tokens or report.spent.usd:
        lines.append(spending(report.spent))
    if report.risks:
        lines.append(_table(("risk", ""), ([risk.level, markdown(risk.text)] for risk in report.risks), 20))
    return "\n\n".join(lines)


def spending(spent: Spent) -> str:
    """What the run has cost, in one line."""
    of = f" of ${spent.budget:,.2f}" if spent.budget is not None else ""
    open_prices = f", {count(len(spent.unpriced), 'step')} of unknown price aside" if spent.unpriced else ""
    return f"Spent in this run: ${spent.usd:,.4f}{of}, {count(spent.tokens, 'token')}{open_prices}."


def history(report: Report) -> str:
    """The last runs, newest first."""
    if not report.history:
        return ""
    rows = ([code(run.run), str(run.day), run.mode, cells.result(run), duration(run.seconds)] for run in report.history)
    return "### Last runs\n" + _table(("run", "day", "mode", "result", "took"), rows, 10)


def foot(report: Report) -> str:
    """Secrets by name, state and environment, in small."""
    there = [secret.name for secret in report.secrets if secret.present]
    missing = [secret.name for secret in report.secrets if not secret.present]
    facts = [f"Secrets: {len(there)} of {len(report.secrets)} present"] if report.secrets else []
    facts += [f"present: {cells.names(there)}"] if there else []
    facts += [f"missing: {cells.names(missing)}"] if missing else []
    where = report.environment
    facts.append(f"state serial {report.plan.serial}")
    facts += [f"ztr {markdown(where.version)}, Python {markdown(where.python)}, {markdown(where.platform)}"] * bool(
        where.version
    )
    facts.append(f"generated {instant(report.generated)}")
    return "<sub>" + " · ".join(facts) + "</sub>"


_PARTS: tuple[Callable[[Report], str], ...] = (
    title,
    overview,
    attention,
    ran,
    outside,
    unlock,
    metrics,
    weeks,
    outlook,
    history,
    foot,
)


def _attention(task: TaskReport) -> str:
    facts = [f"- {ICON[task.status]} {code(task.id)} {task.status.replace('-', ' ')}"]
    if task.reason:
        facts.append(f" — {cells.worded(why(task))}")
    steps = [gate for gate in (task.latest.gates if task.latest else ()) if gate.status == "failed"]
    lines = [f"  - Gate {cells.verdict(gate)}" + cells.because(gate) for gate in steps]
    lines += [f"  - {markdown(question(task.approval))}"] if task.approval else []
    lines += [f"  - Next step: {cells.worded(task.next_step)}"] if task.next_step else []
    return "\n".join(["".join(facts), *lines])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], limit: int = ROWS) -> str:
    """A table of cells that are escaped already; whole rows are cut, and counted."""
    rows = iter(rows)
    lines = [f"| {' | '.join(row)} |" for row in islice(rows, limit)]
    top = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*top, *lines, *_more(limit + sum(1 for _ in rows), limit)])


def _more(number: int, limit: int = ROWS) -> list[str]:
    return [f"\n{number - limit:,} more in report.json."] if number > limit else []
