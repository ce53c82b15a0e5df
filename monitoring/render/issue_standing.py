"""How a plan stands, as blocks of the summary issue: latest run, secrets, metrics, weeks, outlook, history. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from monitoring.lateness import MissedDay, missed_days
from monitoring.model import ORDER, MetricReport, PastRun, Report, Risk, Share, TaskReport, UnlockFacts
from monitoring.progress import FINISHED
from monitoring.render import cells
from monitoring.render.escape import DASH, code, markdown
from monitoring.render.fit import Block
from monitoring.render.words import ICON, MEASURE, bar, count, duration, instant

_FOLDED = 12
"""A longer table of what ran is folded away, but for what went wrong."""

_MOST = 150
"""Rows of a table that there could be room for."""

_T = TypeVar("_T")


def standing(report: Report) -> list[Block]:
    """From what the latest run did to the history, each block with its share of the room."""
    return [
        *_today(report),
        *_unlock(report),
        *_metrics(report),
        Block("<details><summary>Checklist · weeks · forecast and risks · last runs</summary>", 100),
        _checklist(report),
        *_weeks(report),
        *_outlook(report),
        *_missed(report),
        *_history(report),
        Block("</details>", 50),
        Block(_foot(report), 750),
    ]


def _today(report: Report) -> list[Block]:
    if report.run is None:
        return [Block("### Latest run\nNothing has run yet.", 100)]
    ids = set(report.run.tasks)
    tasks = sorted((task for task in report.tasks if task.id in ids), key=lambda task: ORDER.index(task.status))
    blocked = [task for task in report.tasks if task.status == "blocked"]
    wrong = [*(task for task in tasks if task.status not in FINISHED), *blocked]
    fine = [task for task in tasks if task.status in FINISHED]
    if not wrong and not fine:
        return [Block("### Latest run\nNothing new was due.", 100)]
    found = []
    if wrong or len(fine) <= _FOLDED:
        shown = wrong if len(fine) > _FOLDED else [*wrong, *fine]
        found.append(_table("### Latest run", _HEAD, shown, _ran, 4_000, f" in {cells.report_link(report)}"))
    if len(fine) > _FOLDED:
        head = ("" if found else "### Latest run\n") + f"<details><summary>{_well(fine)}</summary>\n"
        found.append(_table(head, _HEAD, fine, _ran, 3_000, f" in {cells.report_link(report)}", "\n</details>"))
    return found


_HEAD = ("", "task", "gates", "took")


def _ran(task: TaskReport) -> tuple[str, ...]:
    if task.status == "blocked":
        return ICON["blocked"], code(task.id), markdown(task.reason, 200), DASH
    return ICON[task.status], code(task.id), _gates(task), cells.took(task)


def _gates(task: TaskReport) -> str:
    """What was missed, in full; of what was met, the first few."""
    gates = sorted(task.latest.gates if task.latest else (), key=lambda gate: gate.status != "failed")
    if not gates:
        return DASH
    shown = [cells.verdict(gate) for gate in gates[:_GATES]]
    passed = sum(gate.status == "passed" for gate in gates[_GATES:])
    rest = len(gates) - len(shown)
    over = [f"{rest} more ✓" if passed == rest else f"{rest} more"] if rest > 0 else []
    return " · ".join([*shown, *over])


_GATES = 3


def _well(tasks: Sequence[TaskReport]) -> str:
    return f"{count(len(tasks), 'task')} ran well: " + " · ".join(
        f"{ICON[status]} {number:,}" for status in ORDER if (number := sum(task.status == status for task in tasks))
    )


def _unlock(report: Report) -> list[Block]:
    columns, over = ("add this secret", "and these become real"), f" in {cells.report_link(report)}"
    table = _table("### Make more of it real", columns, report.unlock, _unlocks, 3_000, over)
    return [table] if report.unlock else []


def _unlocks(one: UnlockFacts) -> tuple[str, ...]:
    return cells.names(one.secrets, " + "), cells.names(one.tasks, most=20)


def _metrics(report: Report) -> list[Block]:
    columns, over = ("", "measured", "target", ""), f" in {cells.report_link(report)}"
    table = _table("### Success metrics", columns, report.metrics, _metric, 3_000, over)
    return [table] if report.metrics else []


def _metric(one: MetricReport) -> tuple[str, ...]:
    return markdown(one.title), cells.measured(one), cells.target(one), MEASURE[one.status]


def _checklist(report: Report) -> Block:
    there = sum(secret.present for secret in report.secrets)
    judged = [gate for task in report.tasks if task.latest for gate in task.latest.gates]
    failed = sum(gate.status == "failed" for gate in judged)
    passed = sum(gate.status == "passed" for gate in judged)
    open_gates = len(judged) - failed - passed
    late = len(report.overdue)
    waiting = report.counts.get("awaiting-approval", 0)
    missed = sum(metric.status == "missed" for metric in report.metrics)
    met = sum(metric.status == "met" for metric in report.metrics)
    lines = [
        _check(True, f"Plan valid, state read (serial {report.plan.serial})"),
        _check(report.run is None or report.run.outcome == "completed", _run_ended(report)),
        *(
            [_check(there == len(report.secrets), f"Secrets: {there} of {len(report.secrets)} present", "🎭")]
            * bool(report.secrets)
        ),
        _check(
            not failed,
            f"Gates: {passed:,} passed, {failed:,} missed" + (f", {open_gates:,} not judged" if open_gates else ""),
        ),
        *(
            [
                _check(
                    not missed,
                    f"Success metrics: {met} of {len(report.metrics)} met" + (f", {missed} missed" if missed else ""),
                )
            ]
            * bool(report.metrics)
        ),
        _check(not late, f"{count(late, 'task')} behind the plan" if late else "Nothing is behind the plan"),
        _check(
            not waiting, f"{count(waiting, 'approval')} waited for" if waiting else "No approval is waited for", "⏸"
        ),
        _check(
            report.progress.finished == report.progress.total,
            f"{report.progress.finished:,} of {report.progress.total:,} tasks finished",
            "⬜",
        ),
    ]
    return Block("\n".join(lines), 1_200)


def _check(good: bool, words: str, otherwise: str = "❌") -> str:
    """A line of the checklist. No task list box: what can be ticked here does something."""
    return f"- {'✅' if good else otherwise} {words}"


def _run_ended(report: Report) -> str:
    if report.run is None:
        return "Nothing has run yet"
    return (
        "The latest run came to its end"
        if report.run.outcome == "completed"
        else f"The latest run: {report.run.outcome}"
    )


def _weeks(report: Report) -> list[Block]:
    found = []
    for name, shares in (("week", report.progress.weeks), ("component", report.progress.components)):
        if shares:
            found.append(_table("", (name, "", "finished"), shares, _share, 1_900, ""))
    return found


def _share(share: Share) -> tuple[str, ...]:
    name = f"{share.id} {markdown(share.title)}" if share.first else markdown(share.title)
    failed = f" ({share.failed} failed)" if share.failed else ""
    return name, f"`{bar(share.finished, share.total, 16)}`", f"{share.finished} / {share.total}{failed}"


def _outlook(report: Report) -> list[Block]:
    target = f" Target: {report.forecast.target}." if report.forecast.target else ""
    lines = [f"Forecast: {markdown(report.forecast.text)}.{target}"]
    path = report.critical_path
    if path.tasks:
        shown = [code(task) for task in path.tasks[:8]] + (["…"] if len(path.tasks) > 8 else [])  # noqa: PLR2004 - a line's worth
        work = (
            f"{count(len(path.tasks), 'task')} over {count(path.days, 'working day')}, {duration(path.seconds)} of work"
        )
        lines.append(f"Critical path: {' → '.join(shown)} ({work}).")
    found = [Block("\n\n".join(lines), 2_000)]
    if report.risks:
        found.append(_table("", ("risk", ""), report.risks, _risk, 1_500, f" in {cells.report_link(report)}"))
    return found


_RISK = {"high": "🔴", "medium": "🟠", "low": "🟡"}


def _risk(risk: Risk) -> tuple[str, ...]:
    return f"{_RISK[risk.level]} {risk.level}", cells.worded(risk.text)


def _missed(report: Report) -> list[Block]:
    days = missed_days(report)
    if not days:
        return []
    return [_table("", ("missed day", "tasks", "caught up"), days[::-1], _missed_row, 1_200, "")]


def _missed_row(missed: MissedDay) -> tuple[str, ...]:
    late = count(missed.late, "working day")
    when = f"on day {missed.caught_up}, {late} late" if missed.caught_up else f"not yet: {late} late"
    return f"day {missed.day} ({missed.date})", cells.names(missed.tasks, most=6), when


def _history(report: Report) -> list[Block]:
    def row(run: PastRun) -> tuple[str, ...]:
        page, at = cells.run_page(report, run.run), instant(run.started)
        name = f"[{at}]({page})" if page else at
        return name, str(run.day), run.mode, cells.result(run), duration(run.seconds)

    columns = ("run", "day", "mode", "result", "took")
    return [_table("", columns, report.history[:_RUNS], row, 1_400, "")] if report.history else []


_RUNS = 14


def _foot(report: Report) -> str:
    missing = [secret.name for secret in report.secrets if not secret.present]
    facts = [f"Secrets missing: {cells.names(missing, most=12)}"] if missing else []
    facts += [f"ztr {markdown(report.environment.version)}"] * bool(report.environment.version)
    facts.append("this issue is written by the runs: what is written into its body is lost, comments stay")
    return f"<sub>{' · '.join(facts)}</sub>"


def _table(
    head: str,
    columns: Sequence[str],
    found: Sequence[_T],
    row: Callable[[_T], Sequence[str]],
    share: int,
    over: str,
    foot: str = "",
) -> Block:
    """A row for each that is found; of very many only those are made for which there could be room."""
    top = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    return Block(
        f"{head}\n{top}" if head else top,
        share,
        [f"| {' | '.join(row(one))} |" for one in found[:_MOST]],
        foot,
        more=f"\n+{{number}} more{over}",
        beyond=max(0, len(found) - _MOST),
    )
