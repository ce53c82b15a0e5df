"""A plan's state told in its summary issue."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from automation.cli.locate import plans_below
from automation.cli.session import Session
from automation.cli.told import make_report
from automation.engine.state import State
from automation.github.client import Client
from automation.github.issue import Known, Told, Wanted, upsert
from automation.github.marks import Control, judged
from automation.github.notices import give_notice
from monitoring.model import Report
from monitoring.render import issue
from monitoring.render.escape import code, markdown


def tell_issue(
    session: Session,
    state: State,
    client: Client,
    known: Known,
    *,
    handled: Collection[Control] = (),
    day: int | None = None,
    idle: bool = False,
    going: bool = False,
    notify: bool = True,
    notes: tuple[str, ...] = (),
) -> Told:
    """Bring the issue up to date, and (`notify`) comment on approvals that are newly waited for.

    `known` is what the state branch keeps of it; `handled` are ticks that were seen to; `going` tells that a run is
    going on. Never fails: what went wrong is among the notes. What it returns as `known` has to be kept.
    """
    report = told_report(session, state, day=day, idle=idle, going=going)
    several = len(plans_below(Path())) > 1
    beside = issue.Beside(definitions(session), notes)
    wanted = Wanted(
        plan=session.plan.id,
        lineage=session.store.lineage,
        title=issue.title(report, several=several),
        body=session.redactor.text(issue.render(report, beside)),
        serial=state.serial,
        closed=is_over(report),
    )
    told = upsert(client, wanted, known, handled)
    told = told._replace(known=told.known._replace(noticed=known.noticed))
    if not notify:
        return told
    waiting, head = _waiting(report)
    return give_notice(client, told, {key: session.redactor.text(line) for key, line in waiting.items()}, head)


def told_report(
    session: Session, state: State, *, day: int | None = None, idle: bool = False, going: bool = False
) -> Report:
    """The report as a job without user secrets makes it: those that the latest run had count as there."""
    of_run = frozenset(state.runs[-1].present) if state.runs else frozenset()
    return make_report(session, state, day=day, idle=idle, going=going, present=session.present or of_run)


def _waiting(report: Report) -> tuple[dict[str, str], str]:
    """The approvals that are waited for, by a short key of what has to be judged, and what stands above them."""
    found = {}
    for task in report.tasks:
        if task.status == "awaiting-approval" and task.latest and task.approval:
            about = f"{task.id}@{task.latest.slot}"
            until = f", until {task.approval.expires[:16].replace('T', ' ')}" if task.approval.expires else ""
            key = judged(about, task.approval.evidence)[:8]
            found[key] = f"- {code(task.id)}: {markdown(task.title, 200)}{until}"
    head = "⏸ **Waits for approval.** Tick its box in the issue, or write `/ztr approve TASK` or `/ztr reject TASK`:"
    return found, head


def definitions(session: Session) -> dict[str, str]:
    """What each task's boxes are bound to."""
    return {task.id: task.definition for task in session.plan.tasks.values()}


def is_over(report: Report) -> bool:
    """Whether every task is done or skipped, so that there is nothing left to tell. Recurring tasks never end."""
    ended = ("done", "skipped")
    recurring = len(report.tasks) > report.progress.total
    return bool(report.tasks) and not recurring and all(task.status in ended for task in report.tasks)
