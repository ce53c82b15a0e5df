"""A report as the body of the ZTR Run Summary issue: first what somebody has to do, then how things stand. Pure.

Text of tasks, services and people is escaped; the only marks and check boxes in it are our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from automation.github.marks import marker
from automation.plan.model import NO_TEXT
from monitoring.lateness import MissedDay, missed_days, stillness
from monitoring.model import ORDER, PastRun, Report, Share, TaskReport
from monitoring.progress import FINISHED
from monitoring.render import cells
from monitoring.render.escape import DASH, code, markdown
from monitoring.render.fit import Block, fit
from monitoring.render.issue_controls import Row, bulk, more, needs
from monitoring.render.words import ICON, MEASURE, bar, count, day, duration, instant

LIMIT = 60_000
"""UTF-16 units of a body; GitHub refuses more than 65,536 characters."""

TITLE = "🤖 ZTR Run Summary"

_FOLDED = 12
"""A longer table of what ran is folded away, but for what went wrong."""


class Beside(NamedTuple):
    """What an issue shows that no report holds: the tasks' definitions, and lines to tell."""

    definitions: Mapping[str, str] = NO_TEXT
    notes: tuple[str, ...] = ()


def title(report: Report, *, several: bool = False) -> str:
    """The issue's title; with the plan's where a repository has several plans."""
    plan = " ".join(report.plan.title.split())[:150]
    return f"{TITLE}: {plan}" if several else TITLE


def render(report: Report, beside: Beside) -> str:
    """The body, shorter than `LIMIT` UTF-16 units, with a new line at its end. The same report gives the same text."""
    return fit([*_top(report, beside), *_controls(report, beside), *_standing(report)]) + "\n"


def run_page(report: Report, run: str, anchor: str = "") -> str:
    """The page of a run of ours, from the address of the latest and the run's id; empty where there is none."""
    before, found, _ = report.environment.url.partition("/actions/runs/")
    number, _, attempt = run.partition("-")
    if not found or not number.isdecimal():
        return ""
    tries = f"/attempts/{attempt}" if attempt.isdecimal() and attempt != "1" else ""
    return cells.link(f"{before}{found}{number}{tries}{anchor}")


# ---- the top: whose issue it is, and all in three lines


def _top(report: Report, beside: Beside) -> list[Block]:
    alarms = [*_alarm(report), *(f"> [!NOTE]\n> {markdown(one)}" for one in beside.notes)]
    done = report.progress
    planned = f", {done.planned} planned by now" if report.plan.days and done.planned != done.finished else ""
    return [
        Block(f"{marker(report.plan.id, report.plan.lineage, report.plan.serial)}", 500),
        Block(_first_line(report), 1_800),
        Block(f"> {markdown(report.headline, 800)}", 1_500),
        Block(f"`{bar(done.finished, done.total)}` {done.finished:,} / {done.total:,}{planned}", 200),
        *(Block(alarm, 1_500) for alarm in alarms[:5]),
    ]


def _first_line(report: Report) -> str:
    plan, run = report.plan, report.run
    facts = [f"**{markdown(plan.title, 200)}**", day(plan)]
    if run is not None:
        page = run_page(report, run.run)
        at = instant(run.started)
        facts += [code(run.mode), f"[run of {at}]({page})" if page else f"run of {at}", duration(run.seconds)]
        facts += [f"attempt {run.attempt}"] if run.attempt > 1 else []
        facts += [f"**{run.outcome}**"] if run.outcome not in ("completed", "running") else []
        artifacts = run_page(report, run.run, "#artifacts")
        facts += [f"[`ztr-report`]({artifacts})"] if artifacts else []
    return " · ".join(fact for fact in facts if fact)


def _alarm(report: Report) -> list[str]:
    found = []
    if report.plan.paused:
        found.append("> [!IMPORTANT]\n> **The plan is paused:** nothing starts until somebody goes on with it.")
    still = stillness(report)
    if still is not None:
        words = ", ".join(f"{number:,} {status.replace('-', ' ')}" for status, number in still.waiting)
        found.append(
            f"> [!CAUTION]\n> **Nothing has moved for {count(still.days, 'working day')}**"
            f" (since {instant(still.since)}), and there is work left: {words}."
        )
    return found


# ---- controls


def _controls(report: Report, beside: Beside) -> list[Block]:
    rows, rest = needs(report, beside.definitions), more(report, beside.definitions)
    found = []
    if rows:
        many = bulk(rows)
        head = "\n".join(["### Needs you", _HOW, "", *many])
        found.append(_rows_block(head, rows, 20_000, f"- +{{number}} more{_in_report(report)}"))
    summary = "More: run now, pause, reject, skip" if rows else "Run now, pause, skip"
    head = f"<details><summary>{summary}</summary>\n" + ("" if rows else f"\n{_HOW}\n")
    found.append(_rows_block(head, rest, 9_000, f"- +{{number}} more{_in_report(report)}", "\n</details>"))
    if report.requests:
        asked = [f"{one.kind} {code(one.task)}" if one.task else one.kind for one in report.requests[:20]]
        over = [f"{len(report.requests) - 20:,} more"] if len(report.requests) > 20 else []  # noqa: PLR2004 - a line's worth
        found.append(Block(f"Asked for, and answered by the run that goes on: {', '.join([*asked, *over])}.", 3_000))
    return found


_HOW = (
    "<sub>Tick a box and it is done. It needs write permission here; `/ztr help` in a comment tells the commands.</sub>"
)


def _rows_block(head: str, rows: Sequence[Row], share: int, over: str, foot: str = "") -> Block:
    return Block(head, share, [row.full for row in rows], foot, [row.short for row in rows], over)


def _in_report(report: Report) -> str:
    page = run_page(report, report.run.run, "#artifacts") if report.run else ""
    return f" in [`ztr-report`]({page})" if page else " in report.json"


# ---- how things stand


def _standing(report: Report) -> list[Block]:
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
        Block(f"</details>\n\n{_foot(report)}", 1_500),
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
        found.append(_table("### Latest run", _HEAD, (_ran(task) for task in shown), 5_000, _in_report(report)))
    if len(fine) > _FOLDED:
        head = ("" if found else "### Latest run\n") + f"<details><summary>{_well(fine)}</summary>\n"
        found.append(_table(head, _HEAD, (_ran(task) for task in fine), 5_000, _in_report(report), "\n</details>"))
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
    if not report.unlock:
        return []
    rows = ((cells.names(one.secrets, " + "), cells.names(one.tasks, most=20)) for one in report.unlock)
    return [_table("### Make more of it real", ("add this secret", "and these become real"), rows, 5_000, "")]


def _metrics(report: Report) -> list[Block]:
    rows = ((markdown(m.title), cells.measured(m), cells.target(m), MEASURE[m.status]) for m in report.metrics)
    head = ("", "measured", "target", "")
    return [_table("### Success metrics", head, rows, 4_000, "")] if report.metrics else []


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
    return Block("\n".join(lines), 1_500)


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
            found.append(_table("", (name, "", "finished"), map(_share, shares), 3_500, ""))
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
    found = [Block("\n\n".join(lines), 3_500)]
    if report.risks:
        rows = ((f"{_RISK[risk.level]} {risk.level}", markdown(risk.text)) for risk in report.risks)
        found.append(_table("", ("risk", ""), rows, 3_000, _in_report(report)))
    return found


_RISK = {"high": "🔴", "medium": "🟠", "low": "🟡"}


def _missed(report: Report) -> list[Block]:
    days = missed_days(report)
    if not days:
        return []
    return [_table("", ("missed day", "tasks", "caught up"), map(_missed_row, reversed(days)), 2_500, "")]


def _missed_row(missed: MissedDay) -> tuple[str, ...]:
    late = count(missed.late, "working day")
    when = f"on day {missed.caught_up}, {late} late" if missed.caught_up else f"not yet: {late} late"
    return f"day {missed.day} ({missed.date})", cells.names(missed.tasks, most=6), when


def _history(report: Report) -> list[Block]:
    if not report.history:
        return []
    rows = (_past(report, run) for run in report.history[:14])
    return [_table("", ("run", "day", "mode", "result", "took"), rows, 3_500, "")]


def _past(report: Report, run: PastRun) -> tuple[str, ...]:
    page, at = run_page(report, run.run), instant(run.started)
    name = f"[{at}]({page})" if page else at
    return name, str(run.day), run.mode, cells.result(run), duration(run.seconds)


def _foot(report: Report) -> str:
    missing = [secret.name for secret in report.secrets if not secret.present]
    facts = [f"Secrets missing: {cells.names(missing, most=12)}"] if missing else []
    facts += [f"ztr {markdown(report.environment.version)}"] * bool(report.environment.version)
    facts.append("this issue is written by the runs: what is written into its body is lost, comments stay")
    return f"<sub>{' · '.join(facts)}</sub>"


def _table(
    head: str, columns: Sequence[str], rows: Iterable[Sequence[str]], share: int, over: str, foot: str = ""
) -> Block:
    top = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    return Block(
        f"{head}\n{top}" if head else top,
        share,
        [f"| {' | '.join(row)} |" for row in rows],
        foot,
        more=f"\n+{{number}} more{over}",
    )
