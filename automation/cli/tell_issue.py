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
from automation.github.marks import Control
from monitoring.model import Report
from monitoring.render import issue


def tell_issue(
    session: Session,
    state: State,
    client: Client,
    known: Known,
    *,
    handled: Collection[Control] = (),
    day: int | None = None,
    idle: bool = False,
    notes: tuple[str, ...] = (),
) -> Told:
    """Bring the issue up to date. `known` is what the state branch keeps of it; `handled` are ticks that were seen to.

    Never fails: what went wrong is among the notes. What it returns as `known` has to be kept.
    """
    report = told_report(session, state, day=day, idle=idle)
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
    return upsert(client, wanted, known, handled)


def told_report(session: Session, state: State, *, day: int | None = None, idle: bool = False) -> Report:
    """The report as a job without user secrets makes it: those that the latest run had count as there."""
    of_run = frozenset(state.runs[-1].present) if state.runs else frozenset()
    return make_report(session, state, day=day, idle=idle, present=session.present or of_run)


def definitions(session: Session) -> dict[str, str]:
    """What each task's boxes are bound to."""
    return {task.id: task.definition for task in session.plan.tasks.values()}


def is_over(report: Report) -> bool:
    """Whether every task is done or skipped, so that there is nothing left to tell. Recurring tasks never end."""
    ended = ("done", "skipped")
    recurring = len(report.tasks) > report.progress.total
    return bool(report.tasks) and not recurring and all(task.status in ended for task in report.tasks)
