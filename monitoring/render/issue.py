"""A report as the body of the ZTR Run Summary issue: first what somebody has to do, then how things stand. Pure.

Text of tasks, services and people is escaped; the only marks and check boxes in it are our own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from automation.github.marks import marker
from automation.plan.model import NO_TEXT
from monitoring.lateness import stillness
from monitoring.model import Report
from monitoring.render import cells
from monitoring.render.escape import code, markdown
from monitoring.render.fit import Block, fit
from monitoring.render.issue_controls import Row, bulk, more, needs
from monitoring.render.issue_standing import standing
from monitoring.render.words import bar, count, day, duration, instant

LIMIT = 60_000
"""UTF-16 units of a body; GitHub refuses more than 65,536 characters."""

TITLE = "🤖 ZTR Run Summary"


class Beside(NamedTuple):
    """What an issue shows that no report holds: the tasks' definitions, and lines to tell."""

    definitions: Mapping[str, str] = NO_TEXT
    notes: tuple[str, ...] = ()


def title(report: Report, *, several: bool = False) -> str:
    """The issue's title; with the plan's where a repository has several plans."""
    plan = " ".join(report.plan.title.split())[:150]
    return f"{TITLE}: {plan}" if several else TITLE


def render(report: Report, beside: Beside) -> str:
    """The body, shorter than `LIMIT` UTF-16 units, with a new line at its end. The same report gives the same text.

    The blocks' shares add up to less than `LIMIT`; what the upper ones leave, the lower ones may take.
    """
    return fit([*_top(report, beside), *_controls(report, beside), *standing(report)]) + "\n"


# ---- the top: whose issue it is, and all in three lines


def _top(report: Report, beside: Beside) -> list[Block]:
    alarms = [*_alarm(report), *(f"> [!NOTE]\n> {markdown(one)}" for one in beside.notes)]
    done = report.progress
    planned = f", {done.planned} planned by now" if report.plan.days and done.planned != done.finished else ""
    return [
        Block(f"{marker(report.plan.id, report.plan.lineage, report.plan.serial)}", 300),
        Block(_first_line(report), 1_500),
        Block(f"> {markdown(report.headline, 800)}", 1_200),
        Block(f"`{bar(done.finished, done.total)}` {done.finished:,} / {done.total:,}{planned}", 150),
        *(Block(alarm, 1_000) for alarm in alarms[:3]),
    ]


def _first_line(report: Report) -> str:
    plan, run = report.plan, report.run
    facts = [f"**{markdown(plan.title, 200)}**", day(plan)]
    if run is not None:
        page = cells.run_page(report, run.run)
        at = instant(run.started)
        facts += [code(run.mode), f"[run of {at}]({page})" if page else f"run of {at}", duration(run.seconds)]
        facts += [f"attempt {run.attempt}"] if run.attempt > 1 else []
        facts += [f"**{run.outcome}**"] if run.outcome not in ("completed", "running") else []
        artifacts = cells.run_page(report, run.run, "#artifacts")
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
    rows = needs(report, beside.definitions, cells.report_link(report))
    rest = more(report, beside.definitions)
    found = []
    if rows:
        many = bulk(rows)
        head = "\n".join(["### Needs you", _HOW, "", *many])
        found.append(_rows_block(head, rows, 20_000, f"- +{{number}} more in {cells.report_link(report)}"))
    summary = "More: run now, pause, reject, skip" if rows else "Run now, pause, skip"
    head = f"<details><summary>{summary}</summary>\n" + ("" if rows else f"\n{_HOW}\n")
    found.append(_rows_block(head, rest, 7_000, f"- +{{number}} more in {cells.report_link(report)}", "\n</details>"))
    if report.requests:
        asked = [f"{one.kind} {code(one.task)}" if one.task else one.kind for one in report.requests[:20]]
        over = [f"{len(report.requests) - 20:,} more"] if len(report.requests) > 20 else []  # noqa: PLR2004 - a line's worth
        found.append(Block(f"Asked for, and answered by the run that goes on: {', '.join([*asked, *over])}.", 1_500))
    return found


_HOW = (
    "<sub>Tick a box and it is done. It needs write permission here; `/ztr help` in a comment tells the commands.</sub>"
)


def _rows_block(head: str, rows: Sequence[Row], share: int, over: str, foot: str = "") -> Block:
    return Block(head, share, [row.full for row in rows], foot, [row.short for row in rows], over)
