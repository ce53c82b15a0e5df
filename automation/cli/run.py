"""`ztr run`: run what is due."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import click

from automation.cli.execute import Outcome, Wish, execute, exit_code, write_report
from automation.cli.options import where_options
from automation.cli.session import Session, Where
from automation.cli.told import make_report, progress_kind
from automation.engine.events import Mode
from automation.errors import Locked
from monitoring.live import Progress

JOBS = 4
"""Job slots at most, unless told otherwise: more only compete for a runner's two to four cores."""


@click.command(
    epilog="""Examples:

\b
  ztr run --mode mock
  ztr run --day 3 --tasks session-store,session-sync
  ztr run --mode provision --jobs 1"""
)
@where_options
@click.option(
    "--mode",
    type=click.Choice(["mock", "auto", "provision", "dry-run"]),
    default="auto",
    show_default=True,
    help="mock changes nothing outside; auto does for real what its secrets allow; "
    "provision needs all secrets; dry-run only shows.",
)
@click.option("--day", type=int, metavar="N", help="As if today were working day N.")
@click.option("--start", metavar="DATE", help="The plan starts on this date; recorded in the state.")
@click.option("--tasks", metavar="ID,…", default="", help="Only these tasks.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=None, help=f"Tasks at the same time [default: cores, at most {JOBS}]."
)
@click.option(
    "--scheduled",
    is_flag=True,
    help="A run that nobody started by hand: catches up within the plan's limit, "
    "and ends with 0 when another run is going on.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def run(
    where: Where,
    mode: str,
    day: int | None,
    start: str | None,
    tasks: str,
    jobs: int | None,
    scheduled: bool,
    quiet: bool,
) -> int:
    """Run what is due of a plan, prove that it is done, keep its state and write the report."""
    session = Session(where, os.environ)
    wish = Wish(
        mode=cast(Mode, mode),
        day=day,
        start=start,
        tasks=tuple(name for name in tasks.replace(",", " ").split() if name),
        jobs=jobs or min(os.cpu_count() or 1, JOBS),
        by_hand=not scheduled and session.settings.trigger != "schedule",
    )
    if mode == "dry-run":
        from automation.cli.plan import show

        return show(session, wish)
    with _signals(session), _progress(session, quiet) as progress:
        try:
            outcome = execute(session, wish, [progress], lambda agenda: progress.expect(agenda.entries))
        except Locked as error:
            if wish.by_hand:
                raise
            click.echo(f"ztr: {error.message}; nothing to do for this wake-up")
            return 0
    _conclude(session, wish, outcome, quiet)
    return exit_code(outcome)


@contextmanager
def _signals(session: Session) -> Iterator[None]:
    """SIGINT and SIGTERM stop the run: nothing new starts, children end, everything is kept."""

    def stop(number: int, _frame: object) -> None:
        if session.stop.is_set() and number == signal.SIGINT:
            os._exit(130)  # a second Ctrl-C: at once; the journal has all that was done
        session.stop.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _progress(session: Session, quiet: bool) -> Progress:
    kind = "quiet" if quiet else progress_kind(session.settings, sys.stdout)
    colour = session.settings.colour and (sys.stdout.isatty() or kind == "actions")
    return Progress(sys.stdout, kind, len(session.plan.tasks), time.monotonic, colour=colour)


def _conclude(session: Session, wish: Wish, outcome: Outcome, quiet: bool) -> None:
    """Write the report's files and say what matters."""
    from monitoring.render import console, markdown, report_json

    for note in outcome.notes:
        click.echo(f"ztr: {note}", err=True)
    told = make_report(session, outcome.state, day=wish.day)
    folder = write_report(session, {"report.json": report_json.render(told), "summary.md": markdown.render(told)})
    if quiet:
        return
    if not outcome.ran:
        click.echo("Nothing new is due.")
    where = os.path.relpath(folder / "summary.md", Path.cwd())
    click.echo(console.render(told, colour=session.settings.colour and sys.stdout.isatty(), where=where))
